import type { Call } from '../../src/local/aws/faults';
import { minuteMs } from '../../src/lib/definitions/instant';
import { deployments } from '../../src/local/bakery/deployment';
import type { BuildRun } from '../../src/local/builds/build-run';
import type { InstantOutcome } from '../../src/local/builds/instant-runner';
import { instantTest, isTest, testError } from '../support/instant-test';
import { accounts, MemoryBakery, region } from '../support/memory-bakery';
import { platformFiles } from '../support/starter';
import { killAt, type When } from '../support/killed';

const { platform } = accounts;
const base = 'base-al2023/x86_64';
const web = 'web/x86_64';
const parameter = '/bakery/base-al2023/x86_64/stable';

/** The base has tests, and web is built on it. */
const tested = (changes: Record<string, string> = {}, checks = true) =>
  platformFiles({
    'bakery.yml': `version: 1
defaults: { architectures: [x86_64], channels: [stable] }
images:
  base-al2023:
    base: ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-{arch}
    template: base/
    test: checks/
  web:
    base: image:base-al2023
    template: web/
`,
    ...(checks ? { 'checks/services-up.sh': '#!/bin/sh\nexit 0\n' } : {}),
    ...changes,
  });

const failing = (): InstantOutcome =>
  instantTest([
    { name: 'services-up.sh', status: 'passed' },
    { name: 'no-credentials.sh', status: 'failed', lines: ['/root/.aws/credentials came with the image'] },
  ]);

const testBuilds = (bakery: MemoryBakery) =>
  bakery.codebuild
    .builds({ account: platform, region })
    .filter(({ projectName }) => projectName === 'bakery-test');
const variable = (build: ReturnType<typeof testBuilds>[number], wanted: string) =>
  build.environment?.environmentVariables?.find(({ name }) => name === wanted)?.value;
const notices = (bakery: MemoryBakery) =>
  bakery
    .calls('SNS', 'Publish')
    .map((input) => input as { TopicArn: string; Subject?: string; Message: string })
    .filter(({ TopicArn }) => TopicArn.endsWith('bakery-notices'));

let bakery: MemoryBakery;
afterEach(() => bakery.close());

const bakeryWith = (tests: (run: BuildRun, nth: number) => InstantOutcome) => {
  let nth = 0;
  bakery = new MemoryBakery({ outcome: (run) => (isTest(run) ? tests(run, ++nth) : undefined) });
  return bakery;
};

test('a candidate is tested before it is published, and its descendants wait for that', async () => {
  bakeryWith(() => instantTest());
  const commit = bakery.push(platform, tested());
  await bakery.aws.scheduler.pass(90_000);
  expect(bakery.parameter(platform, parameter)).toBeUndefined();
  const decisions = await bakery.decisions(platform);
  expect(decisions[base]).toMatch(/^wait: bake b-\w+ is testing$/);
  expect(decisions[web]).toBe('wait: base-al2023/x86_64 is testing');

  await bakery.settle();
  const [build, ...more] = testBuilds(bakery);
  expect(more).toEqual([]);
  expect(build?.sourceVersion).toBe(commit);
  expect(variable(build!, 'BAKERY_TEST')).toBe('checks');
  expect(variable(build!, 'CANDIDATE_AMI')).toBe(bakery.parameter(platform, parameter));
  expect(JSON.parse(variable(build!, 'BAKERY_CONTRACT')!)).toMatchObject({
    region,
    tags: { bakery: 'platform', 'bakery:image': base },
  });
  for (const [image, decision] of Object.entries(await bakery.decisions(platform)))
    expect([image, decision]).toEqual([image, expect.stringMatching(/^current: /)]);
  expect((await bakery.report(platform)).images.find(({ image }) => image === base)?.tests).toEqual({
    objectId: expect.any(String) as string,
    checks: 1,
  });
});

