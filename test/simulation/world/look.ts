import type { LedgerState } from '../../../src/lib/ledger/read-state';
import { stateOf } from '../../../src/lib/ledger/read-state';
import type { EndedBake } from '../../../src/lib/ledger/history';
import { ledgerSchema } from '../../../src/lib/ledger/items';
import { bakePk, statePk } from '../../../src/lib/ledger/keys';
import type { ImageKey } from '../../../src/lib/definitions/catalog';
import type { TableItem } from '../../../src/lib/aws/edges';
import type { LocalAws } from '../../../src/local/aws/create-world';
import type { StoredImage } from '../../../src/local/aws/ec2/state';
import { names, region as home } from '../../../src/local/bakery/deployment';
import type { LocalCodeBuild } from '../../../src/local/builds/codebuild';
import type { Look } from '../contract';
import type { DecodedItems } from './decoded-items';

/** The truth behind the API: reads the fakes themselves, draws no chance and leaves no trace. */
export class TrueLook implements Look {
  readonly #ledgers = new Map<string, LedgerState>();

  constructor(
    private readonly aws: LocalAws,
    private readonly codebuild: () => LocalCodeBuild,
    private readonly items: DecodedItems,
  ) {}

  /** To be called with every change of an account's table. */
  changed(account: string): void {
    this.#ledgers.delete(account);
  }

  ledger(account: string): LedgerState {
    let state = this.#ledgers.get(account);
    if (state === undefined) this.#ledgers.set(account, (state = stateOf(this.#partition(account, statePk))));
    return state;
  }

  bakes(account: string, image: ImageKey): EndedBake[] {
    return this.#partition(account, bakePk(image)).map(({ data }) => data as EndedBake);
  }

  parameter(account: string, name: string, region = home): string | undefined {
    return this.aws.ssm.stored({ account, region }, name)?.newest?.value;
  }

  ami(amiId: string, region = home): StoredImage | undefined {
    return this.aws.ec2.storedImage(region, amiId);
  }

  amisOf(account: string, region = home): StoredImage[] {
    const all = [...this.aws.ec2.storedImages(region)];
    return all.filter(({ image, deregistered }) => image.OwnerId === account && !deregistered);
  }

  builds(account: string) {
    return this.codebuild()
      .builds({ account, region: home })
      .map(({ id, projectName, buildStatus, startTime, environment }) => ({
        buildId: id ?? '',
        project: projectName ?? '',
        bakeId: environment?.environmentVariables?.find(({ name }) => name === 'BAKE_ID')?.value ?? '',
        status: buildStatus ?? '',
        startedAtMs: startTime?.getTime() ?? 0,
      }));
  }

  #partition(account: string, pk: string): TableItem[] {
    return this.aws.dynamodb
      .partition({ account, region: home }, names.table, pk)
      .map((item) => ({ ...this.items.of(item), schema: ledgerSchema }));
  }
}
