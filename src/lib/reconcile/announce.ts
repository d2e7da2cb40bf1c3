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
    sent,
    'recording an announcement',
    ({ image }) => image,
    async ({ image, channel, sequence }) => {
      const record = run.record(image);
      const state = record?.channels[channel];
      if (record === undefined || state === undefined) return;
      await run.save({
        ...record,
        channels: { ...record.channels, [channel]: announced(state, sequence) },
      });
      run.deps.log.info('announced', { image, channel, sequence, bake: state.current?.bakeId });
    },
  );
}
