import type { ImageKey } from '../definitions/catalog';
import type { InstantMs } from '../definitions/instant';
import type { PinUntil } from '../lifecycle/pin';
import type { Beyond } from './beyond';
import type { Paused } from './paused';

/** What is said of a channel that bakes come to from the one before it. */
export type FurtherState =
  | { code: 'channel-up-to-date'; from: string }
  /** The channel before has never been published. */
  | { code: 'channel-empty'; from: string }
  | { code: 'channel-moving'; bakeId: string }
  /** Another channel of the image moves first. */
  | { code: 'channel-turn'; channel: string }
  | { code: 'channel-blocked'; why: string }
  /** It has a bake that was revoked, and is about to go to a good one. */
  | { code: 'channel-leaving'; revoked: string }
  /** What it had was revoked, and nothing good that it has had is left. */
  | { code: 'channel-withdrawn'; bakeId: string; by: string; why: string; from: string }
  /** bakery.yml asks for more than the settings allow: the image is blocked, and so are all of its channels. */
  | ({ code: 'channel-ceiling' } & Beyond)
  | { code: 'channel-pinned'; by: string; why: string; atMs: InstantMs; until: PinUntil }
  /** The channel before is pinned where it is: somebody objects to what it has. */
  | { code: 'channel-held'; from: string; by: string; why: string; atMs: InstantMs }
  /** bakery.yml says nothing of promotion. */
  | { code: 'channel-by-hand'; bakeId: string; from: string }
  | { code: 'channel-untested'; bakeId: string }
  /** The AMI of what was to come is gone; the next bake can come. */
  | { code: 'channel-gone'; bakeId: string; why: string }
  /** The AMI of what it has is gone and cannot be amended; the next bake can come. */
  | { code: 'channel-lost'; why: string }
  | { code: 'channel-soaking'; bakeId: string; from: string; untilMs: InstantMs }
  | { code: 'channel-window'; bakeId: string; opensAtMs?: InstantMs }
  | { code: 'channel-observe'; bakeId: string }
  | { code: 'channel-due'; bakeId: string; from: string }
  | { code: 'channel-policy' }
  | Paused;

/** A channel after the first, and what is to be done with it now. */
export interface FurtherChannel {
  image: ImageKey;
  channel: string;
  state: FurtherState;
  /** Absent: nothing. */
  move?:
    { kind: 'promote'; from: string; bakeId: string } | { kind: 'amend'; from: string; policyDigest: string };
}
