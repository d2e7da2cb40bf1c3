import type { Base } from '../definitions/catalog';
import type { Ancestor } from '../lifecycle/bake';
import type { UpstreamRecord } from '../lifecycle/upstream-record';
import type { BaseResolution } from '../planning/snapshot';
import type { Amis, Parameters } from '../aws/edges';

/** What a kind of base found: an AMI to look at, or already the answer. */
export type Candidate =
  | {
      state: 'found';
      amiId: string;
      /** Only an AMI of this account counts; absent: any that is visible. */
      ownerId?: string;
      /** Which image of which bakery it is, where that is known. */
      ancestry: Ancestor[];
      /** Looked at each time, also when it is already in use. */
      alwaysVerify: boolean;
    }
  | Exclude<BaseResolution, { state: 'resolved' }>;

export interface BaseContext {
  region: string;
  parameters: Parameters;
  amis: Amis;
  /** Last trusted announcements, by `bakery/image/arch@channel`. */
  upstreams: ReadonlyMap<string, UpstreamRecord>;
  /** Bakeries this one follows. */
  followed: ReadonlySet<string>;
}

/** Resolves all bases of one kind in as few calls as the service allows. Answers in the order of `bases`. */
export type FindBases<K extends Base['kind']> = (
  bases: Extract<Base, { kind: K }>[],
  context: BaseContext,
) => Promise<Candidate[]>;
