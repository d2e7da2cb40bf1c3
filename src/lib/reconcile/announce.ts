import { composePublished } from '../announcement/compose';
import type { ImageKey } from '../definitions/catalog';
import { announced, channelStatus } from '../lifecycle/channel-transitions';
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
      .map(([channel, { current }]) => ({ image: record.key, channel, current: current! })),
  );
  await run.each(
    owed,
    'announcing',
    ({ image }) => image,
    async ({ image, channel, current }) => {
      const message = composePublished(run.deps.settings, image, channel, current, []);
      await run.deps.topic.publish(topicArn, message);
      sent.push({ image, channel, sequence: current.sequence });
    },
  );
  return sent;
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
