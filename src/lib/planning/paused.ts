import type { ImageKey } from '../definitions/catalog';
import type { ImageRecord, Pause } from '../lifecycle/image-record';

/** What is paused so that an image is: the bakery, the image itself, or an ancestor of it. */
export interface Paused extends Pause {
  code: 'paused';
  what: 'bakery' | ImageKey;
}

/**
 * Whether an image is paused: with the bakery, with an ancestor here, or by itself. The widest is told, because resuming a
 * narrower one changes nothing.
 * @param above what its parent is paused by
 */
export function pausedBy(
  bakery: Pause | undefined,
  above: Paused | undefined,
  image: ImageKey,
  record: ImageRecord | undefined,
): Paused | undefined {
  if (above !== undefined) return above;
  if (bakery !== undefined) return paused('bakery', bakery);
  return record?.paused === undefined ? undefined : paused(image, record.paused);
}

const paused = (what: Paused['what'], { by, why, atMs }: Pause): Paused => ({
  code: 'paused',
  what,
  by,
  why,
  atMs,
});
