import type { BuildRun } from '../../../src/local/builds/build-run';
import { Chance } from '../../../src/local/aws/chance';
import { told } from '../../support/told';

/** What builds tell of packages and builder, in a world that has nights; elsewhere they tell nothing. */
export class ToldPackages {
  /** Grows with everything that vendors bring out. */
  release = 0;
  /** By account: grows with every new Packer. */
  readonly builders = new Map<string, number>();
  readonly #chance: Chance;

  constructor(
    seed: number,
    private readonly nights: { silent: number } | undefined,
  ) {
    this.#chance = new Chance(seed ^ 0x9ac4a6e5);
  }

  /** As the buildspec exports it. Some templates do not tell, and some packers not their plugins. */
  by({ account, environment }: BuildRun): Record<string, string> {
    if (this.nights === undefined) return {};
    const [silent, unbuilt] = [this.#chance.next(), this.#chance.next()];
    const builder = unbuilt < this.nights.silent / 4 ? '' : `packer 1.16.${this.builders.get(account) ?? 0}`;
    if (silent < this.nights.silent) return { BUILDER: builder };
    const packages = [`${environment['BAKERY_IMAGE']} 1`, `vendor ${this.release}`];
    return told(packages, { BUILDER: builder });
  }
}
