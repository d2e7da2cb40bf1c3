import type { Plan } from '../plan/plan';
import { withoutAccount, withoutImage } from '../plan/smaller';
import type { SeedResult } from './run-seed';

export interface Shrunk {
  plan: Plan;
  result: SeedResult;
  runs: number;
}

/**
 * Leaves out whatever the violation does not need: accounts, images, and of what happens halves first, then smaller and
 * smaller parts (delta debugging). The same invariant has to break. Ends when nothing more can be left out, or with `mayGoOn`.
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
  for (let index = plan.accounts.length - 1; index >= 0 && mayGoOn(); index -= 1) {
    const smaller = withoutAccount(best.plan, index);
    if (smaller !== undefined) await tryPlan(smaller);
  }
  for (let index = best.plan.accounts.length - 1; index >= 0; index -= 1) {
    // Leaves come after what they are built on.
    for (const { name } of best.plan.accounts[index]!.catalog.images.toReversed()) {
      const smaller = mayGoOn() ? withoutImage(best.plan, index, name) : undefined;
      if (smaller !== undefined) await tryPlan(smaller);
    }
  }
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
