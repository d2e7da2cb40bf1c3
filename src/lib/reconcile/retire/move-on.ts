import {
  changeStatus,
  countsFrom,
  forgetAmis,
  putBake,
  storedBake,
  type StoredBake,
} from '../../ledger/retire-bake';
import { moveBake } from '../../lifecycle/bake-transitions';
import type { ImageRecord } from '../../lifecycle/image-record';
import { wayBack } from '../../lifecycle/retention';
import { goesOn, type RetentionPlan, type RetentionVerdict } from '../../lifecycle/retention-facts';
import type { RetentionRequest } from '../../lifecycle/retention';
import type { EndedBake } from '../../ledger/history';
import type { RetireDeps } from './deps';
import { deregisterInEc2, settleInEc2 } from './in-ec2';
import { look, type Look } from './look';

/** What became of a step that AWS did not refuse. */
export type Moved =
  | { outcome: 'done' }
  /** `unread`: what the last reading could not read. */
  | { outcome: 'left'; why: string; unread?: RetentionPlan['unread'] };

const changed: Extract<Moved, { outcome: 'left' }> = {
  outcome: 'left',
  why: 'the ledger has changed; a later run looks again',
};

/** The ledger first, then EC2, then that EC2 has it: a run that ends in between is taken up by the next one. */
export async function moveOn(
  deps: RetireDeps,
  verdict: RetentionVerdict,
  seen: Look,
  request: RetentionRequest,
): Promise<Moved> {
  const { bake: past, step } = verdict;
  if (step === undefined) return { outcome: 'done' };
  if (step.kind === 'move' && step.to === 'deregistered') return deregister(deps, verdict, seen, request);
  let stored = await storedBake(deps.table, past);
  if (stored?.bake.status !== past.status) return changed;
  if (step.kind === 'move') {
    const onward = goesOn(verdict);
    // One transition a write, also on a way back that is longer: the ledger knows no other.
    for (const status of onward ? [step.to] : wayBack(past.status, step.to)) {
      const record = seen.records.get(past.image);
      if (record === undefined) return changed;
      const moved: EndedBake = {
        ...moveBake(stored.bake, status),
        retirement: {
          sinceMs: deps.nowMs(),
          why: step.why,
          ...(onward ? { readAtMs: seen.atMs } : {}),
        },
      };
      await change(deps, seen, record, { bake: moved, version: stored.version });
      stored = { bake: moved, version: stored.version + 1 };
    }
  }
  await settleInEc2(deps, past, stored.bake.status, deps.nowMs());
  await deps.table.write([settled(stored)]);
  return { outcome: 'done' };
}

async function change(
  { table }: RetireDeps,
  { records }: Look,
  record: ImageRecord,
  { bake, version }: StoredBake,
): Promise<void> {
  const { stored, writes } = changeStatus(record, bake, version, await countsFrom(table, bake));
  await table.write(writes);
  // The next bake of the image is written on top of this one.
  records.set(record.key, stored);
}

const settled = ({ bake, version }: StoredBake) => {
  const { retirement } = bake;
  return putBake(
    retirement === undefined ? bake : { ...bake, retirement: { ...retirement, settled: true } },
    version,
  );
};

/**
 * For good. Ledger and references are read once more; then it is written down that the AMIs go, refused where reconcile
 * has touched the image since that reading; then they go.
 */
async function deregister(
  deps: RetireDeps,
  { bake: past }: RetentionVerdict,
  before: Look,
  request: RetentionRequest,
): Promise<Moved> {
  const { most: _of, ...narrow } = request;
  const again = await look(deps, narrow, { only: past, histories: before.histories });
  const verdict = again.plan.verdicts.find(({ bake }) => bake.id === past.id);
  const record = again.records.get(past.image);
  const stored = await storedBake(deps.table, past);
  const stillGoes = verdict?.step?.kind === 'move' && verdict.step.to === 'deregistered';
  if (!stillGoes || record === undefined || stored?.bake.status !== 'disabled') {
    const { unread } = again.plan;
    const why = verdict?.kept?.why ?? verdict?.step?.why ?? changed.why;
    return { outcome: 'left', why, ...(unread.length === 0 ? {} : { unread }) };
  }
  const { retirement = { sinceMs: again.atMs, why: '' } } = stored.bake;
  const ending: EndedBake = {
    ...stored.bake,
    retirement: { ...retirement, endingSinceMs: retirement.endingSinceMs ?? again.atMs },
  };
  await change(deps, before, record, { bake: ending, version: stored.version });
  await deregisterInEc2(deps, past);
  const gone: EndedBake = {
    ...moveBake(ending, 'deregistered'),
    retirement: { sinceMs: deps.nowMs(), readAtMs: again.atMs, why: verdict.step?.why ?? '', settled: true },
  };
  await deps.table.write([putBake(gone, stored.version + 1), ...forgetAmis(gone)]);
  return { outcome: 'done' };
}
