import { minuteMs } from '../definitions/instant';
import type { Published } from '../lifecycle/channel';

/** Assumed where nothing is known: a usual Packer build of a Linux image with a package upgrade. */
export const usualBuildMs = 15 * minuteMs;
const longestBuildMs = 8 * 60 * minuteMs;

const crockford = '0123456789abcdefghjkmnpqrstvwxyz';

/**
 * How long a build of an image will take: as long as the published one took, from the time in its id (a ULID, taken when
 * it was claimed) to its end. Ids of another make, adopted AMIs for example, say nothing.
 */
export function expectedBuildMs(published: Published | undefined): number {
  if (published === undefined) return usualBuildMs;
  const claimedAtMs = ulidTimeMs(published.bakeId.slice(2));
  const tookMs = claimedAtMs === undefined ? 0 : published.bakedAtMs - claimedAtMs;
  return tookMs > 0 && tookMs <= longestBuildMs ? tookMs : usualBuildMs;
}

/** The first 10 of 26 characters, five bits each, are milliseconds (ULID specification, "Components"). */
function ulidTimeMs(id: string): number | undefined {
  if (id.length !== 26) return undefined;
  let time = 0;
  for (const character of id.slice(0, 10)) {
    const value = crockford.indexOf(character);
    if (value < 0) return undefined;
    time = time * 32 + value;
  }
  return time;
}
