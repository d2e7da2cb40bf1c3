import type { ImageDefinition } from '../definitions/catalog';
import { blockMove, confirmMove } from '../lifecycle/channel-transitions';
import type { Channel, ChannelMove } from '../lifecycle/channel';
import type { ImageRecord } from '../lifecycle/image-record';
import { channelBlocked } from '../notices/channel-blocked';
import { definitionOf } from './definition-of';
import { moveParameters, sendUnsent } from './move-parameters';
import { shareAmi } from './share-ami';
import { tagAmi } from './tag-ami';
import type { Run } from './run';

/** Moves every channel that is under way as far as it goes: tags, launch permissions, parameters, then the channel. */
export async function moveChannels(run: Run): Promise<void> {
  const moving = run.records.flatMap((record) =>
    Object.entries(record.channels)
      .filter(([, channel]) => channel.moving !== undefined)
      .map(([name]) => ({ image: record.key, name })),
  );
  await run.each(
    moving,
    'moving a channel',
    ({ image }) => image,
    async ({ image, name }) => {
      const record = run.record(image);
      const definition = definitionOf(run, image);
      const channel = record?.channels[name];
      if (record === undefined || definition === undefined || channel?.moving === undefined) return;
      await moveOne(run, record, definition, name, channel, channel.moving);
    },
  );
}

async function moveOne(
  run: Run,
  record: ImageRecord,
  definition: ImageDefinition,
  name: string,
  channel: Channel,
  begun: ChannelMove,
): Promise<void> {
  const { deps } = run;
  if (!begun.tagged) await tagAmi(run, begun, definition);
  if (!begun.shared) await shareAmi(run, begun, definition);
  const ready = { ...begun, tagged: true, shared: true };
  let stored = record;
  const put = async (next: Channel, outbox = stored.outbox) => {
    stored = await run.save({ ...stored, outbox, channels: { ...stored.channels, [name]: next } });
  };
  // The parameters' pending writes are in the ledger already, so that tags and permissions can be put down beside them.
  await Promise.all([
    sendUnsent(run, channel, ready),
    begun.tagged && begun.shared ? undefined : put({ ...channel, moving: ready }),
  ]);
  const parameters = await moveParameters(run, channel, ready, (pending) =>
    put({ ...channel, moving: { ...ready, parameters: pending } }),
  );
  const move = { ...ready, parameters };

  const refusal = Object.values(parameters).find((write) => write.refusal !== undefined)?.refusal;
  if (refusal !== undefined) {
    const blocked = { ...refusal, sinceMs: run.nowMs };
    deps.log.warn('channel blocked', { image: record.key, channel: name, reason: blocked.why });
    const notice = channelBlocked(record.key, name, blocked, definition.notify, run.nowMs);
    await put(blockMove({ ...channel, moving: move }, blocked), [...stored.outbox, notice]);
    return;
  }
  if (Object.values(parameters).every(({ state }) => state === 'confirmed')) {
    const confirmed = confirmMove({ ...channel, moving: move }, run.nowMs);
    await put(confirmed);
    // Nothing can have been baked before on what is published for the first time now.
    if (move.cause.code === 'published') run.facts.freshBakes.add(move.to.bakeId);
    deps.log.info('channel moved', {
      image: record.key,
      channel: name,
      bake: move.to.bakeId,
      amis: move.to.amis,
      sequence: move.to.sequence,
      reason: move.cause.text,
    });
  }
}