test('a candidate that fails a check is never published, and the owner is told what failed', async () => {
  bakeryWith((_, nth) => (nth === 1 ? instantTest() : failing()));
  bakery.push(platform, tested());
  await bakery.settle();
  const published = bakery.parameter(platform, parameter);
  expect(published).toMatch(/^ami-/);

  bakery.aws.log.step = 'broken';
  bakery.push(platform, tested({ 'base/main.pkr.hcl': '# with a key in it' }));
  await bakery.settle();
  expect(bakery.parameter(platform, parameter)).toBe(published);
  expect(bakery.builds('broken')).toEqual([base]);
  const decisions = await bakery.decisions(platform);
  expect(decisions[base]).toMatch(
    /^blocked: bake b-\w+ failed \(tests\): 1 of 2 checks failed: no-credentials\.sh/,
  );
  expect(decisions[web]).toMatch(/^current: /);
  const told = notices(bakery).at(-1)!;
  expect(told.Subject).toBe('base-al2023/x86_64: bake failed (tests)');
  expect(told.Message).toContain('no-credentials.sh: /root/.aws/credentials came with the image');
});

test('the mended image is tested anew and published, and what was rejected is left to the janitor', async () => {
  bakeryWith((_, nth) => (nth === 1 ? failing() : instantTest()));
  bakery.push(platform, tested({ 'base/main.pkr.hcl': '# with a key in it' }));
  await bakery.settle();
  const rejected = variable(testBuilds(bakery)[0]!, 'CANDIDATE_AMI')!;
  expect(bakery.parameter(platform, parameter)).toBeUndefined();
  bakery.push(platform, tested());
  await bakery.settle();
  expect((await bakery.decisions(platform))[base]).toMatch(/^current: /);
  expect(bakery.parameter(platform, parameter)).not.toBe(rejected);

  await bakery.aws.scheduler.pass(2 * 60 * minuteMs);
  await bakery.aws.functions.invoke({ account: platform, region }, 'janitor', {});
  await bakery.settle();
  const at = { account: platform, region, caller: 'test' };
  const left = bakery.aws.ec2.DescribeImages({ Owners: ['self'] }, at).Images?.map(({ ImageId }) => ImageId);
  expect(left).not.toContain(rejected);
  expect(left).toContain(bakery.parameter(platform, parameter));
});

test('a test that comes to nothing is begun again, and after three times nothing is published', async () => {
  bakeryWith((_, nth) => (nth < 3 ? testError('the instance could not be reached') : instantTest()));
  bakery.push(platform, tested());
  await bakery.settle();
  expect((await bakery.decisions(platform))[base]).toMatch(/is testing \(attempt 2\)$/);
  for (let tick = 0; tick < 4; tick += 1) {
    await bakery.pass(5 * minuteMs);
    await bakery.tick(platform);
  }
  expect((await bakery.decisions(platform))[base]).toMatch(/^current: /);
  expect(testBuilds(bakery)).toHaveLength(3);
  bakery.close();

  bakeryWith(() => testError('the instance could not be reached'));
  bakery.push(platform, tested());
  for (let tick = 0; tick < 6; tick += 1) {
    await bakery.pass(5 * minuteMs);
    await bakery.tick(platform);
  }
  expect((await bakery.decisions(platform))[base]).toMatch(/^blocked: bake b-\w+ failed \(untested\)/);
  expect(testBuilds(bakery)).toHaveLength(3);
  expect(bakery.builds()).toEqual([base]);
  expect(bakery.parameter(platform, parameter)).toBeUndefined();
  expect(notices(bakery).at(-1)!.Message).toContain('the instance could not be reached');
});

test('CodeBuild without room for the test keeps the candidate, and asks again', async () => {
  bakeryWith(() => instantTest());
  bakery.aws.faults.add({
    label: 'no room',
    when: ({ operation, input }: Call) =>
      operation === 'StartBuild' && (input as { projectName: string }).projectName === 'bakery-test',
    times: 2,
    before: () => Object.assign(new Error('no room'), { name: 'AccountLimitExceededException' }),
  });
  bakery.push(platform, tested());
  await bakery.settle();
  for (let tick = 0; tick < 3; tick += 1) {
    await bakery.pass(5 * minuteMs);
    await bakery.tick(platform);
  }
  expect((await bakery.decisions(platform))[base]).toMatch(/^current: /);
  expect(testBuilds(bakery)).toHaveLength(1);
  expect(bakery.builds()).toEqual([base, web]);
});

