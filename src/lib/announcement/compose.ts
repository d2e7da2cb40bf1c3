import type { ImageKey } from '../definitions/catalog';
import { splitImageKey } from '../definitions/names';
import type { Published } from '../lifecycle/channel';
import { toMessage } from './message';
import type { AnnouncementMessage } from './message';
import type { ChannelAnnouncement, ImagePublished } from './schemas';

/** Who announces. */
export interface Announcer {
  bakery: string;
  account: string;
}

/** More revoked bakes than this are older than any follower still uses; the newest are told. */
const revokedTold = 200;

/** A channel moved: `ami-bakery/image-published/1`. `revoked`: bakes of the channel that must not be used, oldest first. */
export function composePublished(
  { bakery, account }: Announcer,
  image: ImageKey,
  channel: string,
  published: Published,
  revoked: string[],
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
  revoked: string[],
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
    revoked: revoked.slice(-revokedTold),
  };
}
