import { minuteMs } from '../../src/lib/definitions/instant';
import { accessDenied, throttled } from '../../src/local/aws/failure';
import type { BuildRun } from '../../src/local/builds/build-run';
import type { InstantOutcome } from '../../src/local/builds/instant-runner';
import { accounts, MemoryBakery, region } from '../support/memory-bakery';
import { platformFiles } from '../support/starter';

const { platform } = accounts;
const webParameter = '/bakery/web/x86_64/stable';
const at = { account: platform, region, caller: 'test' };

let bakery: MemoryBakery;
let webOutcome: ((run: BuildRun) => InstantOutcome) | undefined;

beforeEach(async () => {
  webOutcome = undefined;
  bakery = new MemoryBakery({
    outcome: (run) => (run.environment['BAKERY_IMAGE'] === 'web/x86_64' ? webOutcome?.(run) : undefined),
  });
  bakery.push(platform, platformFiles());
  await bakery.settle();
  bakery.aws.log.step = 'then';
});
afterEach(() => bakery.close());

const changeWeb = async (text = '# changed') => {
  bakery.push(platform, platformFiles({ 'web/main.pkr.hcl': text }));
  await bakery.settle();
};
const web = async () => (await bakery.decisions(platform))['web/x86_64'];
const notices = () =>
  bakery.aws.deliveries.records
    .filter(({ kind }) => kind === 'sns')
    .map((record) => JSON.stringify(record))
    .filter((text) => text.includes(`${platform}:bakery-notices`));

describe('a branch', () => {
  test('that is deleted leaves the last valid commit in force, and the owner is told once', async () => {
    bakery.push(platform, undefined);
    await bakery.settle();
    await bakery.tick(platform);
    expect(await web()).toMatch(/^current: /);
    expect(notices().filter((text) => text.includes('BRANCH_MISSING'))).toHaveLength(1);
  });

  test('whose bakery.yml is invalid changes nothing, tells every problem, and is mended by the next push', async () => {
    const files = platformFiles();
    bakery.push(platform, {
      ...files,
      'web/main.pkr.hcl': '# changed as well',
      'bakery.yml': files['bakery.yml']!.replace('image:base-al2023', 'image:base-al2032'),
    });
    await bakery.settle();
    expect(bakery.builds('then')).toEqual([]);
    expect(await web()).toMatch(/^current: /);
    const report = await bakery.report(platform);
    expect(report.refused?.problems).toMatchObject([{ suggestion: 'image:base-al2023', line: 12 }]);
    expect(notices().filter((text) => text.includes('DEFINITIONS_REFUSED'))).toHaveLength(1);
    await changeWeb();
    expect(bakery.builds('then')).toEqual(['web/x86_64']);
    expect((await bakery.report(platform)).refused).toBeUndefined();
  });

  test('without bakery.yml changes nothing', async () => {
    bakery.push(platform, { 'README.md': 'nothing here' });
    await bakery.settle();
    expect(await web()).toMatch(/^current: /);
    expect((await bakery.report(platform)).refused?.problems).toMatchObject([{ code: 'FILE_MISSING' }]);
  });
});

const endsWith = (end: InstantOutcome) => () => end;
const amiOf = (name: string) => ({ exported: { AMIS: `${region}:${name}` } });

