import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { invariants } from '../invariants';
import { weaknesses } from '../weaknesses';
import { inScene } from '../weaknesses/scenes';
import { makePlan } from '../plan/make-plan';
import type { Plan } from '../plan/plan';
import { ClientPool } from '../world/client-pool';
import type { OverHttp } from '../world/sim-universe';
import { HttpFront } from '../world/http-front';
import { Hooks } from '../world/hooks';
import type { Answer, Order, WorkerSetup } from './messages';
import { runPlan, type RunOptions, type SeedResult } from './run-seed';
import { shrink } from './shrink';
import { Teller } from './teller';

/** A process that runs seeds, one after the other, as its parent orders. */
const setup = JSON.parse(process.env['SIMULATION'] ?? '{"faults":[]}') as WorkerSetup;
const send = (answer: Answer) => void process.send?.(answer);
const clients = new ClientPool(setup.httpGit);
const faults = new Set(setup.faults);

function options(): RunOptions {
  const hooks = new Hooks();
  weaknesses.find(({ name }) => name === setup.weakness)?.weaken?.(hooks);
  return { invariants, clients, hooks, maxEvents: setup.maxEvents };
}

const planOf = (seed: number): Plan => inScene(makePlan(seed, faults), setup.scene ?? setup.weakness);

async function tell(order: Extract<Order, { do: 'tell' }>): Promise<SeedResult> {
  const print = (line: string) => send({ is: 'line', line });
  return runPlan(order.plan ?? planOf(order.seed), {
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
  send({ is: 'shrunk', ...shrunk, of: plan });
}

/** With clients that talk to a socket, and repos that git reads. */
async function overHttpAndGit(run: (http: OverHttp) => Promise<SeedResult>): Promise<SeedResult> {
  const front = new HttpFront((id) => clients.answererOf(id));
  const gitRoot = await mkdtemp(join(tmpdir(), 'bakery-simulated-git-'));
  const endpoint = await front.start();
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: 'LOCAL',
    AWS_SECRET_ACCESS_KEY: 'local',
  });
  try {
    return await run({ endpoint, gitRoot });
  } finally {
    front.stop();
    await rm(gitRoot, { recursive: true, force: true });
  }
}

const runSeed = (seed: number): Promise<SeedResult> =>
  setup.httpGit === true
    ? overHttpAndGit((http) => runPlan(planOf(seed), { ...options(), http }))
    : runPlan(planOf(seed), options());

async function obey(order: Order): Promise<void> {
  switch (order.do) {
    case 'run':
      return send({ is: 'result', result: await runSeed(order.seed) });
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
