import type { ImageKey } from '../definitions/catalog';
import type { InstantMs } from '../definitions/instant';
import type { Asked } from './asked';
import type { Bake, FailureClass } from './bake';
import type { Channel, Published } from './channel';
import type { RevokedBake } from './revocation';

/** What the ledger keeps of an image: one item, written whole, conditional on `version`. */
export interface ImageRecord {
  key: ImageKey;
  /** Grows by one with each write; 0: not stored yet. */
  version: number;
  /** The one bake that runs. */
  live?: Bake;
  channels: Record<string, Channel>;
  /** Finished while the window was closed, and not in a channel yet. */
  ready?: Omit<Published, 'sequence'>;
  /** Bakes of the image that must not be used any more, oldest first; the latest of very many. */
  revoked?: RevokedBake[];
  /** Highest notBefore ever desired; never decreases. */
  notBefore: InstantMs;
  /** Since when the schedule reads as it does; earlier fire times do not count. */
  schedule?: { cron: string; timezone: string; sinceMs: InstantMs };
  /** Failures of the desired state that was tried last. */
  trouble?: Trouble;
  /** Bakes claimed in the last 24 hours, for the runaway breaker; oldest first. */
  claims: { atMs: InstantMs; cause: string }[];
  /** A person asked for a bake; the claim takes it along. */
  asked?: Asked;
  /** A person wants nothing new begun for it and for what is built on it. */
  paused?: Pause;
  /** Since when the image has been due without a bake, for `maxWait`. */
  dueSinceMs?: InstantMs;
  /** What planning blocks the image for, so that the owner is told once. */
  blocked?: { code: string; sinceMs: InstantMs };
  /** Notices decided on and not sent yet. */
  outbox: Notice[];
  /** Set when the image left bakery.yml: sequence and history stay. */
  removedAtMs?: InstantMs;
}

export interface Trouble {
  /** `inputHash@notBefore` that failed; another desired state starts afresh. */
  desired: string;
  /** Consecutive failures of it. */
  count: number;
  class: FailureClass;
  message: string;
  lines: string[];
  bakeId: string;
  atMs: InstantMs;
  /** The command that the failed bake answered: it does not ask again by itself. */
  commandId?: string;
  /** Set: tried again then. Absent: blocked until the desired state moves or a person asks. */
  retryAtMs?: InstantMs;
}

/** Nothing new is begun until a person resumes; what has begun is finished. */
export interface Pause {
  by: string;
  why: string;
  atMs: InstantMs;
}

/** Something a person should know. */
export interface Notice {
  /** Stable: the same notice is decided on once. */
  id: string;
  code: string;
  target?: string;
  subject: string;
  text: string;
  atMs: InstantMs;
}

export const newImageRecord = (key: ImageKey): ImageRecord => ({
  key,
  version: 0,
  channels: {},
  notBefore: 0,
  claims: [],
  outbox: [],
});
