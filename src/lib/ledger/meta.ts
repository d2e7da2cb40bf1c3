import type { InstantMs } from '../definitions/instant';
import type { Notice, Pause } from '../lifecycle/image-record';

/** What the bakery as a whole has to remember between two reconciles. */
export interface Meta {
  version: number;
  /** When the last inventory went out. */
  inventoryAtMs: InstantMs;
  /** CodeBuild refused for its limits: nothing is started before, and how often in a row it refused. */
  startsBlocked?: { untilMs: InstantMs; refusals: number };
  /** The whole bakery is paused. */
  paused?: Pause;
  /** Notices that belong to no image. */
  outbox: Notice[];
  /** Ids of such notices already sent, newest last, so that each is sent once. */
  told: string[];
}

export const newMeta = (): Meta => ({ version: 0, inventoryAtMs: 0, outbox: [], told: [] });
