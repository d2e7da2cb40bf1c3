import { newChannel } from '../lifecycle/channel-transitions';
import type { Gone, Published } from '../lifecycle/channel';
import type { ImageRecord } from '../lifecycle/image-record';
import { lost } from '../lifecycle/soaking';
import { amendmentLost, promotionLost } from '../notices/promotion-lost';
import type { Plan } from '../planning/decision';
import { explainFurther } from '../planning/explain-channel';
import type { FurtherChannel } from '../planning/further-channel';
import { beginPublishing, regionsOf } from './begin-publishing';
import { definitionOf } from './definition-of';
import { earlierBake, whyGone } from './earlier-bake';
import { revokedNow } from './revoked-now';
import type { Run } from './run';

type Moving = FurtherChannel & { move: NonNullable<FurtherChannel['move']> };

/** Further channels begin to move, one of an image at a time; the next round does the moving. */
export async function promoteChannels(run: Run, { further }: Plan): Promise<void> {
  const moves = further.filter((one): one is Moving => one.move !== undefined);
  await run.each(
    // The channels of an image are in one item: the others have their turn in the next round.
    moves.filter((one, index) => moves.findIndex(({ image }) => image === one.image) === index),
    'promoting',
    ({ image }) => image,
    (one) => promoteOne(run, one),
  );
}

async function promoteOne(run: Run, { image, channel: name, state, move }: Moving): Promise<void> {
  const definition = definitionOf(run, image);
  const record = run.record(image);
  if (definition === undefined || record === undefined) return;
  if (Object.values(record.channels).some(({ moving }) => moving !== undefined)) return;
  const channel = record.channels[name] ?? newChannel();
  const to = await goal(run, record, name, move);
  if (to === undefined) return;
  if (revokedNow(run, to.image, to) !== undefined) return;
  const gone = await whyGone(run, to, regionsOf(run, definition));
  if (gone !== undefined) {
    const { bakeId } = to;
    const what = move.kind === 'promote' ? 'cannot be promoted' : 'cannot be amended';
    run.deps.log.warn(what, { image, channel: name, bake: bakeId, reason: gone });
    const digest = move.kind === 'promote' ? {} : { policyDigest: move.policyDigest };
    await giveUp(run, record, name, { bakeId, why: gone, ...digest });
    return;
  }
  const text = explainFurther(state, run.nowMs);
  const code = move.kind === 'promote' ? ('promoted' as const) : ('amended' as const);
  // Whoever comes past a pin has come from a commit, or from the base the pin was to hold until.
  const { pin, ...unpinned } = channel;
  const from = move.kind === 'promote' ? unpinned : channel;
  const moved = beginPublishing(run, definition, name, from, { to, cause: { code, text } });
  await run.save({ ...record, channels: { ...record.channels, [name]: moved } });
  if (pin !== undefined && move.kind === 'promote') {
    run.deps.log.info('pin released', { image, channel: name, by: pin.by, reason: text });
  }
  run.deps.log.info(move.kind, { image, channel: name, bake: to.bakeId, reason: text });
}

/** Said once, and remembered, so that it is not tried again for ever. */
async function giveUp(run: Run, record: ImageRecord, name: string, gone: Gone): Promise<void> {
  const channel = lost(record.channels[name] ?? newChannel(), gone);
  const { policyDigest } = gone;
  const target = definitionOf(run, record.key)?.notify;
  const notice =
    policyDigest === undefined
      ? promotionLost(record.key, name, gone, target, run.nowMs)
      : amendmentLost(record.key, name, { ...gone, policyDigest }, target, run.nowMs);
  await run.save({
    ...record,
    channels: { ...record.channels, [name]: channel },
    outbox: [...record.outbox, notice],
  });
}

/** What the channel is to have: as the channel before it has it, with whatever regions it has come to. */
async function goal(
  run: Run,
  { key, channels }: ImageRecord,
  name: string,
  move: Moving['move'],
): Promise<Omit<Published, 'sequence'> | undefined> {
  const before = channels[move.from]?.current;
  const bakeId = move.kind === 'promote' ? move.bakeId : channels[name]?.current?.bakeId;
  const has = [before, channels[name]?.current].find((published) => published?.bakeId === bakeId);
  if (has !== undefined) {
    const { sequence: _old, publishedAtMs: _then, ...to } = has;
    return to;
  }
  return bakeId === undefined ? undefined : earlierBake(run, key, bakeId);
}