test('an earlier bake is published again only where it was tested with the tests of now', async () => {
  bakeryWith(() => instantTest());
  bakery.push(platform, tested());
  await bakery.settle();
  bakery.push(platform, tested({ 'base/main.pkr.hcl': '# other' }));
  await bakery.settle();
  bakery.aws.log.step = 'reverted';
  bakery.push(platform, tested());
  await bakery.settle();
  expect(bakery.builds('reverted')).toEqual([]);

  bakery.push(platform, tested({ 'base/main.pkr.hcl': '# other', 'checks/more.sh': '#!/bin/sh\n' }));
  bakery.aws.log.step = 'other tests';
  await bakery.settle();
  expect(bakery.builds('other tests')).toContain(base);
});

test('other tests alone bake nothing', async () => {
  bakeryWith(() => instantTest());
  bakery.push(platform, tested());
  await bakery.settle();
  bakery.aws.log.step = 'later';
  bakery.push(platform, tested({ 'checks/more.sh': '#!/bin/sh\n' }));
  await bakery.settle();
  expect(bakery.builds('later')).toEqual([]);
});

test.each<[string, Record<string, string>, string]>([
  ['is not in the commit', {}, 'TEST_MISSING'],
  ['is a file', { checks: 'later' }, 'TEST_MISSING'],
  ['holds no check', { 'checks/README.md': 'later' }, 'TEST_EMPTY'],
])('a folder of checks that %s is refused with the commit', async (_, files, code) => {
  bakeryWith(() => instantTest());
  bakery.push(platform, tested());
  await bakery.settle();
  const refused = bakery.push(platform, tested(files, false));
  await bakery.settle();
  const report = await bakery.report(platform);
  expect(report.refused).toMatchObject({ commitId: refused, problems: [{ code }] });
});

test('without a project for tests, an image that is to be tested is blocked, and baked once there is one', async () => {
  const all = deployments({ mirrors: [] });
  for (const { settings } of all) delete settings.testProject;
  bakery = new MemoryBakery({ deployments: all });
  bakery.push(platform, tested());
  await bakery.settle();
  expect((await bakery.decisions(platform))[base]).toBe(
    'blocked: its bakes are to be tested, and the setting testProject names no build project for that',
  );
  expect(bakery.builds()).toEqual([]);
  expect(
    notices(bakery)
      .map(({ Message }) => Message)
      .join(),
  ).toContain('testProject');
});

async function runKilledAt(nth: number, when: When): Promise<number> {
  bakeryWith((_, test) => (test === 1 ? testError('no agent') : instantTest()));
  const calls = killAt(bakery, { nth, when, account: platform });
  bakery.push(platform, tested());
  await bakery.settle();
  for (let tick = 0; tick < 5; tick += 1) {
    await bakery.pass(5 * minuteMs);
    await bakery.tick(platform);
  }
  return calls();
}

async function expectHealed(): Promise<void> {
  const decisions = await bakery.decisions(platform);
  expect(decisions[base]).toMatch(/^current: ami-/);
  expect(decisions[web]).toMatch(/^current: ami-/);
  expect(bakery.builds()).toEqual([base, web]);
  expect(testBuilds(bakery).map((build) => variable(build, 'CANDIDATE_AMI'))).toEqual(
    Array.from({ length: 2 }, () => bakery.parameter(platform, parameter)),
  );
}

test('killed at any call, before or after its effect: tested once more, never published untested, nothing lost', async () => {
  const calls = await runKilledAt(Number.POSITIVE_INFINITY, 'before');
  await expectHealed();
  expect(calls).toBeGreaterThan(40);
  for (let nth = 1; nth <= calls; nth += 1) {
    bakery.close();
    const when = nth % 2 === 0 ? 'before' : 'after';
    await runKilledAt(nth, when);
    const [struck] = bakery.aws.faults.struck;
    await expectHealed().catch((error: unknown) => {
      throw new Error(`killed ${when} call ${nth}, ${struck?.call}`, { cause: error });
    });
  }
}, 240_000);