describe('a build that ends badly publishes nothing, and says why', () => {
  test.each<[string, InstantOutcome, RegExp]>([
    [
      'a script fails',
      { status: 'FAILED', exported: { FAILURE_CLASS: 'script', FAILURE_LINES: 'E: no nginx' } },
      /^blocked: .*script.*E: no nginx/,
    ],
    ['it is stopped', { status: 'STOPPED' }, /^blocked: .*stopped/],
    ['it runs out of time', { status: 'TIMED_OUT' }, /^wait: .*timed-out/],
    ['CodeBuild has a fault', { status: 'FAULT' }, /^wait: .*fault/],
    ['it names no AMI', { status: 'SUCCEEDED' }, /^blocked: .*named no AMI/],
    [
      'it exports something else',
      { status: 'SUCCEEDED', exported: { AMIS: 'all fine' } },
      /^blocked: .*not region:ami/,
    ],
  ])('%s', async (_, end, says) => {
    const before = bakery.parameter(platform, webParameter);
    webOutcome = endsWith(end);
    await changeWeb();
    expect(await web()).toMatch(says);
    expect(bakery.parameter(platform, webParameter)).toBe(before);
    webOutcome = undefined;
    await changeWeb('# mended');
    expect(await web()).toMatch(/^current: /);
  });

  const owned = async (owner: string): Promise<string> => {
    bakery.aws.ec2.seedPublicImage({
      region,
      owner,
      amiId: 'ami-0feedfeedfeedfeed',
      name: `made by ${owner}`,
      createdAtMs: bakery.clock.now() + minuteMs,
    });
    return 'ami-0feedfeedfeedfeed';
  };

  test('it names an AMI that belongs to somebody else', async () => {
    const amiId = await owned('999999999999');
    webOutcome = endsWith({ status: 'SUCCEEDED', ...amiOf(amiId) });
    await changeWeb();
    expect(await web()).toMatch(/belongs to account 999999999999/);
  });

  test('it names an AMI on another base', async () => {
    const amiId = await owned(platform);
    webOutcome = endsWith({ status: 'SUCCEEDED', ...amiOf(amiId) });
    await changeWeb();
    expect(await web()).toMatch(/^blocked: .*not on the resolved base ami-/);
  });

  test('it names an AMI that does not exist', async () => {
    webOutcome = endsWith({ status: 'SUCCEEDED', ...amiOf('ami-0123456789abcdef0') });
    await changeWeb();
    await bakery.pass(6 * minuteMs);
    await bakery.tick(platform);
    expect(await web()).toMatch(/^blocked: .*which does not exist here/);
  });

  test('it names an AMI that another bake has recorded', async () => {
    const other = bakery.parameter(platform, '/bakery/batch/x86_64/stable');
    webOutcome = endsWith({ status: 'SUCCEEDED', ...amiOf(other!) });
    await changeWeb();
    expect(await web()).toMatch(/^blocked: .*carries the id of bake/);
  });

  test('the owner is told once, with the last lines and what to do', async () => {
    webOutcome = endsWith({
      status: 'FAILED',
      exported: { FAILURE_CLASS: 'script', FAILURE_LINES: 'E: no such package nginx9' },
    });
    await changeWeb();
    await bakery.tick(platform);
    const told = notices().filter((text) => text.includes('BAKE_FAILED'));
    expect(told).toHaveLength(1);
    expect(told[0]).toContain('E: no such package nginx9');
    expect(told[0]).toContain('Mend the script and push');
  });

  test('what may pass is tried again, with backoff, and heals by itself', async () => {
    webOutcome = endsWith({ status: 'FAILED', exported: { FAILURE_CLASS: 'capacity' } });
    await changeWeb();
    expect(await web()).toMatch(/^wait: .*capacity.*attempt 2/);
    webOutcome = undefined;
    await bakery.pass(10 * minuteMs);
    await bakery.tick(platform);
    expect(await web()).toMatch(/^current: /);
    expect(bakery.builds('then')).toEqual(['web/x86_64', 'web/x86_64']);
  });
});

