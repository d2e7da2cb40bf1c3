import type { Decision, Plan } from '../../src/lib/planning/decision';
import { explain } from '../../src/lib/planning/explain';
import { plan } from '../../src/lib/planning/plan';
import type { Snapshot } from '../../src/lib/planning/snapshot';
import { key, nothingToReuse } from './snapshot-builder';

/** Plans as reconcile does: what planning asks to be looked up is answered (with nothing), then it plans again. */
export function planned(snapshot: Snapshot): Plan {
  const first = plan(snapshot);
  return first.reuseLookups.length === 0 ? first : plan(nothingToReuse(snapshot, first.reuseLookups));
}

export function decide(snapshot: Snapshot, name: string): Decision {
  const decision = planned(snapshot).decisions[key(name)];
  if (decision === undefined) throw new Error(`Nothing was decided on ${name}.`);
  return decision;
}

/** `wait: base/arm64 is building`. */
export const say = (snapshot: Snapshot, name: string): string =>
  explain(decide(snapshot, name), snapshot.nowMs);
