import { deleteLeakedSlots } from './leaked-slots';
import { putMeta } from '../ledger/writes';
import type { WakeUp } from '../events/wake-up';
import type { Plan } from '../planning/decision';
import { advanceBakes } from './advance-bakes';
import { applyPlan } from './apply-plan';
import { closeRevoked } from './close-revoked';
import { carryOver } from './carry-over';
import type { ReconcileDeps } from './deps';
import { followRevocations } from './follow-revocations';
import { sendInventory } from './inventory';
import { makePlan } from './make-plan';
import { mirrorChannels, observeMirrors, type MirrorReport } from './mirror-channels';
import { moveChannels } from './move-channels';
import { observe, type Head } from './observe';
import { readWith } from './read-with';
import { repairDrift } from './repair-drift';
import { report, type Report } from './report';
import type { Run } from './run';
import { sendNotices } from './send-notices';
import { spreadRevocations } from './spread-revocations';
import { takeCommands } from './take-commands';
import { tellBlocked } from './tell-blocked';

/** Left when the last things are told and written, which take a call or two each. */
const lastReserveMs = 5_000;
/** A run that somebody else's writes made stale reads everything again this often. */
const maxReads = 3;
/** Rounds in one run: each one passes something on from a base to what is built on it. */
const maxRounds = 200;

/**
 * Observes, plans and applies, until there is nothing left to do now. The only thing that acts: every event merely wakes
 * it. Doing it twice does nothing the second time.
 */
export async function reconcile(deps: ReconcileDeps, messages: readonly WakeUp[]): Promise<Report> {
  for (let read = 1; ; read += 1) {
    const { run, head } = await observe(deps, messages);
    const metaAtStart = run.ledger.meta;
    await run.attempt('following the branch', undefined, async () => {
      if (!movedHead(run, head)) return;
      // Reading bakery.yml takes libraries that most runs never need.
      const { followHead } = await import('./follow-head');
      await followHead(run, head);
    });
    if (!run.stale) await deleteLeakedSlots(run);
    // What a renamed image has comes first: without it the new name would look as if it had never been baked.
    const carried = run.stale ? false : await carryOver(run);
    if (!run.stale) await followRevocations(run);
    if (!run.stale) await takeCommands(run);
    const spreading = run.stale ? undefined : await spreadRevocations(run);
    const { plan, mirrors, finished } = run.stale || !carried ? nothing : await rounds(run);
    if (!run.stale) await closeRevoked(run, spreading);
    if (!run.stale) await finish(run, plan, metaAtStart);
    if (!run.stale || read === maxReads) return report(run, plan, mirrors, finished && !run.stale);
  }
}

/** Whether the branch stands elsewhere than when it was last read, or nowhere, or would be read with other settings. */
const movedHead = (run: Run, head: Head): boolean =>
  run.deps.repo !== undefined &&
  head.known &&
  (head.value === undefined || head.value !== run.ledger.catalog?.headSeen || isReadOtherwise(run));

const isReadOtherwise = ({ deps, ledger }: Run): boolean =>
  ledger.catalog?.readWith !== undefined && ledger.catalog.readWith !== readWith(deps.settings);

/** Observes and plans; applies nothing and writes nothing. */
export async function observeOnly(deps: ReconcileDeps): Promise<Report> {
  const { run } = await observe(deps, []);
  const mirrors = await observeMirrors(run);
  return report(run, await makePlan(run), mirrors, true);
}

interface Rounds {
  plan: Plan;
  mirrors: MirrorReport[];
  finished: boolean;
}

const nothing: Rounds = {
  plan: {
    decisions: {},
    bakeOrder: [],
    reuseLookups: [],
    memory: {},
    further: [],
    releases: [],
    outdated: [],
    leaving: [],
  },
  mirrors: [],
  finished: false,
};

async function rounds(run: Run): Promise<Rounds> {
  await repairDrift(run);
  for (let round = 1; ; round += 1) {
    const before = run.changes;
    await advanceBakes(run);
    await moveChannels(run);
    const mirrors = await mirrorChannels(run);
    const plan = await makePlan(run);
    await applyPlan(run, plan);
    const settled = run.changes === before;
    const { outOfTime } = run;
    if (run.stale || settled || outOfTime || round === maxRounds) {
      if (outOfTime) run.deps.log.warn('out of time; the next message or tick goes on', { round });
      return { plan, mirrors, finished: settled && !outOfTime };
    }
  }
}

async function finish(run: Run, plan: Plan, metaAtStart: unknown): Promise<void> {
  run.reserveMs = lastReserveMs;
  await tellBlocked(run, plan);
  await sendNotices(run);
  await run.attempt('sending the inventory', undefined, () => sendInventory(run));
  if (run.ledger.meta === metaAtStart) return;
  await run.attempt('remembering', undefined, async () => {
    const { stored, write } = putMeta(run.ledger.meta);
    await run.deps.table.write([write]);
    run.ledger.meta = stored;
  });
}
