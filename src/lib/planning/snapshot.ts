import type { Catalog, ImageKey } from '../definitions/catalog';
import type { InstantMs } from '../definitions/instant';
import type { Known } from '../definitions/known';
import type { Problem } from '../definitions/problem';
import type { Ancestor, InputId } from '../lifecycle/bake';
import type { Published } from '../lifecycle/channel';
import type { ImageRecord, Pause } from '../lifecycle/image-record';
import type { Revocations } from '../lifecycle/revocation';

/** Everything a plan is made from. Same snapshot, same plan, whatever the order of its parts. */
export interface Snapshot {
  nowMs: InstantMs;
  policy: Policy;
  /** Catalog, trees and commit belong together. Unknown: nothing is planned. */
  catalog: Known<CatalogInForce>;
  /** Images the ledger knows, also removed ones; an image of the catalog without a record is new. */
  records: Record<ImageKey, ImageRecord>;
  /** By `baseId(base)`, for every base of the catalog but `image:` and `template`. Missing: unknown. */
  bases: Record<string, BaseResolution>;
  /** By input hash: ready bakes whose AMIs still exist. Missing: not asked yet. */
  reusable: Record<string, Known<Published[]>>;
  /** Bakes published for the first time in this run: nothing can have been baked on their AMIs before. */
  freshBakes: string[];
  /** Ids of bakes that hold a build slot, whichever image they are of. */
  slotsInUse: number;
  /** CodeBuild refused for its limits; nothing is started before. */
  startsBlockedUntilMs?: InstantMs;
  /** The whole bakery is paused. */
  paused?: Pause;
  /** Those in force; absent: none. */
  revocations?: Revocations;
}

/** The part of the deployment's settings that planning needs. */
export interface Policy {
  bakery: string;
  account: string;
  region: string;
  mode: 'bake' | 'observe';
  maxConcurrentBuilds: number;
  /** Nobody waits for an ancestor longer than this. */
  maxWaitMs: number;
  /** The deployment has a project for test builds; without one, images with tests are blocked. */
  canTest?: boolean;
  /** Groups that may be asked for approval. */
  approvers?: string[];
  /** Own parameters begin with it; a base under it is an error. */
  parameterPrefix: string;
  /** What bakery.yml may ask for. */
  ceilings: {
    shareWith: { accounts: string[]; organizations: string[]; organizationalUnits: string[] };
    /** Beside the bakery's own. */
    regions: string[];
    /** As bakery.yml calls them. */
    kmsKeys: string[];
    /** Empty: the bakery's own parameters may be anywhere. */
    parameterPrefixes: string[];
  };
}

/** The last valid bakery.yml, with the git ids of what its images are made of. */
export interface CatalogInForce {
  commitId: string;
  /** When the bakery first saw that commit; schedules that it changed count from here. */
  sinceMs: InstantMs;
  catalog: Catalog;
  /** Inputs by image, template first; a folder's tree id, a file's blob id. */
  inputs: Record<ImageKey, InputId[]>;
  /** By image: sha-256 over everything in the input hash but the base. See content-digest.ts. */
  contentDigests: Record<ImageKey, string>;
  /** By image: digest of sharing and tags, what can change without a bake. See policy-digest.ts. */
  policyDigests: Record<ImageKey, string>;
  /** By image: git id of its folder of checks; it is in no hash. Absent: no image has any. */
  tests?: Record<ImageKey, string>;
  /** A newer commit whose bakery.yml is not valid. */
  refused?: { commitId: string; problems: Problem[] };
}

export type BaseResolution =
  | {
      state: 'resolved';
      amiId: string;
      /** From the base's own base upwards (element 0 is the base itself). */
      ancestry: Ancestor[];
      /** As EC2 names it; absent where the AMI was not looked at again. */
      architecture?: string;
    }
  /** Could not be read now: the image waits. */
  | { state: 'unknown'; why: string }
  /** Was read, and cannot be built on: the image is blocked. */
  | { state: 'unusable'; code: UnusableBase; why: string };

export type UnusableBase =
  | 'BASE_MISSING'
  | 'BASE_NOT_VISIBLE'
  | 'BASE_WRONG_OWNER'
  | 'BASE_WRONG_ARCHITECTURE'
  | 'BASE_NOT_AN_AMI'
  | 'BASE_OWN_PREFIX'
  | 'UPSTREAM_NOT_FOLLOWED'
  | 'UPSTREAM_SILENT'
  | 'BASE_REVOKED';
