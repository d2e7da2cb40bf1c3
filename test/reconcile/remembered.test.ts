import { minuteMs } from '../../src/lib/definitions/instant';
import { throttled } from '../../src/local/aws/failure';
import type { Call } from '../../src/local/aws/faults';
import { accounts, MemoryBakery, region } from '../support/memory-bakery';
import { platformFiles, shopFiles } from '../support/starter';

const { platform, shop } = accounts;

let bakery: MemoryBakery;
beforeEach(async () => {
  bakery = new MemoryBakery();
  bakery.push(platform, platformFiles());
  await bakery.settle();
  bakery.aws.log.step = 'then';
});
afterEach(() => bakery.close());

const byReconcile = ({ at }: Call) => at.account === platform && at.caller === 'lambda:reconcile';

/** The Lambda dies right after the catalog of a new commit was written, and the next one is alive. */
const dieAfterCatalog = () => {
  let dead = false;
  const gone = () => new Error('the Lambda is gone');
  bakery.aws.faults.add({ label: 'dead', when: (call) => byReconcile(call) && dead, before: gone });
  bakery.aws.faults.add({
    label: 'killed',
    when: (call) =>
      byReconcile(call) &&
      ['PutItem', 'TransactWriteItems'].includes(call.operation) &&
      JSON.stringify(call.input).includes('"CATALOG"'),
    times: 1,
    after: () => {
      dead = true;
      bakery.aws.scheduler.after(5_000, 'a new Lambda', () => {
        dead = false;
      });
      return gone();
    },
  });
};
const heal = async () => {
  for (let tick = 0; tick < 3; tick += 1) {
    await bakery.pass(5 * minuteMs);
    await bakery.tick(platform);
  }
};
const rename = () => {
  const files = platformFiles();
  return { ...files, 'bakery.yml': files['bakery.yml']!.replace('  web:\n', '  website:\n    was: web\n') };
};
const told = (code: string) =>
  bakery.aws.deliveries.records.filter((record) => JSON.stringify(record).includes(code));

test('a rename survives the death of the run that read it', async () => {
  const before = bakery.parameter(platform, '/bakery/web/x86_64/stable');
  dieAfterCatalog();
  bakery.push(platform, rename());
  await bakery.settle();
  await heal();
  expect(bakery.builds('then')).toEqual([]);
  expect(bakery.parameter(platform, '/bakery/website/x86_64/stable')).toBe(before);
});

test('a rename that could not be written down yet bakes nothing under the new name', async () => {
  const stop = bakery.aws.faults.add({
    label: 'slow',
    when: (call) => byReconcile(call) && JSON.stringify(call.input).includes('IMAGE#website'),
    before: throttled,
  });
  bakery.push(platform, rename());
  await bakery.settle();
  stop();
  await heal();
  expect(bakery.builds('then')).toEqual([]);
  expect((await bakery.decisions(platform))['website/x86_64']).toMatch(/^current: /);
});

test('a refused bakery.yml is told, also when the run that refused it died', async () => {
  dieAfterCatalog();
  bakery.push(platform, { ...platformFiles(), 'bakery.yml': 'version: 7' });
  await bakery.settle();
  await heal();
  expect(told('DEFINITIONS_REFUSED')).toHaveLength(1);
});

test('a commit that was refused for the settings is read again when they have changed', async () => {
  const { settings } = bakery.all.find(({ title }) => title === 'shop')!;
  const followed = settings.upstreams;
  settings.upstreams = [];
  bakery.push(shop, shopFiles());
  await bakery.settle();
  expect((await bakery.report(shop)).unknown).toMatch(/no valid bakery.yml/);
  settings.upstreams = followed;
  await bakery.pass(5 * minuteMs);
  await bakery.tick(shop);
  expect((await bakery.decisions(shop))['shop/x86_64']).toMatch(/^current: /);
});

test('a base that is unusable and now and then unreadable is told once', async () => {
  const files = platformFiles();
  const extra = `${files['bakery.yml']}  extra:\n    base: ami:ami-0123456789abcdef0\n    template: web/\n`;
  bakery.push(platform, { ...files, 'bakery.yml': extra });
  await bakery.settle();
  for (let time = 0; time < 3; time += 1) {
    const stop = bakery.aws.faults.add({
      label: 'slow',
      when: (call) => byReconcile(call) && call.operation === 'DescribeImages',
      before: throttled,
    });
    await bakery.tick(platform);
    stop();
    await bakery.tick(platform);
  }
  expect(
    told('extra/x86_64').filter((record) => JSON.stringify(record).includes('bakery-notices')),
  ).toHaveLength(1);
});

test('an event that names other accounts’ builds and parameters changes nothing', async () => {
  for (const [name, event] of [
    [
      'build',
      {
        id: 'e-1',
        source: 'aws.codebuild',
        'detail-type': 'CodeBuild Build State Change',
        detail: {
          'build-status': 'SUCCEEDED',
          'project-name': 'bakery-packer',
          'build-id': `arn:aws:codebuild:${region}:999999999999:build/bakery-packer:11111111-2222-3333-4444-555555555555`,
        },
      },
    ],
    [
      'parameter',
      {
        id: 'e-2',
        source: 'aws.ssm',
        'detail-type': 'Parameter Store Change',
        detail: { operation: 'Update', name: '/bakery/web/x86_64/stable', exception: 'made up' },
      },
    ],
  ] as const) {
    await bakery.aws.functions.invoke({ account: platform, region }, name, event);
    await bakery.settle();
  }
  expect(bakery.calls('DynamoDB', 'PutItem', 'then')).toEqual([]);
  expect(bakery.calls('SSM', 'PutParameter', 'then')).toEqual([]);
});
