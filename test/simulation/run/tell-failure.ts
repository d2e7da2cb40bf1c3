import type { Plan } from '../plan/plan';
import type { SeedResult } from './run-seed';
import type { SimWorker } from './workers';

const imagesOf = ({ accounts }: Plan): number =>
  accounts.reduce((sum, { catalog }) => sum + catalog.images.length, 0);

/** Longest search for a smaller plan. */
const shrinkSeconds = 60;

/** The seed that failed, what broke, and the least that makes it break, as a person can read it. */
export async function tellFailure({ seed, violations }: SeedResult, worker: SimWorker): Promise<void> {
  console.log(`\nseed ${seed} violated ${violations.length} invariants:`);
  for (const { invariant, message } of violations.slice(0, 10)) console.log(`  ${invariant}: ${message}`);
  const { plan, of, runs, result } = await worker.shrink(seed, shrinkSeconds);
  console.log(
    `\nleft after ${runs} smaller runs: ${plan.happenings.length} of ${of.happenings.length} happenings, ${imagesOf(plan)} of ${imagesOf(of)} images, ${plan.accounts.length} of ${of.accounts.length} accounts\n`,
  );
  await worker.tell({ seed, verbose: false, plan }, (line) => console.log(line));
  for (const { invariant, message, facts } of result.violations.slice(0, 3))
    console.log(`\nviolated ${invariant}: ${message}\n${JSON.stringify(facts, null, 2).slice(0, 3_000)}`);
  console.log(`\nagain: npm run simulate -- --replay ${seed} --verbose`);
}
