import { releasedBy } from '../lifecycle/pin';
import { baseAmi, isBuildable, resolveBase } from './base';
import type { CurrentReason } from './decision';
import type { ImageNode } from './forest';
import type { Run } from './run';

type Pinned = Extract<CurrentReason, { code: 'pinned' }>;

/**
 * What an image says while its first channel is pinned: nothing is due, whatever base, schedule and builder do. A pin that
 * no longer holds is noted for release, and counts as none at once.
 */
export function pinnedAt(node: ImageNode, run: Run): Pinned | undefined {
  const { outline, record, parent } = node;
  const channel = record?.channels[outline.channel];
  if (channel?.pin === undefined) return undefined;
  const { pin, current } = channel;
  const { contentDigest } = outline;
  const base = resolveBase(outline.definition, outline.baseId, parent?.record, run.snapshot);
  const because = releasedBy(pin, {
    contentDigest,
    baseAmiId: isBuildable(base) ? baseAmi(base) : undefined,
  });
  if (because !== undefined) {
    run.releases.push({ image: outline.key, channel: outline.channel, because });
    return undefined;
  }
  const { by, why, atMs, until } = pin;
  const amiId = current?.amis[run.snapshot.policy.region] ?? 'unknown';
  const asked = record?.asked;
  return {
    code: 'pinned',
    amiId,
    by,
    why,
    atMs,
    until,
    ...(asked === undefined ? {} : { askedBy: asked.by }),
  };
}
