import type { ImageKey } from '../definitions/catalog';
import type { InstantMs } from '../definitions/instant';
import type { Ancestor, FailureClass } from '../lifecycle/bake';
import type { Published } from '../lifecycle/channel';
import type { PinUntil } from '../lifecycle/pin';
import type { Revocation } from '../lifecycle/revocation';
import type { Beyond } from './beyond';
import type { FurtherChannel } from './further-channel';
import type { Paused } from './paused';
import type { UnusableBase } from './snapshot';

/** What an image should now be. */
export interface Desired {
  inputHash: string;
  contentDigest: string;
  notBefore: InstantMs;
  baseAmiId?: string;
  /** Element 0 is the base. */
  ancestry: Ancestor[];
}

/** What the planner says of one image. Every one has a reason; `explain` turns it into a sentence. */
export type Decision =
  | { kind: 'current'; reason: CurrentReason }
  | { kind: 'bake'; reason: BakeReason; desired: Desired; ancestors: ImageKey[] }
  | { kind: 'reuse'; reason: ReuseReason; desired: Desired; bake: Published }
  | { kind: 'amend'; reason: AmendReason; policyDigest: string }
  | { kind: 'wait'; reason: WaitReason }
  | { kind: 'blocked'; reason: BlockedReason };

/** Scheduled bakes that were equal to what is published, and were discarded. */
export type UnchangedSince = NonNullable<Published['unchanged']> & { packages?: number };

export type CurrentReason =
  | {
      code: 'up-to-date';
      amiId: string;
      bakedAtMs: InstantMs;
      inputHash: string;
      /** The last scheduled bake that came to the same. */
      unchanged?: UnchangedSince;
    }
  /** The template chooses its base itself: nothing but its inputs and schedule make it due. */
  | {
      code: 'up-to-date-own-base';
      amiId: string;
      bakedAtMs: InstantMs;
      inputHash: string;
      unchanged?: UnchangedSince;
    }
  /** Nobody knows what it was made of: it counts as what was desired when it was adopted. */
  | { code: 'adopted'; amiId: string; by: string; atMs: InstantMs }
  /** Whatever is due waits until the pin is released. */
  | {
      code: 'pinned';
      amiId: string;
      by: string;
      why: string;
      atMs: InstantMs;
      until: PinUntil;
      askedBy?: string;
    };

export type BakeReason =
  | { code: 'first-bake' }
  /** What was published was revoked, and nothing good was left for the channel. */
  | { code: 'withdrawn'; bakeId: string }
  | { code: 'inputs-changed'; paths: string[]; commitId: string }
  | { code: 'definition-changed'; commitId: string }
  | { code: 'base-moved'; from?: string; to?: string }
  | { code: 'schedule'; firedAtMs: InstantMs }
  | { code: 'asked'; by: string; why: string }
  | { code: 'retry'; attempt: number; class: FailureClass };

export interface ReuseReason {
  /** `ready-before`: it was finished while the window was closed. */
  code: 'same-inputs' | 'ready-before';
  bakeId: string;
  amiId: string;
  bakedAtMs: InstantMs;
}

export type AmendReason = { code: 'policy-changed' } | { code: 'regions-missing'; regions: string[] };

export type WaitReason =
  | { code: 'baking'; bakeId: string; status: string; copies?: string[]; attempt?: number }
  | { code: 'publishing'; bakeId: string; channel: string; pending: string[]; copies?: string[] }
  | { code: 'ancestor'; image: ImageKey; doing: string }
  /** The base image has not come to the channel that the image follows yet. */
  /** A bake is ready, and channels may not move now. */
  | { code: 'window'; bakeId: string; opensAtMs?: InstantMs }
  | { code: 'promotion'; image: ImageKey; channel: string }
  /** The channel has a bake that was revoked, and is about to go to a good one. */
  | { code: 'leaving'; image: ImageKey; channel: string; bakeId: string; revoked: string }
  | { code: 'slots'; inUse: number; max: number; ahead: number }
  | { code: 'service-limit'; untilMs: InstantMs }
  | { code: 'backoff'; untilMs: InstantMs; attempt: number; class: FailureClass }
  | { code: 'unknown'; what: string; why: string }
  /** It does not hold its children back. */
  | { code: 'approval'; bakeId: string; group: string; untilMs: InstantMs }
  | { code: 'observe'; would: 'bake' | 'reuse' | 'amend'; because: string }
  | { code: 'reuse-lookup'; inputHash: string }
  | Paused;

export type BlockedReason =
  | { code: 'failed'; class: FailureClass; count: number; bakeId: string; message: string; lines: string[] }
  | { code: 'base'; problem: UnusableBase; why: string }
  /** The base image of this bakery has never been published, and is itself blocked. */
  | { code: 'no-base-yet'; image: ImageKey; withdrawn?: true }
  /** A bake of exactly what is desired was revoked: another one would be no better. */
  | { code: 'revoked'; revoked: string }
  /** Nothing good was left for the channel, and a pin keeps everything newer out. */
  | { code: 'pinned-to-nothing'; bakeId: string; by: string; why: string; pinnedBy: string }
  | { code: 'ancestry-cycle'; through: string }
  | { code: 'runaway'; claims: number; hours: number }
  | { code: 'ceiling'; asked: string[]; setting: 'approvers' | Beyond['setting'] }
  /** Its bakes are to be tested, and the deployment has nothing to test them with. */
  | { code: 'no-test-project' }
  | { code: 'parameter'; why: string }
  | { code: 'removed' };

export interface Plan {
  decisions: Record<ImageKey, Decision>;
  /** Images with decision `bake`, in the order in which they get build slots. */
  bakeOrder: ImageKey[];
  /** Input hashes of due images for which reusable bakes have to be looked up before they are decided on. */
  reuseLookups: string[];
  /** What planning found and the ledger has to remember (`notBefore`, `schedule`, `dueSinceMs`), by image; only where it changed. */
  memory: Record<ImageKey, Memory>;
  /** Images whose bake waits for approval although what is desired is, or is about to be, published. */
  outdated: ImageKey[];
  /** Channels after the first, with what is to be done. */
  further: FurtherChannel[];
  /** Pins that no longer hold. */
  releases: PinRelease[];
  /** Channels that have what was revoked, or are on their way to it. */
  leaving: LeavingChannel[];
}

/** A channel that points at a bake that must not be used any more. */
export interface LeavingChannel {
  image: ImageKey;
  channel: string;
  bakeId: string;
  revocation: Revocation;
  /** `drop`: it has begun to move to that bake, and nothing of the move can be seen yet. */
  do: 'leave' | 'drop';
}

/** A pin that the image's own inputs, or with `--until base` its base, have outlived. */
export interface PinRelease {
  image: ImageKey;
  channel: string;
  because: PinUntil;
}

export interface Memory {
  notBefore: InstantMs;
  schedule?: { cron: string; timezone: string; sinceMs: InstantMs };
  dueSinceMs?: InstantMs;
}
