import type { ImageKey } from '../definitions/catalog';
import type { WaitReason } from './decision';
import { expectedBuildMs } from './expected-duration';
import type { ImageNode } from './forest';
import type { Snapshot } from './snapshot';

/**
 * Who gets a build slot: those below whom most build time remains come first, because the whole cascade lasts at least as
 * long as its longest path. Ties go by key. The others wait, and are told how many are ahead. `order` is the whole
 * catalog, bases first.
 */
export function giveSlots(
  candidates: ImageKey[],
  order: readonly ImageNode[],
  { nowMs, slotsInUse, startsBlockedUntilMs, policy }: Snapshot,
): { bakeOrder: ImageKey[]; waiting: Map<ImageKey, WaitReason> } {
  const waiting = new Map<ImageKey, WaitReason>();
  if (startsBlockedUntilMs !== undefined && startsBlockedUntilMs > nowMs) {
    for (const key of candidates) waiting.set(key, { code: 'service-limit', untilMs: startsBlockedUntilMs });
    return { bakeOrder: [], waiting };
  }
  const queue = candidates.length < 2 ? candidates : byRemainingPath(candidates, order);
  const max = policy.maxConcurrentBuilds;
  const free = Math.max(0, max - slotsInUse);
  queue.slice(free).forEach((key, index) => {
    waiting.set(key, { code: 'slots', inUse: slotsInUse, max, ahead: free + index });
  });
  return { bakeOrder: queue.slice(0, free), waiting };
}

function byRemainingPath(candidates: ImageKey[], order: readonly ImageNode[]): ImageKey[] {
  const remaining = remainingPaths(candidates, order);
  const of = (key: ImageKey): number => remaining.get(key) ?? 0;
  return candidates.toSorted((a, b) => of(b) - of(a) || (a < b ? -1 : 1));
}

/** Expected build time of the candidates, each with the longest line of images below it, in milliseconds. */
export function remainingPaths(
  candidates: readonly ImageKey[],
  order: readonly ImageNode[],
): Map<ImageKey, number> {
  const wanted = new Set(candidates);
  const remaining = new Map<ImageKey, number>();
  for (let at = order.length - 1; at >= 0; at--) {
    const { outline, record, parent, belowMs } = order[at]!;
    const isWanted = wanted.has(outline.key);
    if (!isWanted && parent === undefined) continue;
    const totalMs = expectedBuildMs(record?.channels[outline.channel]?.current) + belowMs;
    if (isWanted) remaining.set(outline.key, totalMs);
    if (parent !== undefined && parent.belowMs < totalMs) parent.belowMs = totalMs;
  }
  return remaining;
}
