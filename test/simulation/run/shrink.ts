import type { Plan } from '../plan/plan';
import type { SeedResult } from './run-seed';

export interface Shrunk {
  plan: Plan;
  result: SeedResult;
  runs: number;
}

/**
 * Leaves out whatever the violation does not need: halves first, then smaller and smaller parts (delta debugging). The
 * same invariant has to break. Ends when nothing more can be left out, or with `mayGoOn`.
 */
export async function shrink(
  plan: Plan,
  failed: SeedResult,
  run: (plan: Plan) => Promise<SeedResult>,
  mayGoOn: () => boolean,
): Promise<Shrunk> {
  const wanted = failed.violations[0]!.invariant;
  let best: Shrunk = { plan, result: failed, runs: 0 };
  let runs = 0;
  const tryPlan = async (smaller: Plan): Promise<boolean> => {
    runs += 1;
    const result = await run(smaller).catch(() => undefined);
    if (result?.violations.some(({ invariant }) => invariant === wanted) !== true) return false;
    best = { plan: smaller, result, runs };
    return true;
  };
  let size = Math.ceil(plan.happenings.length / 2);
  while (size >= 1 && mayGoOn()) {
    let removed = false;
    for (let from = 0; from < best.plan.happenings.length && mayGoOn();) {
      const { happenings } = best.plan;
      const kept = [...happenings.slice(0, from), ...happenings.slice(from + size)];
      if (await tryPlan({ ...best.plan, happenings: kept })) removed = true;
      else from += size;
    }
    if (!removed || best.plan.happenings.length < size) size = size === 1 ? 0 : Math.ceil(size / 2);
  }
  return { ...best, runs };
}
