import { minuteMs } from '../src/lib/definitions/instant';
import { deployments } from '../src/local/bakery/deployment';
import { instantBake } from '../test/support/instant-bake';
import { accounts, MemoryBakery, region } from '../test/support/memory-bakery';
import type { Counted } from './virtual-ticks';
import { count, VirtualTicks } from './virtual-ticks';

/** AWS calls of one reconcile, and how many of them wait for each other. */
export interface ReconcileFigures {
  /** A tick in a bakery of 100 images of which none is due. */
  idle: Counted;
  /** A tick in the same bakery while every build slot is in use and the other images wait for one. */
  busy: Counted;
  /** From the end of a base's build to StartBuild of the image on it: all calls of all functions in between. */
  hop: Counted;
}

const { platform } = accounts;

export async function benchReconcile(): Promise<ReconcileFigures> {
  return { idle: await idle(), busy: await busy(), hop: await hop() };
}

async function idle(): Promise<Counted> {
  const { bakery } = await settledBakery(99);
  try {
    return count(await reconcileOnce(bakery));
  } finally {
    bakery.close();
  }
}

async function busy(): Promise<Counted> {
  const { bakery, builds } = await settledBakery(99);
  try {
    builds.durationMs = 50 * minuteMs;
    bakery.push(platform, repo(99, { base: '1', children: '2' }));
    await bakery.aws.scheduler.settle({ horizonMs: minuteMs });
    return count(await reconcileOnce(bakery));
  } finally {
    bakery.close();
  }
}

async function hop(): Promise<Counted> {
  const { bakery } = await settledBakery(1);
  try {
    bakery.push(platform, repo(1, { base: '2', children: '1' }));
    const { calls } = new VirtualTicks(bakery.aws.services);
    await bakery.settle();
    const starts = calls.flatMap(({ name }, index) => (name === 'CodeBuild.StartBuild' ? [index] : []));
    const ended = calls.findIndex(({ caller }) => caller === 'lambda:build');
    const [first, second] = starts;
    if (first === undefined || second === undefined || ended < first || starts.length !== 2) {
      throw new Error(`a base and one image on it started ${starts.length} builds`);
    }
    return count(calls.slice(ended, second + 1).filter(({ caller }) => caller.startsWith('lambda:')));
  } finally {
    bakery.close();
  }
}

/** One base and images on it. The versions are part of the inputs. */
function repo(children: number, version: { base: string; children: string }): Record<string, string> {
  const names = Array.from({ length: children }, (_, index) => `image-${index}`);
  const entries = names.map((name) => `  ${name}: { base: image:base, template: images/${name}.json }\n`);
  const template = JSON.stringify({ version: version.children, builders: [{ type: 'amazon-ebs' }] });
  return {
    'bakery.yml': `version: 1
defaults: { architectures: [x86_64], channels: [stable] }
images:
  base:
    base: ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-{arch}
    template: base/
${entries.join('')}`,
    'base/main.pkr.hcl': `# ${version.base}`,
    ...Object.fromEntries(names.map((name) => [`images/${name}.json`, template])),
  };
}

/** A bakery in which everything was baked once, and how long its builds take from now on. */
async function settledBakery(children: number) {
  const builds = { durationMs: minuteMs };
  const bakery: MemoryBakery = new MemoryBakery({
    deployments: deployments({ mirrors: [] }).filter(({ settings }) => settings.account === platform),
    outcome: (run) => instantBake(bakery.aws, run, builds.durationMs),
  });
  bakery.push(platform, repo(children, { base: '1', children: '1' }));
  await bakery.settle();
  const decisions = Object.values(await bakery.decisions(platform));
  const others = decisions.filter((decision) => !decision.startsWith('current'));
  if (decisions.length !== children + 1 || others.length > 0) {
    throw new Error(`${others.length} of ${decisions.length} images are not current: ${others[0]}`);
  }
  return { bakery, builds };
}

/** Calls `reconcile` with a tick's message, as the queue does. */
async function reconcileOnce(bakery: MemoryBakery) {
  const { calls } = new VirtualTicks(bakery.aws.services);
  const body = JSON.stringify({ kind: 'tick', time: new Date(bakery.clock.now()).toISOString() });
  await bakery.aws.functions.invoke({ account: platform, region }, 'reconcile', {
    Records: [{ eventSource: 'aws:sqs', messageId: 'm-1', body }],
  });
  return calls;
}
