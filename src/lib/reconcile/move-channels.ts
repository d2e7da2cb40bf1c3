import type { TableWrite } from '../aws/edges';
import type { Share } from '../definitions/catalog';
import { indexReady } from '../ledger/writes';
import { covers, isEmptyShare, union } from '../lifecycle/sharing';
import { withinCeilings } from '../planning/ceilings';
import { blockMove, confirmMove, dropMove, givenBy } from '../lifecycle/channel-transitions';
import type { Channel, ChannelMove } from '../lifecycle/channel';
import type { ImageRecord } from '../lifecycle/image-record';
import type { Revocation } from '../lifecycle/revocation';
import { lost } from '../lifecycle/soaking';
import { channelBlocked } from '../notices/channel-blocked';
import { policyInForce } from './begin-publishing';
import { copyForMove } from './copy-for-move';
import { definitionOf } from './definition-of';
import { discardCopies } from './discard-copies';
import { moveParameters, sendUnsent } from './move-parameters';
import { passedOn } from './passed-on';
import { refusedByEc2 } from './refused-by-ec2';
import { refusedOnTheWayOut } from './refused-on-the-way-out';
import { revokedNow } from './revoked-now';
import type { Run } from './run';

/** Moves every channel that is under way as far as it goes: tags, launch permissions, parameters, then the channel. */
export async function moveChannels(run: Run): Promise<void> {
  const moving = run.records.filter(({ channels }) =>
    Object.values(channels).some((channel) => channel.moving !== undefined),
  );
  await run.each(
    moving,
    'moving a channel',
    ({ key }) => key,
    // The channels of an image are in one item: they go one after the other.
    async ({ key, channels }) => {
      for (const name of Object.keys(channels)) {
        const record = run.record(key);
        const channel = record?.channels[name];
        if (record === undefined || channel?.moving === undefined || run.stale) continue;
        await moveOne(run, record, name, channel, channel.moving);
      }
    },
  );
}

async function moveOne(
  run: Run,
  record: ImageRecord,
  name: string,
  channel: Channel,
  begun: ChannelMove,
): Promise<void> {
  const { deps } = run;
  const definition = definitionOf(run, record.key);
  let stored = record;
  const put = async (
    next: Channel,
    outbox = stored.outbox,
    alongside: TableWrite[] = [],
    others: ImageRecord['channels'] = {},
  ) => {
    stored = await run.save(
      { ...stored, outbox, channels: { ...stored.channels, ...others, [name]: next } },
      alongside,
    );
  };
  const block = async (next: Channel, blocked: NonNullable<Channel['blocked']>) => {
    deps.log.warn('channel blocked', { image: record.key, channel: name, reason: blocked.why });
    const notice = channelBlocked(record.key, name, blocked, definition?.notify, run.nowMs);
    const after = givenUp(next, blocked);
    // What is blocked is tried again, and finds its copies then.
    if (after.blocked === undefined && next.moving !== undefined)
      await discardCopies(run, stored, next.moving);
    await put(after, [...stored.outbox, notice], next.moving && indexGiven(next.moving));
  };
  let ready = begun;
  if (!begun.tagged || !begun.shared) {
    // While the catalog cannot be read, nothing says how. What left bakery.yml before anybody could see it stays unpublished.
    if (!run.facts.catalog.known) return;
    if (definition === undefined) {
      await discardCopies(run, record, begun);
      return put(dropMove(channel), undefined, indexGiven(begun));
    }
    const policy = policyInForce(run, definition);
    if (ready.distribution !== undefined) {
      const copied = await copyForMove(run, definition, name, ready, (moving, alongside) =>
        put({ ...channel, moving }, undefined, alongside),
      );
      if (copied.state === 'under-way') return;
      if (copied.state === 'failed') {
        return block(stored.channels[name] ?? channel, {
          code: 'COPY_FAILED',
          why: copied.why,
          sinceMs: run.nowMs,
          policyDigest: policy,
        });
      }
      ready = copied.move;
    }
    const wanted = withinCeilings(definition.share, deps.settings.ceilings);
    if (!covers(ready.granting, wanted)) {
      // Another commit came: what is about to be given is recorded before it is.
      ready = { ...ready, granting: union(ready.granting, wanted) };
      await put({ ...channel, moving: ready });
    }
    const refusal = await refusedByEc2(run, ready, definition, wanted);
    if (refusal !== undefined) {
      return block({ ...channel, moving: ready }, { ...refusal, sinceMs: run.nowMs, policyDigest: policy });
    }
    ready = shared(ready, wanted, policy);
  }
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
    const refused = { ...channel, moving: move };
    const revoked = leaves(run, record, channel, move);
    if (revoked === undefined) return block(refused, { ...refusal, sinceMs: run.nowMs });
    const about = { image: record.key, name, channel: refused, refusal, revoked, notify: definition?.notify };
    const out = await refusedOnTheWayOut(run, about);
    if (out === undefined) return put(refused);
    return put(out.channel, [...stored.outbox, out.notice], out.isNothing ? indexGiven(move) : []);
  }
  if (Object.values(parameters).every(({ state }) => state === 'confirmed')) {
    const confirmed = confirmMove({ ...channel, moving: move }, run.nowMs);
    // Whom it was shared with is found again with the bake, should it be published once more.
    const { granted, adopted } = confirmed.current ?? {};
    const index =
      granted !== undefined && adopted === undefined ? [indexReady({ ...move.to, sequence: 0 })] : [];
    const further =
      definition === undefined ? {} : passedOn(definition, stored.channels, name, confirmed, move);
    await put(further[name] ?? confirmed, undefined, index, further);
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

/** The revocation that a channel leaves with a move to what none reaches. */
const leaves = (
  run: Run,
  { key }: ImageRecord,
  { current }: Channel,
  { to }: ChannelMove,
): Revocation | undefined =>
  current === undefined || revokedNow(run, key, to) !== undefined ? undefined : revokedNow(run, key, current);

/** With what was revoked a channel does not stay: where EC2 refuses one good bake, the next one is tried, or none. */
function givenUp(channel: Channel, blocked: NonNullable<Channel['blocked']>): Channel {
  const { moving } = channel;
  const isEc2 = ['SHARE_REFUSED', 'TAGS_REFUSED', 'COPY_FAILED'].includes(blocked.code);
  return moving?.cause.code === 'revoked' && isEc2
    ? lost(dropMove(channel), { bakeId: moving.to.bakeId, why: blocked.why })
    : blockMove(channel, blocked);
}

/** Whom a move that is given up has shared its AMI with is found with the bake, should that be published after all. */
function indexGiven(move: ChannelMove): TableWrite[] {
  const granted = givenBy(move);
  // Nobody knows what an AMI that was made elsewhere is made of: it is in no index.
  if (granted === undefined || move.to.adopted !== undefined) return [];
  return [indexReady({ ...move.to, granted, sequence: 0 })];
}

/** Tags and permissions are as they should be, and it is known whom the bakery gave which. */
function shared(move: ChannelMove, wanted: Share, policyDigest: string): ChannelMove {
  const { granting: _given, ...rest } = move;
  const { granted: before, ...to } = move.to;
  const granted = before === undefined && isEmptyShare(wanted) ? {} : { granted: wanted };
  return { ...rest, to: { ...to, ...granted }, tagged: true, shared: true, policyDigest };
}
