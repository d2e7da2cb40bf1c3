import type { TableWrite } from '../aws/edges';
import type { ImageKey } from '../definitions/catalog';
import { wholeHistory, type EndedBake } from '../ledger/history';
import { putEnded } from '../ledger/writes';
import { moveBake } from '../lifecycle/bake-transitions';
import { announceAgain } from '../lifecycle/channel-transitions';
import type { ImageRecord, Notice } from '../lifecycle/image-record';
import { isOtherwise, judgeMarks } from '../lifecycle/marking';
import { revocationId, type Revocation, type RevokedBake, type RevokedMark } from '../lifecycle/revocation';
import { notSharedAgain } from '../notices/not-shared-again';
import { ancestryName } from '../planning/ancestry-name';
import { definitionOf } from './definition-of';
import { knownOf } from './known-of-bake';
import { reopenAmis } from './reopen-amis';
import { revocationsOf } from './revoked-now';
import type { Run } from './run';

/** Revoked bakes whose AMIs are still to be taken out of use, by image; what could not be searched is not in it. */
export type Spreading = Map<ImageKey, EndedBake[]>;

/** A transaction takes 100 writes (TransactWriteItems); the image is one of them. */
const bakesAtOnce = 90;

export const isSpreading = ({ spreadAtMs, lifted }: Revocation): boolean =>
  spreadAtMs === undefined || lifted !== undefined;

/**
 * Every bake that a revocation reaches is marked in history and in its image, and every one that none reaches any more is
 * restored. History is read only while there is something to spread; undefined: there is nothing.
 */
export async function spreadRevocations(run: Run): Promise<Spreading | undefined> {
  if (run.deps.settings.mode === 'observe') return undefined;
  if (![...run.ledger.revocations.values()].some(isSpreading)) return undefined;
  const spreading: Spreading = new Map();
  await run.each(
    run.records,
    'spreading a revocation',
    ({ key }) => key,
    async ({ key }) => {
      spreading.set(key, await spreadTo(run, key));
    },
  );
  return spreading;
}

/** Answers the bakes of the image whose AMIs are still to be taken out of use. */
async function spreadTo(run: Run, image: ImageKey): Promise<EndedBake[]> {
  const history = (await wholeHistory(run.deps.table, image)).map((bake) => asItCounts(run, bake));
  const marks = judgeMarks(ancestryName(run.deps.settings, image), history, revocationsOf(run));
  const restored = await Promise.all(marks.restore.map((bake) => restore(run, bake)));
  const marked = await Promise.all(marks.mark.map(({ bake, revocation }) => marking(run, bake, revocation)));
  const record = run.record(image);
  const changed = [...restored.map(({ bake }) => bake), ...marked];
  const notices = restored.flatMap(({ notice }) => notice ?? []);
  if (record !== undefined) {
    const told = { ...record, outbox: [...record.outbox, ...notices] };
    await remember(run, told, marks.revoked, changed);
  }
  return [...marked, ...marks.kept].filter(({ revoked }) => revoked?.closedAtMs === undefined);
}

/** Since when a bake counts rises in its channel, through nights that change nothing, and not in history. */
function asItCounts(run: Run, bake: EndedBake): EndedBake {
  const { channels = {} } = run.record(bake.image) ?? {};
  const counted = Object.values(channels).flatMap(({ current }) =>
    current?.bakeId === bake.id ? current.notBefore : [],
  );
  return { ...bake, notBefore: Math.max(bake.notBefore, ...counted) };
}

/** Its AMIs are back in use before the ledger says so: whoever reads it may launch them at once. */
async function restore(run: Run, bake: EndedBake): Promise<{ bake: EndedBake; notice?: Notice }> {
  const { there, refused } = await reopenAmis(run, bake);
  const { revoked: _over, ...rest } = bake;
  const to = there ? 'ready' : 'deregistered';
  run.deps.log.info('bake restored', { image: bake.image, bake: bake.id, now: to });
  const notify = definitionOf(run, bake.image)?.notify;
  // What was taken out of use for good keeps the reason.
  return {
    bake: moveBake(there ? rest : bake, to),
    ...(refused === undefined
      ? {}
      : { notice: notSharedAgain(bake.image, bake.id, refused, notify, run.nowMs) }),
  };
}

async function marking(run: Run, bake: EndedBake, revocation: Revocation): Promise<EndedBake> {
  const { by, why, atMs } = revocation;
  const of = revocationId(revocation);
  const known = bake.revoked ?? (await knownOf(run, bake));
  const revoked: RevokedMark = { ...known, of, by, why, atMs };
  run.deps.log.warn('bake denied', {
    image: bake.image,
    bake: bake.id,
    by,
    reason: why,
    of: revocation.bakeId,
  });
  return bake.status === 'revoked' ? { ...bake, revoked } : moveBake(bake, 'revoked', { revoked });
}

/**
 * What the image remembers of it, and history, are one write, with as much of history as fits. The channels are announced
 * again where the list is another one, also where they stay.
 */
async function remember(
  run: Run,
  record: ImageRecord,
  revoked: RevokedBake[],
  changed: readonly EndedBake[],
): Promise<void> {
  const other = isOtherwise(record.revoked, revoked);
  if (!other && changed.length === 0) return;
  const writes: TableWrite[] = changed.map(putEnded);
  while (writes.length > bakesAtOnce) await run.deps.table.write(writes.splice(0, bakesAtOnce));
  const denied = new Set(revoked.map(({ bakeId }) => bakeId));
  const { revoked: _before, ready, ...rest } = record;
  await run.save(
    {
      ...rest,
      ...(ready === undefined || denied.has(ready.bakeId) ? {} : { ready }),
      ...(revoked.length === 0 ? {} : { revoked }),
      channels: other ? toldAgain(record.channels, denied, run.nowMs) : record.channels,
    },
    writes,
  );
}

const toldAgain = (
  channels: ImageRecord['channels'],
  denied: ReadonlySet<string>,
  nowMs: number,
): ImageRecord['channels'] =>
  Object.fromEntries(
    Object.entries(channels).map(([name, { soaking, ...channel }]) => {
      const open = soaking?.filter(({ bakeId }) => !denied.has(bakeId)) ?? [];
      const kept = open.length === 0 ? channel : { ...channel, soaking: open };
      return [name, announceAgain(kept, nowMs)];
    }),
  );
