import type { ImageKey } from '../definitions/catalog';
import { splitImageKey } from '../definitions/names';
import type { Published, Withdrawn } from '../lifecycle/channel';
import { toMessage } from './message';
import type { AnnouncementMessage } from './message';
import type { ChannelAnnouncement, ImagePublished, ImageRevoked, WithdrawnAnnouncement } from './schemas';

/** Who announces. */
export interface Announcer {
  bakery: string;
  account: string;
}

/** Bakes of an image that must not be used, oldest first, each with the reason. */
export type Told = readonly { bakeId: string; why: string }[];

/** More revoked bakes than this are older than any follower still uses; the newest are told. */
export const revokedTold = 200;
/** What reasons may take of a message, beside everything else; the newest are told. */
const reasonBytes = 20_000;
const reasonLength = 1_000;

/** A channel moved, or more is revoked than before: `ami-bakery/image-published/1`. */
export function composePublished(
  { bakery, account }: Announcer,
  image: ImageKey,
  channel: string,
  published: Published,
  revoked: Told,
): AnnouncementMessage {
  const announcement: ImagePublished = {
    schema: 'ami-bakery/image-published/1',
    bakery,
    account,
    ...describeChannel(image, channel, published, revoked),
  };
  return toMessage(announcement);
}

/** The part that a published image and a line of an inventory have in common. */
export function describeChannel(
  image: ImageKey,
  channel: string,
  published: Published,
  revoked: Told,
): ChannelAnnouncement {
  const { name, architecture } = splitImageKey(image);
  // Of an adopted AMI it is known only what EC2 says of it.
  const base = published.adopted === undefined ? published.baseAmiId : published.ancestry[0]?.amiId;
  return {
    image: name,
    architecture,
    channel,
    sequence: published.sequence,
    bake: published.bakeId,
    inputHash: published.inputHash,
    commit: published.commitId,
    ...(base === undefined ? {} : { base }),
    amis: published.amis,
    ancestry: published.ancestry,
    // A sequence is the time of the move: near enough where a move was not timed.
    publishedAt: new Date(published.publishedAtMs ?? published.sequence).toISOString(),
    ...tell(revoked),
  };
}

/** Nothing good was left for a channel: `ami-bakery/image-revoked/1`. */
export function composeRevoked(
  { bakery, account }: Announcer,
  image: ImageKey,
  channel: string,
  withdrawn: Withdrawn,
  revoked: Told,
): AnnouncementMessage {
  const announcement: ImageRevoked = {
    schema: 'ami-bakery/image-revoked/1',
    bakery,
    account,
    ...describeWithdrawn(image, channel, withdrawn, revoked),
  };
  return toMessage(announcement);
}

/** The part that it has in common with a line of an inventory. */
export function describeWithdrawn(
  image: ImageKey,
  channel: string,
  { sequence, bakeId, amis, why, atMs }: Withdrawn,
  revoked: Told,
): WithdrawnAnnouncement {
  const { name, architecture } = splitImageKey(image);
  return {
    image: name,
    architecture,
    channel,
    sequence,
    bake: bakeId,
    amis,
    reason: why.slice(0, reasonLength),
    revokedAt: new Date(atMs).toISOString(),
    ...tell(revoked),
  };
}

function tell(revoked: Told): Pick<ChannelAnnouncement, 'revoked' | 'reasons'> {
  const told = revoked.slice(-revokedTold);
  const reasons: Record<string, string> = {};
  let left = reasonBytes;
  for (const { bakeId, why } of told.toReversed()) {
    const text = why.slice(0, reasonLength);
    left -= Buffer.byteLength(text) + bakeId.length;
    if (left < 0) break;
    reasons[bakeId] = text;
  }
  return {
    revoked: told.map(({ bakeId }) => bakeId),
    ...(Object.keys(reasons).length === 0 ? {} : { reasons }),
  };
}
