import { deployments } from '../src/local/bakery/deployment';
import { instantBake } from '../test/support/instant-bake';
import { accounts, MemoryBakery } from '../test/support/memory-bakery';
import { VirtualTicks } from './virtual-ticks';

/**
 * `npx tsx bench/one-bake.ts`: the AWS calls of the functions from a push that changes one image until its AMI is published,
 * by operation; docs/cost.md counts with them.
 */

const { platform } = accounts;

const repo = (content: string): Record<string, string> => ({
  'bakery.yml': `version: 1
defaults: { architectures: [x86_64], channels: [stable] }
images:
  base: { base: "ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-{arch}", template: t/ }
`,
  't/main.pkr.hcl': `# ${content}`,
});

async function countCalls(): Promise<Record<string, number>> {
  const bakery: MemoryBakery = new MemoryBakery({
    deployments: deployments({ mirrors: [] }).filter(({ settings }) => settings.account === platform),
    outcome: (run) => instantBake(bakery.aws, run, 20 * 60_000),
  });
  try {
    bakery.push(platform, repo('first'));
    await bakery.settle();
    const { calls } = new VirtualTicks(bakery.aws.services);
    bakery.push(platform, repo('second'));
    await bakery.settle();
    const counted: Record<string, number> = {};
    for (const { caller, name } of calls)
      if (caller.startsWith('lambda:')) counted[name] = (counted[name] ?? 0) + 1;
    return counted;
  } finally {
    bakery.close();
  }
}

const counted = await countCalls();
const total = Object.values(counted).reduce((sum, count) => sum + count, 0);
console.log(`one bake: ${total} calls`, counted);
