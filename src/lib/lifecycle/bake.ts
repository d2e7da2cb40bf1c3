import type { ImageKey } from '../definitions/catalog';
import type { InstantMs } from '../definitions/instant';
import type { Approval } from './approval';
import type { Asked } from './asked';
import type { BuildRequest } from './build-request';
import type { Distribution } from './distribution';
import type { Packages } from './packages';
import type { TestResult, TestRun } from './test-run';

export type { BuildRequest } from './build-request';

/** Where a bake is in its life. Which moves exist is in bake-transitions.ts. */
export type BakeStatus =
  | 'claimed'
  | 'building'
  | 'testing'
  | 'approval'
  | 'distributing'
  | 'ready'
  | 'deprecated'
  | 'disabled'
  | 'deregistered'
  | 'revoked'
  | 'failed'
  | 'rejected'
  | 'abandoned'
  | 'timed-out'
  /** A scheduled bake that came to what is published already; nobody's failure. */
  | 'unchanged';

/** What made a build fail, as the buildspec (or CodeBuild's own status) tells it. */
export type FailureClass =
  | 'capacity'
  | 'throttle'
  | 'spot'
  | 'network'
  | 'script'
  | 'template'
  | 'unknown'
  /** CodeBuild's FAULT: its own trouble. */
  | 'fault'
  /** Somebody stopped the build. */
  | 'stopped'
  | 'timed-out'
  /** The result was refused at adoption. */
  | 'rejected'
  /** A check failed on the candidate. */
  | 'tests'
  /** The candidate could not be tested. */
  | 'untested'
  /** A person turned it down. */
  | 'disapproved'
  /** Nobody decided on it in time. */
  | 'approval-expired'
  /** Something newer took its place while it waited for approval. */
  | 'superseded'
  /** The AMI could not be brought into its regions. */
  | 'copy'
  /** It, or what it was built on, was revoked while it ran. */
  | 'revoked'
  /** The build never started. */
  | 'abandoned';

export interface BakeFailure {
  class: FailureClass;
  /** One sentence for a person. */
  message: string;
  /** The last lines of the build's output, without secrets. */
  lines: string[];
}

/** One step of an ancestry: an AMI, and which image it is where a bakery made it. */
export interface Ancestor {
  amiId: string;
  /** `account/bakery/image/arch`; absent for an AMI no bakery made. */
  image?: string;
  bakeId?: string;
}

/** An input of an image, as git knows it. */
export interface InputId {
  path: string;
  objectId: string;
}

/** What a bake is made of, and since when it counts. Compared with what is desired. */
export interface BakeContent {
  inputHash: string;
  /** sha-256 over everything in the input hash but the base; cheap to compare. */
  contentDigest: string;
  /** Never compared with start or end times. 0 for images without a schedule. */
  notBefore: InstantMs;
  /** Absent where the template chooses its base itself. */
  baseAmiId?: string;
  commitId: string;
  inputs: InputId[];
}

/** One attempt to build one image. Lives inside the image's record while it runs, and under `BAKE#image` afterwards. */
export interface Bake extends BakeContent {
  /** `b-` and a ULID in lower case: sorts by time, legal in AMI names and CodeBuild tokens. */
  id: string;
  image: ImageKey;
  status: BakeStatus;
  /** From the image's base upwards; element 0 is the base. */
  ancestry: Ancestor[];
  /** Code of the reason the planner gave, and its sentence. */
  cause: { code: string; text: string };
  /** What a person asked for and this bake is to be; a failure that may pass hands it on to the next one. */
  asked?: Asked;
  claimedAtMs: InstantMs;
  /** Build slot it holds, 0-based. */
  slot: number;
  /** The whole StartBuild request, repeated word for word while its idempotency token holds. */
  request: BuildRequest;
  /** When StartBuild was first sent. */
  startedAtMs?: InstantMs;
  /** `project:uuid`. */
  buildId?: string;
  /** By region; set at adoption. */
  amis?: Record<string, string>;
  /** By region: the key that the AMI is encrypted with, as bakery.yml calls it. */
  keys?: Record<string, string>;
  /** While it is `testing`. */
  test?: TestRun;
  /** How the test ended; absent where the image asks for none. */
  tests?: TestResult;
  /** What it waits or has waited for; absent where the image asks for none. */
  approval?: Approval;
  /** While it is `distributing`. */
  distribution?: Distribution;
  /** What is installed, as far as its template tells; set at adoption. Absent: not known. */
  packages?: Packages;
  /** Provenance: packer, its plugins, the build image, the lock. Absent: not known. */
  builder?: string;
  /** Of the template, as bakery.yml had them; set when it ends. */
  variables?: Record<string, string>;
  /** Of an `unchanged` one: the bake that it was equal to. */
  equalTo?: string;
  failure?: BakeFailure;
  endedAtMs?: InstantMs;
  /** When it was first published to a channel. */
  publishedAtMs?: InstantMs;
}
