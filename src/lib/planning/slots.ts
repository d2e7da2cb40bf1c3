import type { ImageKey } from '../definitions/catalog';
import type { WaitReason } from './decision';
import { expectedBuildMs } from './expected-duration';
import { firstChannel } from './desired';
import { parentOf } from './order';
import type { CatalogInForce, Snapshot } from './snapshot';

/**
 * Who gets a build slot: those below whom most build time remains come first, because the whole cascade lasts at least as
 * long as its longest path. Ties go by key. The others wait, and are told how many are ahead.
 */
export function giveSlots(
  candidates: ImageKey[],
  { catalog }: CatalogInForce,
  snapshot: Snapshot,
): { bakeOrder: ImageKey[]; waiting: Map<ImageKey, WaitReason> } {
  const waiting = new Map<ImageKey, WaitReason>();
  const { nowMs, slotsInUse, startsBlockedUntilMs, policy } = snapshot;
  if (startsBlockedUntilMs !== undefined && startsBlockedUntilMs > nowMs) {
    for (const key of candidates) waiting.set(key, { code: 'service-limit', untilMs: startsBlockedUntilMs });
    return { bakeOrder: [], waiting };
  }
  const order = candidates.length < 2 ? candidates : byRemainingPath(candidates, catalog, snapshot);
  const free = Math.max(0, policy.maxConcurrentBuilds - slotsInUse);
  order.slice(free).forEach((key, index) => {
    waiting.set(key, {
      code: 'slots',
      inUse: slotsInUse,
      max: policy.maxConcurrentBuilds,
      ahead: free + index,
    });
  });
  return { bakeOrder: order.slice(0, free), waiting };
}

function byRemainingPath(
  candidates: ImageKey[],
  catalog: CatalogInForce['catalog'],
  snapshot: Snapshot,
): ImageKey[] {
  const remaining = remainingPaths(catalog, snapshot);
  const of = (key: ImageKey): number => remaining.get(key) ?? 0;
  return [...candidates].sort((a, b) => of(b) - of(a) || (a < b ? -1 : 1));
}

/** Expected build time of each image and of the longest line of images below it. */
export function remainingPaths(
  { images }: CatalogInForce['catalog'],
  { records }: Snapshot,
): Map<ImageKey, number> {
  const children = new Map<ImageKey, ImageKey[]>();
  const own = new Map<ImageKey, number>();
  for (const definition of images) {
    const published = records[definition.key]?.channels[firstChannel(definition)]?.current;
    own.set(definition.key, expectedBuildMs(published));
    const parent = parentOf(definition);
    if (parent === undefined) continue;
    const siblings = children.get(parent);
    if (siblings === undefined) children.set(parent, [definition.key]);
    else siblings.push(definition.key);
  }
  const remaining = new Map<ImageKey, number>();
  const measure = (key: ImageKey): number => {
    const known = remaining.get(key);
    if (known !== undefined) return known;
    const below = (children.get(key) ?? []).reduce((most, child) => Math.max(most, measure(child)), 0);
    const total = (own.get(key) ?? 0) + below;
    remaining.set(key, total);
    return total;
  };
  for (const { key } of images) measure(key);
  return remaining;
}
