import type { ImageDefinition, Rebake } from '../definitions/catalog';
import type { InstantMs } from '../definitions/instant';
import { lastFire } from '../definitions/schedule';
import type { BakeContent } from '../lifecycle/bake';
import type { ImageRecord } from '../lifecycle/image-record';
import type { Memory } from './decision';

/** Since when an image counts, and since when its schedule reads as it does. */
export type Due = Pick<Memory, 'notBefore' | 'schedule'>;

/**
 * A schedule that is new or edited counts from the moment its commit came into force, so that an edit at noon does not
 * make last night's fire time due. `notBefore` never decreases, also when the schedule is taken away. Answers the record itself where that is what it says.
 */
export function dueSince(
  rebake: Rebake | undefined,
  record: ImageRecord | undefined,
  catalogSinceMs: InstantMs,
  nowMs: InstantMs,
): Due {
  const stored = record?.notBefore ?? 0;
  const known = record?.schedule;
  if (rebake === undefined)
    return record !== undefined && known === undefined ? record : { notBefore: stored };
  const unchanged = known !== undefined && known.cron === rebake.cron && known.timezone === rebake.timezone;
  const schedule = unchanged
    ? known
    : { cron: rebake.cron, timezone: rebake.timezone, sinceMs: catalogSinceMs };
  const notBefore = Math.max(stored, lastFire(rebake, nowMs, schedule.sinceMs) ?? 0);
  return record !== undefined && unchanged && notBefore === stored ? record : { notBefore, schedule };
}

/** The channel that a finished bake is published to, and that tells whether an image is as it should be. */
export const firstChannel = (definition: ImageDefinition): string => definition.channels[0] ?? 'stable';

/**
 * Whether a published bake is what is desired. Digest and base are all that the input hash is made of: comparing them
 * spares hashing for the many images that are as they should be.
 */
export const satisfies = <Some extends BakeContent>(
  published: Some | undefined,
  contentDigest: string,
  baseAmiId: string | undefined,
  notBefore: InstantMs,
): published is Some =>
  published !== undefined &&
  published.contentDigest === contentDigest &&
  published.baseAmiId === baseAmiId &&
  published.notBefore >= notBefore;
