import { dayMs, hourMs, type InstantMs } from '../definitions/instant';
import type { ImageRecord } from '../lifecycle/image-record';
import type { BakeReason, BlockedReason } from './decision';

const windowMs = dayMs;
const maxClaims = 6;

/**
 * Bakes that nobody and no clock asked for. A first bake and changed inputs or definitions come with a commit: an author
 * who pushes ten attempts in a day must not be stopped. Whatever code is not listed counts as automatic.
 */
const notAutomatic: ReadonlySet<string> = new Set<BakeReason['code']>([
  'first-bake',
  'inputs-changed',
  'definition-changed',
  'schedule',
  'asked',
]);

/** Stops an image that was baked automatically more than six times in 24 hours from being so again. */
export function runaway(
  reason: BakeReason,
  record: ImageRecord | undefined,
  nowMs: InstantMs,
): Extract<BlockedReason, { code: 'runaway' }> | undefined {
  if (record === undefined || notAutomatic.has(reason.code)) return undefined;
  const claims = record.claims.filter(
    ({ atMs, cause }) => atMs > nowMs - windowMs && !notAutomatic.has(cause),
  ).length;
  return claims > maxClaims ? { code: 'runaway', claims, hours: windowMs / hourMs } : undefined;
}
