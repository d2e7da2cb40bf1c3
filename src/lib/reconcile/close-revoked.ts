import type { EndedBake } from '../ledger/history';
import { deleteRevocation, putEnded, putRevocation } from '../ledger/writes';
import { revocationId } from '../lifecycle/revocation';
import { closeAmis } from './close-amis';
import type { Run } from './run';
import { isSpreading, type Spreading } from './spread-revocations';

/**
 * Takes the AMIs of revoked bakes out of use, once no channel points at them any more: who starts an instance in the
 * meantime gets the good one. A revocation has spread when nothing of it is left to be done in any image.
 */
export async function closeRevoked(run: Run, spreading: Spreading | undefined): Promise<void> {
  if (spreading === undefined) return;
  const used = pointedTo(run);
  const open = [...spreading.values()].flat();
  let closed = 0;
  await run.each(
    open.filter(({ id }) => !used.has(id)),
    'taking a revoked AMI out of use',
    ({ image }) => image,
    async (bake) => {
      await closeAmis(run, bake);
      const mark = { ...bake.revoked!, closedAtMs: run.nowMs };
      await run.deps.table.write([putEnded({ ...bake, revoked: mark } satisfies EndedBake)]);
      run.deps.log.info('taken out of use', { image: bake.image, bake: bake.id, amis: mark.amis });
      closed += 1;
    },
  );
  const searched = run.records.every(({ key }) => spreading.has(key));
  if (!searched || run.stale) return;
  await run.attempt('ending a revocation', undefined, () => haveSpread(run, closed === open.length));
}

/** What was taken back has ended once every image was searched: another revocation may have AMIs left to be closed. */
async function haveSpread(run: Run, allClosed: boolean): Promise<void> {
  const { revocations } = run.ledger;
  for (const revocation of [...revocations.values()].filter(isSpreading)) {
    const id = revocationId(revocation);
    if (revocation.lifted !== undefined) {
      await run.deps.table.write([deleteRevocation(revocation)]);
      revocations.delete(id);
    } else if (!allClosed) {
      continue;
    } else {
      const { stored, write } = putRevocation({ ...revocation, spreadAtMs: run.nowMs });
      await run.deps.table.write([write]);
      revocations.set(id, stored);
    }
    run.deps.log.info('revocation has spread', { image: revocation.image, bake: revocation.bakeId });
  }
}

/** Bakes that a channel has, or is on its way to. */
const pointedTo = (run: Run): ReadonlySet<string> =>
  new Set(
    run.records
      .flatMap(({ channels }) => Object.values(channels))
      .flatMap(({ current, moving }) => [current?.bakeId ?? [], moving?.to.bakeId ?? []].flat()),
  );
