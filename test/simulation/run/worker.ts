import { invariants } from '../invariants';
import { weaknesses } from '../weaknesses';
import { makePlan } from '../plan/make-plan';
import type { Plan } from '../plan/plan';
import { ClientPool } from '../world/client-pool';
import { Hooks } from '../world/hooks';
import type { Answer, Order, WorkerSetup } from './messages';
import { runPlan, type RunOptions, type SeedResult } from './run-seed';
import { shrink } from './shrink';
import { Teller } from './teller';

/** A process that runs seeds, one after the other, as its parent orders. */
const setup = JSON.parse(process.env['SIMULATION'] ?? '{"faults":[]}') as WorkerSetup;
const send = (answer: Answer) => void process.send?.(answer);
const clients = new ClientPool();
const faults = new Set(setup.faults);

function options(): RunOptions {
  const hooks = new Hooks();
  weaknesses.find(({ name }) => name === setup.weakness)?.weaken?.(hooks);
  return { invariants, clients, hooks, maxEvents: setup.maxEvents };
}

const planOf = (seed: number, keep?: number[]): Plan => {
  const plan = makePlan(seed, faults);
  return keep === undefined
    ? plan
    : { ...plan, happenings: plan.happenings.filter(({ id }) => keep.includes(id)) };
};

async function tell(order: Extract<Order, { do: 'tell' }>): Promise<SeedResult> {
  const print = (line: string) => send({ is: 'line', line });
  return runPlan(planOf(order.seed, order.keep), {
    ...options(),
    teller: (universe) => new Teller(universe, print, order.verbose),
  });
}

async function shrinkSeed(seed: number, seconds: number): Promise<void> {
  const plan = planOf(seed);
  const failed = await runPlan(plan, options());
  const untilMs = Date.now() + seconds * 1_000;
  const run = (smaller: Plan) => runPlan(smaller, options());
  const shrunk = await shrink(plan, failed, run, () => Date.now() < untilMs);
  const keep = shrunk.plan.happenings.map(({ id }) => id);
  send({ is: 'shrunk', keep, of: plan.happenings.length, runs: shrunk.runs, result: shrunk.result });
}

async function obey(order: Order): Promise<void> {
  switch (order.do) {
    case 'run':
      return send({ is: 'result', result: await runPlan(planOf(order.seed), options()) });
    case 'shrink':
      return shrinkSeed(order.seed, order.seconds);
    case 'tell':
      return send({ is: 'told', result: await tell(order) });
  }
}

process.on('message', (order: Order) => {
  obey(order).catch((error: unknown) => {
    send({ is: 'broken', message: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  });
});
process.on('disconnect', () => process.exit(0));
send({ is: 'ready' });
