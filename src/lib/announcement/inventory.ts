import type { ImageKey } from '../definitions/catalog';
import type { InstantMs } from '../definitions/instant';
import type { Published } from '../lifecycle/channel';
import { describeChannel } from './compose';
import type { Announcer } from './compose';
import { toMessage } from './message';
import type { AnnouncementMessage } from './message';
import type { ChannelAnnouncement } from './schemas';

export interface InventoryLine {
  image: ImageKey;
  channel: string;
  published: Published;
  /** Oldest first. */
  revoked?: string[];
}

/** Leaves room below the 256 KiB of SNS for what a topic's delivery adds around a message. */
export const chunkBytes = 200_000;

/** What all channels point at now, in as many messages as it takes: followers that missed an announcement catch up. */
export function writeInventory(
  { bakery, account }: Announcer,
  lines: InventoryLine[],
  nowMs: InstantMs,
): AnnouncementMessage[] {
  const channels = lines.map(({ image, channel, published, revoked = [] }) =>
    describeChannel(image, channel, published, revoked),
  );
  const chunks = inChunks(channels);
  return chunks.map((chunk, index) =>
    toMessage({
      schema: 'ami-bakery/inventory/1',
      bakery,
      account,
      takenAt: new Date(nowMs).toISOString(),
      chunk: index + 1,
      of: chunks.length,
      channels: chunk,
    }),
  );
}

/** At least one: a bakery without channels says that, too. */
function inChunks(channels: ChannelAnnouncement[]): ChannelAnnouncement[][] {
  const envelopeBytes = 1_000;
  const chunks: ChannelAnnouncement[][] = [[]];
  let bytes = envelopeBytes;
  for (const channel of channels) {
    const size = Buffer.byteLength(JSON.stringify(channel)) + 1;
    if (bytes + size > chunkBytes && bytes > envelopeBytes) {
      chunks.push([]);
      bytes = envelopeBytes;
    }
    chunks.at(-1)!.push(channel);
    bytes += size;
  }
  return chunks;
}
