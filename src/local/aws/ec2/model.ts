import type { Tag, TagSpecification } from '@aws-sdk/client-ec2';
import type { CallSite, World } from '../world';
import { seedDefaultNetwork } from './default-network';
import { ec2Defaults, type Ec2Options } from './options';
import { emptyAccount, emptyRegion, type AccountState, type RegionState } from './state';

const noTags: ReadonlyMap<string, string> = new Map();

/** The state that the operations of all resource families work on. */
export class Ec2Model {
  readonly options: Required<Ec2Options>;
  readonly #regions = new Map<string, RegionState>();
  readonly #accounts = new Map<string, AccountState>();

  constructor(
    readonly world: World,
    options: Ec2Options = {},
  ) {
    this.options = { ...ec2Defaults, ...options };
  }

  readonly #failing: ((name: string, region: string) => boolean)[] = [];

  /** The next image or copy that this is said of ends in `failed`. */
  failNext(when: (name: string, region: string) => boolean): void {
    this.#failing.push(when);
  }

  fails(name: string, { region }: Pick<CallSite, 'region'>): boolean {
    const index = this.#failing.findIndex((when) => when(name, region));
    if (index >= 0) this.#failing.splice(index, 1);
    return index >= 0 || this.options.imageFails(name);
  }

  get now(): number {
    return this.world.clock.now();
  }

  region(name: string): RegionState {
    return made(this.#regions, name, emptyRegion);
  }

  /** An account has a default network in each region from the start, like accounts made since 2013. */
  account({ account, region }: Pick<CallSite, 'account' | 'region'>): AccountState {
    return made(this.#accounts, `${account}/${region}`, () =>
      seedDefaultNetwork(emptyAccount(), { account, region }, (prefix) => this.id(prefix)),
    );
  }

  /** Who uses an AMI of a region, in all accounts: what EC2 counts for a usage report. */
  usersOf(imageId: string, region: string): { account: string; type: string; count: number }[] {
    return [...this.#accounts].flatMap(([site, { instances, templates }]) => {
      const [account = '', where] = site.split('/');
      if (where !== region) return [];
      const launched = [...instances.values()].filter(
        ({ instance }) => instance.ImageId === imageId && instance.State?.Name !== 'terminated',
      );
      const naming = [...templates.values()].filter(({ imageIds }) => imageIds.includes(imageId));
      return [
        { account, type: 'ec2:Instance', count: launched.length },
        { account, type: 'ec2:LaunchTemplate', count: naming.length },
      ].filter(({ count }) => count > 0);
    });
  }

  /** `ami-0` and sixteen hex digits, as EC2's ids are. */
  id(prefix: string): string {
    return `${prefix}-0${this.world.chance.hex(16)}`;
  }

  tagsOf(at: Pick<CallSite, 'account' | 'region'>, resourceId: string): ReadonlyMap<string, string> {
    return this.account(at).tags.get(resourceId) ?? noTags;
  }

  /** As answers carry them, in the order they were set. */
  tagList(at: Pick<CallSite, 'account' | 'region'>, resourceId: string): Tag[] {
    return [...this.tagsOf(at, resourceId)].map(([Key, Value]) => ({ Key, Value }));
  }

  setTags(at: Pick<CallSite, 'account' | 'region'>, resourceId: string, tags: readonly Tag[]): void {
    const own = made(this.account(at).tags, resourceId, () => new Map<string, string>());
    for (const { Key, Value } of tags) if (Key !== undefined) own.set(Key, Value ?? '');
  }

  /** The tags that a request asks for on the resources of a type it makes. */
  setTagsAsSpecified(
    at: Pick<CallSite, 'account' | 'region'>,
    resourceId: string,
    type: string,
    specifications: readonly TagSpecification[] | undefined,
  ): void {
    for (const { ResourceType, Tags = [] } of specifications ?? []) {
      if (ResourceType === type) this.setTags(at, resourceId, Tags);
    }
  }
}

function made<V>(map: Map<string, V>, key: string, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) map.set(key, (value = make()));
  return value;
}
