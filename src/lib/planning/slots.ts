import type { ImageKey } from '../definitions/catalog';
import type { WaitReason } from './decision';
import { expectedBuildMs } from './expected-duration';
import { firstChannel } from './desired';
import type { Run } from './run';

/**
 * Who gets a build slot: those below whom most build time remains come first, because the whole cascade lasts at least as
 * long as its longest path. Ties go by key. The others wait, and are told how many are ahead.
 */
export function giveSlots(
  candidates: ImageKey[],
  run: Pick<Run, 'graph' | 'inForce' | 'snapshot'>,
): { bakeOrder: ImageKey[]; waiting: Map<ImageKey, WaitReason> } {
  const waiting = new Map<ImageKey, WaitReason>();
  const { nowMs, slotsInUse, startsBlockedUntilMs, policy } = run.snapshot;
  if (startsBlockedUntilMs !== undefined && startsBlockedUntilMs > nowMs) {
    for (const key of candidates) waiting.set(key, { code: 'service-limit', untilMs: startsBlockedUntilMs });
    return { bakeOrder: [], waiting };
  }
  const order = candidates.length < 2 ? candidates : byRemainingPath(candidates, run);
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
  run: Pick<Run, 'graph' | 'inForce' | 'snapshot'>,
): ImageKey[] {
  const remaining = remainingPaths(run);
  const of = (key: ImageKey): number => remaining.get(key) ?? 0;
  return [...candidates].sort((a, b) => of(b) - of(a) || (a < b ? -1 : 1));
}

/** Expected build time of each image and of the longest line of images below it. */
export function remainingPaths({
  graph,
  inForce,
  snapshot,
}: Pick<Run, 'graph' | 'inForce' | 'snapshot'>): Map<ImageKey, number> {
  const below = new Map<ImageKey, number>();
  const remaining = new Map<ImageKey, number>();
  const channels = new Map(inForce.catalog.images.map((image) => [image.key, firstChannel(image)]));
  for (const key of graph.order.toReversed()) {
    const published = snapshot.records[key]?.channels[channels.get(key) ?? '']?.current;
    const total = expectedBuildMs(published) + (below.get(key) ?? 0);
    remaining.set(key, total);
    const parent = graph.parent(key);
    if (parent !== undefined) below.set(parent, Math.max(below.get(parent) ?? 0, total));
  }
  return remaining;
}
