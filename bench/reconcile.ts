import { deployments } from '../src/local/bakery/deployment';
import { instantBake } from '../test/support/instant-bake';
import { accounts, MemoryBakery, region } from '../test/support/memory-bakery';
import { settledBakery } from './settled-bakery';
import type { Counted } from './virtual-ticks';
import { count, VirtualTicks } from './virtual-ticks';

/** AWS calls of one reconcile, and how many of them wait for each other. */
export interface ReconcileFigures {
  /** A tick with 1,000 images in one region, on 8 `ssm:` bases: nothing due, nothing running. */
  idle: Counted;
  /** A tick with 1,000 images on 20 `ssm:` and 5 `ami-filter:` bases while 10 builds run. */
  busy: Counted;
  /**
   * From the end of a base's build to StartBuild of the image on it, in one account: every call in between, of all
   * functions. SSM takes its time to validate the parameter, so that two runs of `reconcile` are part of it.
   */
  hop: Counted;
}

const { platform } = accounts;

export async function benchReconcile(): Promise<ReconcileFigures> {
  const calm = { images: 1_000, ssmBases: 8, filterBases: 0, buildsRunning: 0 };
  const rush = { images: 1_000, ssmBases: 20, filterBases: 5, buildsRunning: 10 };
  return { idle: await oneTick(calm), busy: await oneTick(rush), hop: await hop() };
}

async function oneTick(size: Parameters<typeof settledBakery>[0]): Promise<Counted> {
  const bakery = await settledBakery(size);
  try {
    const calls = await reconcileOnce(bakery);
    const writes = calls.filter(({ name }) => /\.(Put|Transact|Start|Create|Publish|Modify)/.test(name));
    if (writes.length > 0)
      throw new Error(`a settled bakery wrote: ${writes.map(({ name }) => name).join(', ')}`);
    return count(calls);
  } finally {
    bakery.close();
  }
}

async function hop(): Promise<Counted> {
  const bakery: MemoryBakery = new MemoryBakery({
    deployments: deployments({ mirrors: [] }).filter(({ settings }) => settings.account === platform),
    outcome: (run) => instantBake(bakery.aws, run, 60_000),
  });
  try {
    bakery.push(platform, twoImages('1'));
    await bakery.settle();
    bakery.push(platform, twoImages('2'));
    const { calls } = new VirtualTicks(bakery.aws.services);
    await bakery.settle();
    const starts = calls.flatMap(({ name }, index) => (name === 'CodeBuild.StartBuild' ? [index] : []));
    const ended = calls.findIndex(({ caller }) => caller === 'lambda:build');
    const [first, second] = starts;
    if (first === undefined || second === undefined || ended < first || starts.length !== 2) {
      throw new Error(`a base and one image on it started ${starts.length} builds`);
    }
    const between = calls.slice(ended, second + 1).filter(({ caller }) => caller.startsWith('lambda:'));
    if (process.env['BENCH_VERBOSE'] !== undefined)
      console.error(between.map(({ tick, name }) => `${tick} ${name}`).join('\n'));
    return count(between);
  } finally {
    bakery.close();
  }
}

const twoImages = (version: string): Record<string, string> => ({
  'bakery.yml': `version: 1
defaults: { architectures: [x86_64], channels: [stable] }
images:
  base:
    base: ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-{arch}
    template: base/
  web: { base: image:base, template: web/ }
`,
  'base/main.pkr.hcl': `# ${version}`,
  'web/main.pkr.hcl': '# web',
});

/** Calls `reconcile` with a tick's message, as the queue does. */
async function reconcileOnce(bakery: MemoryBakery) {
  const { calls } = new VirtualTicks(bakery.aws.services);
  const body = JSON.stringify({ kind: 'tick', time: new Date(bakery.clock.now()).toISOString() });
  await bakery.aws.functions.invoke({ account: platform, region }, 'reconcile', {
    Records: [{ eventSource: 'aws:sqs', messageId: 'm-1', body }],
  });
  return calls;
}
