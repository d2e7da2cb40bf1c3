import { putRevocation } from '../ledger/writes';
import { revocationId } from '../lifecycle/revocation';
import { followUpstreams } from '../lifecycle/upstream-revocations';
import type { Run } from './run';

/** What followed bakeries have revoked, or taken back, holds here as well: recorded like what a person says. */
export async function followRevocations(run: Run): Promise<void> {
  const { settings, table, log, nowMs } = { ...run.deps, nowMs: run.nowMs };
  if (settings.mode === 'observe' || settings.role !== 'bakery') return;
  const changes = followUpstreams(run.ledger.upstreams.values(), run.ledger.revocations, nowMs);
  await run.each(
    changes,
    'following a revocation',
    () => undefined,
    async (revocation) => {
      const { stored, write } = putRevocation(revocation);
      await table.write([write]);
      run.ledger.revocations.set(revocationId(revocation), stored);
      run.changes += 1;
      const { image, bakeId: bake, by, why, lifted } = revocation;
      log.warn(lifted === undefined ? 'revoked upstream' : 'taken back upstream', {
        image,
        bake,
        by,
        reason: why,
      });
    },
  );
}
