import { composePublished, composeRevoked } from '../announcement/compose';
import { writeInventory } from '../announcement/inventory';
import type { AnnouncementMessage } from '../announcement/message';
import type { ImageKey } from '../definitions/catalog';
import type { Channel } from '../lifecycle/channel';
import { announced, channelStatus } from '../lifecycle/channel-transitions';
import type { ImageRecord } from '../lifecycle/image-record';
import { revokedOf } from './revoked-of-image';
import type { Run } from './run';

/** An announcement that went out, and which channel's it was. */
export interface Sent {
  image: ImageKey;
  channel: string;
  sequence: number;
}

/** Sends what is owed: channels that are confirmed and not announced. A crash sends it twice, and a receiver acts once. */
export async function announceChannels(run: Run): Promise<Sent[]> {
  const { topicArn } = run.deps.settings;
  if (topicArn === undefined) return [];
  const sent: Sent[] = [];
  const owed = run.records.flatMap((record) =>
    Object.entries(record.channels)
      .filter(([, channel]) => channelStatus(channel) === 'confirmed')
      .map(([channel, state]) => ({ record, channel, state })),
  );
  await run.each(
    owed,
    'announcing',
    ({ record }) => record.key,
    async ({ record, channel, state }) => {
      for (const message of messagesOf(run, record, channel, state)) {
        await run.deps.topic.publish(topicArn, message);
      }
      const sequence = (state.current ?? state.withdrawn)!.sequence;
      sent.push({ image: record.key, channel, sequence });
    },
  );
  return sent;
}

/** What a channel has now; or that it has nothing, and whether what it had is still revoked. */
function messagesOf(
  run: Run,
  { key, revoked: marked }: ImageRecord,
  channel: string,
  { current, withdrawn }: Channel,
): AnnouncementMessage[] {
  const { settings } = run.deps;
  const revoked = revokedOf(run, marked);
  if (current !== undefined) return [composePublished(settings, key, channel, current, revoked)];
  if (withdrawn === undefined) return [];
  return revoked.some(({ bakeId }) => bakeId === withdrawn.bakeId)
    ? [composeRevoked(settings, key, channel, withdrawn, revoked)]
    : writeInventory(settings, [{ image: key, channel, withdrawn, revoked }], run.nowMs);
}

export async function recordAnnounced(run: Run, sent: Sent[]): Promise<void> {
  await run.each(
    [...new Set(sent.map(({ image }) => image))],
    'recording an announcement',
    (image) => image,
    async (image) => {
      const record = run.record(image);
      if (record === undefined) return;
      // The channels of an image are in one item.
      const channels = { ...record.channels };
      const told = sent.filter((one) => one.image === image && channels[one.channel] !== undefined);
      for (const { channel, sequence } of told) channels[channel] = announced(channels[channel]!, sequence);
      await run.save({ ...record, channels });
      for (const { channel, sequence } of told) {
        run.deps.log.info('announced', {
          image,
          channel,
          sequence,
          bake: channels[channel]?.current?.bakeId,
        });
      }
    },
  );
}
