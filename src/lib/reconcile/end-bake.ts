import type { TableWrite } from '../aws/edges';
import { archiveBake, forgetAmi, freeSlot } from '../ledger/writes';
import { holdsSlot, moveBake } from '../lifecycle/bake-transitions';
import type { Bake, BakeFailure } from '../lifecycle/bake';
import type { ImageRecord } from '../lifecycle/image-record';
import { bakeFailed } from '../notices/bake-failed';
import { afterFailure } from '../planning/retry';
import { definitionOf } from './definition-of';
import type { Run } from './run';

/**
 * A bake ended without a result: its slot is free, its history kept, and the image's trouble says whether and when it is
 * tried again. The owner is told when it is not, in the same write, so that a crash loses nothing.
 */
export async function endBake(
  run: Run,
  record: ImageRecord,
  bake: Bake,
  status: 'failed' | 'rejected' | 'abandoned' | 'timed-out',
  failure: BakeFailure,
  alongside: TableWrite[] = [],
): Promise<void> {
  const { deps, nowMs } = run;
  // What was made of it is left over: as its result the janitor would keep it.
  const { distribution: _copies, test: _test, amis: _made, ...left } = bake;
  const ended = moveBake(left, status, { failure, endedAtMs: nowMs });
  const failed = afterFailure(record.trouble, { ...failure, bakeId: bake.id }, bake, nowMs, deps.chance());
  const trouble = bake.asked === undefined ? failed : { ...failed, commandId: bake.asked.commandId };
  const { live: _ended, ...rest } = record;
  // What a person asked for may be what is published already: nothing else would make the image due again.
  const asked = record.asked ?? (trouble.retryAtMs === undefined ? undefined : bake.asked);
  const outbox =
    trouble.retryAtMs === undefined
      ? [...record.outbox, bakeFailed(ended, trouble, definitionOf(run, record.key)?.notify, nowMs)]
      : record.outbox;
  deps.log.warn('bake ended without a result', {
    image: bake.image,
    bake: bake.id,
    status,
    reason: failure.message,
    class: failure.class,
    retryAt: trouble.retryAtMs === undefined ? undefined : new Date(trouble.retryAtMs).toISOString(),
  });
  await run.save({ ...rest, ...(asked === undefined ? {} : { asked }), trouble, outbox }, [
    ...archiveBake(ended),
    ...(holdsSlot(bake.status) ? [freeSlot(bake.slot)] : []),
    // What was built is nobody's result any more, and what was copied never was: both are the janitor's.
    ...recorded(bake).map(forgetAmi),
    ...alongside,
  ]);
  if (holdsSlot(bake.status)) run.ledger.slots.delete(bake.slot);
}

/** AMIs that were recorded as the bake's, if it got so far. */
export const recorded = ({ status, amis, distribution }: Bake): string[] =>
  status === 'claimed' || status === 'building' ? [] : Object.values(distribution?.made.amis ?? amis ?? {});
