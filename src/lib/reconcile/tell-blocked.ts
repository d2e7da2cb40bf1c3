import type { ImageKey } from '../definitions/catalog';
import { newImageRecord, type ImageRecord, type Notice } from '../lifecycle/image-record';
import { imageBlocked } from '../notices/image-blocked';
import { runaway } from '../notices/runaway';
import type { BlockedReason, Plan } from '../planning/decision';
import { explainReason } from '../planning/explain';
import { definitionOf } from './definition-of';
import type { Run } from './run';

/** Failures and channels tell for themselves when they happen; what left bakery.yml needs nobody. */
const toldHere: readonly BlockedReason['code'][] = [
  'base',
  'ancestry-cycle',
  'runaway',
  'ceiling',
  'no-test-project',
];

/** Tells the owner when planning blocks an image for a reason only a person can remove, once for each such block. */
export async function tellBlocked(run: Run, plan: Plan): Promise<void> {
  await run.each(
    Object.entries(plan.decisions) as [ImageKey, Plan['decisions'][ImageKey]][],
    'telling the owner',
    ([image]) => image,
    async ([image, decision]) => {
      // What cannot be read now says nothing: told again after every failed reading, a notice would be noise.
      if (decision.kind === 'wait' && decision.reason.code === 'unknown') return;
      const record = run.record(image) ?? newImageRecord(image);
      const blocked =
        decision.kind === 'blocked' && toldHere.includes(decision.reason.code)
          ? { code: decision.reason.code, explained: explainReason(decision.reason, run.nowMs) }
          : undefined;
      if (record.blocked?.code === blocked?.code) return;
      const { blocked: _over, ...rest } = record;
      if (blocked === undefined) {
        await run.save(rest);
        return;
      }
      const notice = compose(run, record, blocked);
      run.deps.log.warn('image blocked', { image, code: blocked.code, reason: blocked.explained });
      await run.save({
        ...rest,
        blocked: { code: blocked.code, sinceMs: run.nowMs },
        outbox: [...record.outbox, notice],
      });
    },
  );
}

function compose(run: Run, record: ImageRecord, blocked: { code: string; explained: string }): Notice {
  const { nowMs } = run;
  const target = definitionOf(run, record.key)?.notify;
  return blocked.code === 'runaway'
    ? runaway(record.key, { claims: record.claims, hours: 24 }, target, nowMs)
    : imageBlocked(record.key, { ...blocked, sinceMs: nowMs }, target, nowMs);
}
