import type { ImageKey } from '../definitions/catalog';
import type { InstantMs } from '../definitions/instant';
import type { Published, Withdrawn } from '../lifecycle/channel';
import { describeChannel, describeWithdrawn } from './compose';
import type { Announcer, Told } from './compose';
import { toMessage } from './message';
import type { AnnouncementMessage } from './message';
import type { ChannelAnnouncement, Inventory, WithdrawnAnnouncement } from './schemas';

/** What a channel has, or why it has nothing. */
export type InventoryLine = { image: ImageKey; channel: string; revoked?: Told } & (
  { published: Published } | { withdrawn: Withdrawn }
);

/** Leaves room below the 256 KiB of SNS for what a topic's delivery adds around a message. */
export const chunkBytes = 200_000;

/** What all channels point at now, in as many messages as it takes: followers that missed an announcement catch up. */
export function writeInventory(
  { bakery, account }: Announcer,
  lines: InventoryLine[],
  nowMs: InstantMs,
): AnnouncementMessage[] {
  const entries = lines.map((line): Entry => {
    const { image, channel, revoked = [] } = line;
    return 'published' in line
      ? { channel: describeChannel(image, channel, line.published, revoked) }
      : { withdrawn: describeWithdrawn(image, channel, line.withdrawn, revoked) };
  });
  const chunks = inChunks(entries);
  return chunks.map((chunk, index) =>
    toMessage({
      schema: 'ami-bakery/inventory/1',
      bakery,
      account,
      takenAt: new Date(nowMs).toISOString(),
      chunk: index + 1,
      of: chunks.length,
      ...contentOf(chunk),
    }),
  );
}

type Entry = { channel: ChannelAnnouncement } | { withdrawn: WithdrawnAnnouncement };

function contentOf(entries: readonly Entry[]): Pick<Inventory, 'channels' | 'withdrawn'> {
  const channels = entries.flatMap((entry) => ('channel' in entry ? [entry.channel] : []));
  const withdrawn = entries.flatMap((entry) => ('withdrawn' in entry ? [entry.withdrawn] : []));
  return { channels, ...(withdrawn.length === 0 ? {} : { withdrawn }) };
}

/** At least one: a bakery without channels says that, too. */
function inChunks(entries: readonly Entry[]): Entry[][] {
  const envelopeBytes = 1_000;
  const chunks: Entry[][] = [[]];
  let bytes = envelopeBytes;
  for (const entry of entries) {
    const size = Buffer.byteLength(JSON.stringify('channel' in entry ? entry.channel : entry.withdrawn)) + 1;
    if (bytes + size > chunkBytes && bytes > envelopeBytes) {
      chunks.push([]);
      bytes = envelopeBytes;
    }
    chunks.at(-1)!.push(entry);
    bytes += size;
  }
  return chunks;
}
