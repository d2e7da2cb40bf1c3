import type { ImageKey } from '../definitions/catalog';
import type { InstantMs } from '../definitions/instant';
import type { Gone } from '../lifecycle/channel';
import type { Notice } from '../lifecycle/image-record';
import { composeNotice } from './compose';

/** What a channel has was to get other sharing, tags or regions, and its AMI is no longer there. */
export function amendmentLost(
  image: ImageKey,
  channel: string,
  { bakeId, why, policyDigest }: Required<Gone>,
  target: string | undefined,
  atMs: InstantMs,
): Notice {
  return composeNotice({
    id: `amendment-lost:${image}@${channel}:${bakeId}:${policyDigest}`,
    code: 'AMENDMENT_LOST',
    target,
    subject: `${image}@${channel}: bake ${bakeId} cannot be amended`,
    paragraphs: [
      `Sharing, tags or regions of bake ${bakeId} of ${image} were to change in ${channel}, and cannot: ${why}.`,
      `${channel} still points to it. The next bake comes to it as usual; to have one now: bakery bake ${image}`,
    ],
    atMs,
  });
}

/** A bake was to be promoted, and its AMI is no longer there. */
export function promotionLost(
  image: ImageKey,
  channel: string,
  { bakeId, why }: Gone,
  target: string | undefined,
  atMs: InstantMs,
): Notice {
  return composeNotice({
    id: `promotion-lost:${image}@${channel}:${bakeId}`,
    code: 'PROMOTION_LOST',
    target,
    subject: `${image}@${channel}: bake ${bakeId} cannot be promoted`,
    paragraphs: [
      `Bake ${bakeId} of ${image} was to come to ${channel}, and cannot: ${why}.`,
      `${channel} keeps what it has. The next bake comes to it as usual; to have one now: bakery bake ${image}`,
    ],
    atMs,
  });
}