describe('a parameter', () => {
  test('whose write answers 200 and never takes is written three times, then a person has to look', async () => {
    bakery.aws.faults.add({
      label: 'SSM never shows the new value',
      when: ({ service, operation, input }) =>
        service === 'SSM' &&
        operation === 'PutParameter' &&
        (input as { Name: string }).Name === webParameter,
      before: () => Object.assign(new Error('swallowed'), { name: 'TimeoutError' }),
    });
    const before = bakery.parameter(platform, webParameter);
    await changeWeb();
    for (let tick = 0; tick < 4; tick += 1) {
      await bakery.pass(3 * minuteMs);
      await bakery.tick(platform);
    }
    expect(bakery.parameter(platform, webParameter)).toBe(before);
    expect(await web()).toMatch(/^blocked: .*was written 3 times with ami-/);
    expect(notices().filter((text) => text.includes('PARAMETER_NOT_TAKING'))).toHaveLength(1);
  });

  test('that somebody else owns is never overwritten', async () => {
    const name = '/bakery/extra/x86_64/stable';
    await bakery.aws.ssm.PutParameter({ Name: name, Value: 'ami-mine', Type: 'String' }, at);
    const files = platformFiles();
    const extra = `${files['bakery.yml']}  extra:\n    base: image:base-al2023\n    template: web/\n`;
    bakery.push(platform, { ...files, 'bakery.yml': extra });
    await bakery.settle();
    expect(bakery.parameter(platform, name)).toBe('ami-mine');
    expect((await bakery.decisions(platform))['extra/x86_64']).toMatch(
      /^blocked: .*was not made by this bakery/,
    );
    expect(notices().filter((text) => text.includes('PARAMETER_FOREIGN'))).toHaveLength(1);
  });

  test('that drifted is repaired within a few ticks', async () => {
    const before = bakery.parameter(platform, webParameter);
    await bakery.pass(10 * minuteMs);
    await bakery.aws.ssm.PutParameter(
      { Name: webParameter, Value: 'ami-0d41f7', Type: 'String', Overwrite: true },
      at,
    );
    await bakery.tick(platform);
    expect(bakery.parameter(platform, webParameter)).toBe(before);
  });
});

test('throttling on every call loses nothing: when it ends, the push is baked', async () => {
  const stop = bakery.aws.faults.add({
    label: 'everything is throttled',
    when: ({ at: site, operation }) => site.account === platform && operation !== 'SendMessage',
    before: () => throttled(),
  });
  bakery.push(platform, platformFiles({ 'web/main.pkr.hcl': '# changed' }));
  await bakery.aws.scheduler.pass(2 * minuteMs);
  expect(bakery.builds('then')).toEqual([]);
  stop();
  await bakery.pass(5 * minuteMs);
  await bakery.tick(platform);
  expect(bakery.builds('then')).toEqual(['web/x86_64']);
  expect(await web()).toMatch(/^current: /);
});

test.each(['push', 'build', 'parameter', 'upstream'])('lost %s events are healed by ticks', async (name) => {
  bakery.aws.functions.register({ account: platform, region }, name, () => Promise.resolve(undefined));
  bakery.push(platform, platformFiles({ 'web/main.pkr.hcl': '# changed' }));
  for (let tick = 0; tick < 4; tick += 1) {
    await bakery.pass(5 * minuteMs);
    await bakery.tick(platform);
  }
  expect(await web()).toMatch(/^current: /);
  expect(bakery.builds('then')).toEqual(['web/x86_64']);
});

test('what cannot be done for one image holds up no other, and is counted', async () => {
  bakery.aws.faults.add({
    label: 'CodeBuild refuses web',
    when: ({ operation, input }) =>
      operation === 'StartBuild' && JSON.stringify(input).includes('web/x86_64'),
    before: () => accessDenied('not authorized to perform codebuild:StartBuild'),
  });
  const files = {
    'web/main.pkr.hcl': '# changed',
    'batch.json': '{"builders":[{"type":"amazon-ebs"}],"x":1}',
  };
  const startedAtMs = bakery.clock.now();
  bakery.push(platform, platformFiles(files));
  await bakery.settle();
  const decisions = await bakery.decisions(platform);
  expect(decisions['batch/x86_64']).toMatch(/^current: /);
  expect(decisions['web/x86_64']).toMatch(/^wait: the last attempt failed/);
  // The build took a minute; nothing waited for a queue's visibility timeout.
  expect(bakery.clock.now() - startedAtMs).toBeLessThan(3 * minuteMs);
  expect(bakery.logs.lines.filter((line) => JSON.stringify(line).includes('ReconcileTroubles'))).not.toEqual(
    [],
  );
});
