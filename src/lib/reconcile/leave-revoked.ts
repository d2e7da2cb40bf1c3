import type { ImageDefinition } from '../definitions/catalog';
import { wholeHistory } from '../ledger/history';
import { putRevocation } from '../ledger/writes';
import type { TableWrite } from '../aws/edges';
import type { Channel, Published } from '../lifecycle/channel';
import { dropMove, withdraw } from '../lifecycle/channel-transitions';
import type { ImageRecord, Notice } from '../lifecycle/image-record';
import { goodBakes } from '../lifecycle/last-good';
import { revocationId, revocationText, type Revocation } from '../lifecycle/revocation';
import { leftRevoked } from '../notices/left-revoked';
import type { LeavingChannel, Plan } from '../planning/decision';
import { isMarked } from '../planning/revoked';
import { beginPublishing, regionsOf } from './begin-publishing';
import { definitionOf } from './definition-of';
import { deleteParameters } from './delete-parameters';
import { discardCopies } from './discard-copies';
import { publishedAgain, whyGone } from './earlier-bake';
import { revokedNow } from './revoked-now';
import type { Run } from './run';

/**
 * Channels leave what was revoked: for the last good bake, or for nothing where there is none. Pins, pauses and windows
 * hold nobody back, and what left bakery.yml has nobody who would say how an earlier bake is shared.
 */
export async function leaveRevoked(run: Run, { leaving }: Plan): Promise<void> {
  const images = [...new Set(leaving.map(({ image }) => image))];
  await run.each(
    images,
    'leaving what was revoked',
    (image) => image,
    async (image) => {
      // The channels of an image are in one item: one after the other.
      for (const one of leaving.filter((channel) => channel.image === image)) await leave(run, one);
    },
  );
}

async function leave(run: Run, one: LeavingChannel): Promise<void> {
  const { image, channel: name, revocation } = one;
  const record = run.record(image);
  const channel = record?.channels[name];
  if (record === undefined || channel === undefined) return;
  if (one.do === 'drop') {
    if (channel.moving !== undefined) await discardCopies(run, record, channel.moving);
    await run.save({ ...record, channels: { ...record.channels, [name]: dropMove(channel) } });
    run.deps.log.warn('move given up', {
      image,
      channel: name,
      bake: one.bakeId,
      reason: revocationText(revocation),
    });
    return;
  }
  if (channel.current?.bakeId !== one.bakeId || channel.moving !== undefined) return;
  const definition = definitionOf(run, image);
  const isThere = definition?.channels.includes(name) === true;
  const to = isThere ? await lastGood(run, definition, record, name, channel, channel.current) : undefined;
  if (to === undefined || definition === undefined) {
    if (!(await deleteParameters(run, channel))) return;
  }
  const cause = { code: 'revoked', text: revocationText(revocation) } as const;
  const left =
    to === undefined || definition === undefined
      ? withdraw(channel, revocation, run.nowMs)
      : beginPublishing(run, definition, name, channel, { to, cause });
  const notice: Notice = leftRevoked(
    { image, channel: name, from: one.bakeId, ...(to === undefined ? {} : { to: to.bakeId }) },
    revocation,
    definition?.notify,
    run.nowMs,
  );
  await run.save(
    { ...record, outbox: [...record.outbox, notice], channels: { ...record.channels, [name]: left } },
    spreadsAgain(run, revocation),
  );
  run.deps.log.warn('channel leaves what was revoked', {
    image,
    channel: name,
    from: one.bakeId,
    to: to?.bakeId ?? 'nothing',
    reason: cause.text,
  });
}

/** The best bake whose AMIs are there in every region that the image has parameters in. */
async function lastGood(
  run: Run,
  definition: ImageDefinition,
  record: ImageRecord,
  name: string,
  { past = [], gone = [], pin }: Channel,
  { bakeId: from }: Published,
): Promise<Omit<Published, 'sequence'> | undefined> {
  const history = (await wholeHistory(run.deps.table, record.key)).reverse();
  const reached = history
    .filter(
      ({ id, ancestry }) =>
        isMarked(record, id) || revokedNow(run, record.key, { bakeId: id, ancestry }) !== undefined,
    )
    .map(({ id }) => id);
  const good = goodBakes({
    history,
    from,
    isFirst: definition.channels[0] === name,
    past,
    pinned: pin !== undefined,
    // What EC2 refused on the way out is as little good.
    isRevoked: (id) => reached.includes(id) || gone.some(({ bakeId }) => bakeId === id),
  });
  for (const id of good) {
    const bake = await publishedAgain(
      run,
      history.find((ended) => ended.id === id)!,
    );
    const gone = await whyGone(run, bake, regionsOf(run, definition));
    if (gone === undefined) return bake;
    run.deps.log.info('passed over', { image: record.key, channel: name, bake: id, reason: gone });
  }
  return undefined;
}

/** It had spread, and a channel that came to it meanwhile leaves it now: its AMIs are to be looked at once more. */
function spreadsAgain(run: Run, revocation: Revocation): TableWrite[] {
  if (revocation.spreadAtMs === undefined) return [];
  const id = revocationId(revocation);
  const { spreadAtMs: _before, ...rest } = run.ledger.revocations.get(id) ?? revocation;
  const { stored, write } = putRevocation(rest);
  run.ledger.revocations.set(id, stored);
  return [write];
}
