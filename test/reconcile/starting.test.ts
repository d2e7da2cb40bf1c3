import { AccountLimitExceededException } from '@aws-sdk/client-codebuild';
import { hourMs, minuteMs } from '../../src/lib/definitions/instant';
import { deployments } from '../../src/local/bakery/deployment';
import type { BuildRun } from '../../src/local/builds/build-run';
import type { InstantOutcome } from '../../src/local/builds/instant-runner';
import { accounts, MemoryBakery, region, type MemoryBakeryOptions } from '../support/memory-bakery';
import { platformFiles } from '../support/starter';

const { platform } = accounts;
const batchJson = '{"builders":[{"type":"amazon-ebs"}],"changed":true}';

let bakery: MemoryBakery;
let outcome: ((run: BuildRun) => InstantOutcome | undefined) | undefined;

const open = async (options: MemoryBakeryOptions = {}) => {
  outcome = undefined;
  bakery = new MemoryBakery({ outcome: (run) => outcome?.(run), ...options });
  bakery.push(platform, platformFiles());
  await bakery.settle();
  bakery.aws.log.step = 'then';
};
afterEach(() => bakery.close());

const ticks = async (count: number) => {
  for (let tick = 0; tick < count; tick += 1) {
    await bakery.pass(5 * minuteMs);
    await bakery.tick(platform);
  }
};
const sqsTick = {
  Records: [
    {
      eventSource: 'aws:sqs',
      messageId: 'm-1',
      body: JSON.stringify({ kind: 'tick', time: '2026-11-22T12:00:00Z' }),
    },
  ],
};
const web = async () => (await bakery.decisions(platform))['web/x86_64'];

test('an account whose builds are used up for hours costs patience, nothing else', async () => {
  await open();
  const stop = bakery.aws.faults.add({
    label: 'no more builds',
    when: ({ operation }) => operation === 'StartBuild',
    before: () =>
      new AccountLimitExceededException({ message: 'Cannot have more than 1 builds', $metadata: {} }),
  });
  bakery.push(platform, platformFiles({ 'web/main.pkr.hcl': '# changed' }));
  await bakery.settle();
  await ticks(36);
  expect(await web()).toMatch(/^wait: .*CodeBuild refused to start more builds/);
  stop();
  await ticks(3);
  expect(await web()).toMatch(/^current: /);
  expect(bakery.builds('then')).toEqual(['web/x86_64']);
  const { records } = bakery.aws.deliveries;
  expect(records.filter((record) => JSON.stringify(record).includes('BAKE_FAILED'))).toEqual([]);
});

test('a claim that another commit overtakes is not made: what it was for is no longer wanted', async () => {
  await open();
  const isClaim = (input: unknown) => JSON.stringify(input).includes('SLOT#');
  bakery.aws.faults.add({
    label: 'a claim is slow',
    when: ({ operation, input }) => {
      if (operation !== 'TransactWriteItems' || !isClaim(input)) return false;
      bakery.aws.scheduler.after(1_000, 'somebody takes it back', () => {
        bakery.push(platform, platformFiles());
        bakery.aws.functions.invokeAsync({ account: platform, region }, 'reconcile', sqsTick);
      });
      return true;
    },
    times: 1,
    delayMs: 5_000,
  });
  bakery.push(platform, platformFiles({ 'web/main.pkr.hcl': '# changed' }));
  await bakery.settle();
  expect(bakery.aws.faults.struck.map(({ label }) => label)).toEqual(['a claim is slow']);
  expect(bakery.builds('then')).toEqual([]);
  expect(await web()).toMatch(/^current: /);
});

test('the slot of a build that failed is given to the next image in the same run', async () => {
  const all = deployments({ mirrors: [] });
  all[0]!.settings.maxConcurrentBuilds = 1;
  await open({ deployments: all });
  outcome = (run) =>
    run.environment['BAKERY_IMAGE'] === 'batch/x86_64'
      ? { status: 'FAILED', exported: { FAILURE_CLASS: 'script' }, durationMs: 1_000 }
      : undefined;
  bakery.push(platform, platformFiles({ 'web/main.pkr.hcl': '# changed', 'batch.json': batchJson }));
  await bakery.settle();
  expect(bakery.builds('then').sort()).toEqual(['batch/x86_64', 'web/x86_64']);
  expect(await web()).toMatch(/^current: /);
});

describe('a person asks, and the bake fails in a way that passes', () => {
  test('it is tried again, and once it is there nothing more is baked', async () => {
    await open();
    outcome = () => ({ status: 'FAILED', exported: { FAILURE_CLASS: 'capacity' } });
    await bakery.aws.functions.invoke({ account: platform, region }, 'command', {
      command: 'bake',
      image: 'web',
      by: 'alice',
      why: 'CVE-2026-1234',
    });
    await bakery.settle();
    expect(await web()).toMatch(/^wait: .*capacity.*attempt 2/);
    outcome = undefined;
    await ticks(3);
    expect(await web()).toMatch(/^current: /);
    expect(bakery.builds('then')).toEqual(['web/x86_64', 'web/x86_64']);
    await ticks(2);
    expect(bakery.builds('then')).toHaveLength(2);
  });

  test('it is given up like any other, and the owner is told', async () => {
    await open();
    outcome = () => ({ status: 'FAILED', exported: { FAILURE_CLASS: 'capacity' } });
    await bakery.aws.functions.invoke({ account: platform, region }, 'command', {
      command: 'bake',
      image: 'web',
      by: 'alice',
      why: 'CVE-2026-1234',
    });
    await bakery.settle();
    for (let hour = 0; hour < 10; hour += 1) {
      await bakery.pass(hourMs / 2);
      await bakery.tick(platform);
    }
    expect(bakery.builds('then')).toHaveLength(6);
    const told = bakery.aws.deliveries.records.filter((record) =>
      JSON.stringify(record).includes('BAKE_FAILED'),
    );
    expect(told).toHaveLength(1);
  });
});
