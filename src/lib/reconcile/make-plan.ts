import pLimit from 'p-limit';
import { AwsError } from '../aws/errors';
import { known, unknown, type Known } from '../definitions/known';
import { findReusable } from '../ledger/find-reusable';
import type { Published } from '../lifecycle/channel';
import type { Plan } from '../planning/decision';
import { plan } from '../planning/plan';
import type { Run } from './run';
import { snapshotOf } from './snapshot';

/** Ledger queries under way at once. */
const concurrency = 12;

/** Plans; looks up what could be reused for images that turned out due; plans again with it. */
export async function makePlan(run: Run): Promise<Plan> {
  await run.bases;
  const first = plan(snapshotOf(run));
  if (first.reuseLookups.length === 0) return first;
  const limit = pLimit(concurrency);
  await Promise.all(
    first.reuseLookups.map((inputHash) =>
      limit(async () => {
        run.facts.reusable[inputHash] = await lookUp(run, inputHash);
      }),
    ),
  );
  return plan(snapshotOf(run));
}

/** Ready bakes of these inputs whose AMIs EC2 still shows as available. */
async function lookUp(run: Run, inputHash: string): Promise<Known<Published[]>> {
  const { region } = run.deps.settings;
  try {
    const found = await findReusable(run.deps.table, inputHash);
    if (found.length === 0) return known([]);
    const amis = await run.deps.amis.get(
      region,
      found.flatMap(({ amis }) => amis[region] ?? []),
    );
    for (const [amiId, ami] of amis) run.facts.amis.set(amiId, ami);
    return known(found.filter((bake) => amis.get(bake.amis[region] ?? '')?.state === 'available'));
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    run.note('looking up reusable bakes', undefined, error);
    return unknown(error.message);
  }
}
