import type { InstantMs } from '../definitions/instant';

/** What releases a pin besides a person. A commit that changes the image's own inputs always does. */
export type PinUntil = 'commit' | 'base';

/** A person wants a channel to stay where it is: after a rollback, or because something is wrong with what comes next. */
export interface Pin {
  by: string;
  why: string;
  /** When it came into force. */
  atMs: InstantMs;
  until: PinUntil;
  /** What the image was to be made of at that time; absent where its inputs could not be read. */
  contentDigest?: string;
  /** What it was to be built on at that time. */
  baseAmiId?: string;
  /** The command it answers: taking it twice does nothing the second time. */
  commandId: string;
  /** Bake that the channel was rolled back from; absent where it was only pinned. */
  from?: string;
}

/** What the image is to be now; undefined: not known, or chosen by the template. */
export interface Wanted {
  contentDigest: string | undefined;
  baseAmiId: string | undefined;
}

/**
 * What has released a pin, if anything. What is not known releases nothing: a branch or a base that cannot be read for a
 * while must not set a rollback free.
 */
export function releasedBy(pin: Pin, { contentDigest, baseAmiId }: Wanted): PinUntil | undefined {
  if (contentDigest !== undefined && contentDigest !== pin.contentDigest) return 'commit';
  if (pin.until === 'base' && baseAmiId !== undefined && baseAmiId !== pin.baseAmiId) return 'base';
  return undefined;
}
