import type { ImageKey, Retain, Share } from '../definitions/catalog';
import type { InstantMs } from '../definitions/instant';
import type { Known } from '../definitions/known';
import type { BakeStatus } from './bake';
import type { ImageRecord, Pause } from './image-record';
import type { RetiringAmi, UsageReport } from './observation';
import type { Retirement } from './retirement';

/** A bake that ended and may have AMIs, as far as retention looks at it. */
export interface PastBake {
  id: string;
  image: ImageKey;
  status: BakeStatus;
  /** By region. */
  amis: Record<string, string>;
  /** AMIs that it was made from. */
  ancestors: string[];
  endedAtMs: InstantMs;
  inputHash: string;
  adopted?: true;
  retirement?: Retirement;
}

/** One image with everything the ledger has of it. */
export interface ImageRetention {
  key: ImageKey;
  record: ImageRecord;
  /** Absent where bakery.yml has no such image, or no `retain` for it: nothing of it is retired. */
  retain?: Retain;
  /** In their order; empty where bakery.yml has no such image. */
  channels: string[];
  /** Somebody paused it, or the whole bakery. */
  paused?: Pause;
  /** Newest first. */
  bakes: PastBake[];
  /** Bakes to judge; all where left out. */
  judged?: string[];
}

/** What AWS knows of an AMI. */
export interface AmiFacts {
  /** `value: undefined`: EC2 does not show it. */
  ami: Known<RetiringAmi | undefined>;
  /** What refers to it in this account. */
  references: Known<string[]>;
  /** Who may launch it. */
  sharedWith: Known<string[]>;
  /** What its usage reports say of other accounts. */
  usage: Known<UsageReport[]>;
}

export interface RetentionFacts {
  images: ImageRetention[];
  /** Bakes and AMIs that bakery.yml names as a base, or a command that is not done yet. */
  named: { id: string; why: string }[];
  /** By AMI; absent: not asked, because the ledger keeps it already. */
  amis: ReadonlyMap<string, AmiFacts>;
  /** By bake: whom the bakery gave permissions, as far as the ledger knows. */
  granted: ReadonlyMap<string, Known<Share>>;
  /** The settings let so many go on in one run unasked. */
  maxRetirementsPerRun: number;
}

/** Why a bake stays what it is. */
export type KeptCode =
  | 'channel'
  | 'pinned'
  | 'soaking'
  | 'named'
  | 'built-on'
  | 'adopted'
  | 'revoked'
  | 'no-rule'
  | 'count'
  | 'age'
  | 'paused'
  | 'referred-to'
  | 'used-elsewhere'
  | 'shared-by-hand'
  | 'protected'
  | 'waits'
  | 'usage-not-known'
  | 'unread';

/** Why a bake goes on to its next stage, or back. */
export type StepCode = 'due' | 'needed-again' | 'enabled-by-hand' | 'unsettled';

export type RetentionStep =
  /** On to `to`, or back to it. */
  | { kind: 'move'; to: BakeStatus; code: StepCode; why: string }
  /** The ledger says it, and EC2 does not yet. */
  | { kind: 'settle'; code: StepCode; why: string };

export interface RetentionVerdict {
  bake: PastBake;
  step?: RetentionStep;
  /** Where there is no step. */
  kept?: { code: KeptCode; why: string };
  /** A usage report is needed that nobody has asked for yet. */
  asksUsage?: true;
}

export interface TooMany {
  /** Absent: of the whole run. */
  image?: ImageKey;
  found: number;
  most: number;
  why: string;
  /** What the deployment raises where that many are right; absent where no setting says how many. */
  setting?: 'maxRetirementsPerRun';
}

export interface RetentionPlan {
  verdicts: RetentionVerdict[];
  /** What could not be read: no bake goes on. */
  unread: { what: string; why: string }[];
  /** More than is retired without asking: no bake goes on. */
  tooMany: TooMany[];
}

/** Whether a step takes a bake further away from use. */
export const goesOn = ({ bake, step }: RetentionVerdict): boolean =>
  step?.kind === 'move' && order.indexOf(step.to) > order.indexOf(bake.status);

const order: readonly BakeStatus[] = ['ready', 'deprecated', 'disabled', 'deregistered'];
