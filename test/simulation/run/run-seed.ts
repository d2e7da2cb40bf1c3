import { hourMs, minuteMs } from '../../../src/lib/definitions/instant';
import type { Report } from '../../../src/lib/reconcile/report';
import type { FaultKind, Invariant, Rest, Violation } from '../contract';
import type { Happening, Plan } from '../plan/plan';
import type { ClientPool } from '../world/client-pool';
import type { Hooks } from '../world/hooks';
import { Life } from '../world/life';
import { SimUniverse, type OverHttp, type Watcher } from '../world/sim-universe';
import { BuiltIn, isAtRest, mirrorAtRest } from './built-in';
import { TraceHash } from './trace-hash';
import { WatchedInvariants } from './watched-invariants';

export interface SeedResult {
  seed: number;
  hash: string;
  events: number;
  calls: number;
  faults: Partial<Record<FaultKind, number>>;
  violations: Violation[];
}

export interface RunOptions {
  invariants: readonly Invariant[];
  clients: ClientPool;
  hooks?: Hooks;
  http?: OverHttp;
  /** No more invocations than this; the run ends there without having come to rest. */
  maxEvents?: number;
  /** For people who want to read along. */
  teller?: (universe: SimUniverse) => Watcher & { happening(happening: Happening): void };
}

/** Longest wait of any image (`maxWaitHours`), longest backoffs, and room. */
const restWithinMs = 16 * hourMs;

/** Runs one plan from its beginning to its rest, or to the first violation. */
export async function runPlan(plan: Plan, options: RunOptions): Promise<SeedResult> {
  const universe = new SimUniverse(plan, options);
  const hash = new TraceHash();
  const builtIn = new BuiltIn(universe);
  const invariants = new WatchedInvariants(universe, options.invariants);
  const teller = options.teller?.(universe);
  for (const watcher of [hash, ...(teller === undefined ? [] : [teller]), builtIn, invariants])
    universe.watch(watcher);
  const life = new Life(universe, (happening) => teller?.happening(happening));
  const { scheduler } = universe.aws;
  const maxEvents = options.maxEvents ?? Number.POSITIVE_INFINITY;
  const over = () => universe.violations.length > 0 || universe.events.length >= maxEvents;
  const pass = async (ms: number) => {
    for (let left = ms; left > 0 && !over(); left -= 5 * minuteMs) {
      await scheduler.pass(Math.min(left, 5 * minuteMs));
      builtIn.world();
    }
  };
  try {
    await universe.createRepos();
    life.begin();
    await pass(plan.lifeMs);
    life.rest();
    life.tickEveryMs = (isCrowded(universe) ? 5 : 10) * minuteMs;
    // Until an inventory has been sent that nothing has held up: they go out every hour.
    await pass(80 * minuteMs);
    life.tickEveryMs = 20 * minuteMs;
    const calmSinceMs = universe.nowMs();
    while (!over()) {
      const rest = await lookAround(universe, calmSinceMs);
      if (rest === undefined) {
        await pass(hourMs);
        continue;
      }
      builtIn.atRest(rest);
      invariants.atRest(rest);
      break;
    }
    builtIn.world();
  } finally {
    universe.close();
  }
  const faults: SeedResult['faults'] = {};
  for (const { kind } of universe.faults) faults[kind] = (faults[kind] ?? 0) + 1;
  const { seed, violations, events, calls } = universe;
  return { seed, hash: hash.digest(), events: events.length, calls: calls.length, faults, violations };
}

/** A tick compares ten parameters with the ledger: with more, each has its turn within an hour only if no tick is left out. */
const isCrowded = ({ accounts, look }: SimUniverse): boolean =>
  accounts.some(({ id }) => {
    const channels = [...look.ledger(id).records.values()].flatMap((record) =>
      Object.values(record.channels),
    );
    return channels.flatMap(({ parameterNames }) => Object.keys(parameterNames ?? {})).length > 10;
  });

/** What every bakery says of itself, once nothing goes on any more or the time is up. */
async function lookAround(universe: SimUniverse, calmSinceMs: number): Promise<Rest | undefined> {
  const reports = new Map<string, Report>();
  for (const { id } of universe.accounts) {
    const answer = await universe.aws.functions.invoke(
      { account: id, region: universe.region },
      'reconcile',
      {
        observe: true,
      },
    );
    reports.set(id, answer as Report);
  }
  const atRest = [...reports.values()].every(
    ({ images, mirrors }) =>
      images.every((report) => isAtRest(report, images)) &&
      mirrors.every(({ status }) => mirrorAtRest(status)),
  );
  const atMs = universe.nowMs();
  const overdue = !atRest && atMs - calmSinceMs >= restWithinMs;
  return atRest || overdue ? { atMs, reports, overdue } : undefined;
}
