import type { ImageKey } from '../definitions/catalog';
import type { InstantMs } from '../definitions/instant';
import type { Ancestor } from './bake';
import type { Channel } from './channel';

/** The last trusted announcement of a channel of another bakery. Receiving functions write it, nothing else does. */
export interface UpstreamRecord {
  bakery: string;
  image: ImageKey;
  channel: string;
  /** Account that made and owns the AMIs. */
  account: string;
  version: number;
  /** Announcements with this sequence or a lower one change nothing. */
  sequence: number;
  bakeId: string;
  inputHash: string;
  commitId: string;
  /** By region. */
  amis: Record<string, string>;
  /** From the announced AMI's base upwards. */
  ancestry: Ancestor[];
  publishedAtMs: InstantMs;
  receivedAtMs: InstantMs;
  /** Bakes of the image that were revoked: all of them, or the newest 200. */
  revoked: string[];
  /** Why, by bake, as far as it was told. */
  reasons?: Record<string, string>;
  /** The channel points at nothing: `bakeId` is what it had. */
  withdrawn?: true;
}

/** Where a consumer keeps a copy of an upstream channel: one parameter a region, moved like any channel. */
export interface MirrorRecord {
  bakery: string;
  image: ImageKey;
  channel: string;
  version: number;
  state: Channel;
}
