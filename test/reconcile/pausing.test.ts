import { hourMs, minuteMs } from '../../src/lib/definitions/instant';
import { accounts, MemoryBakery, region } from '../support/memory-bakery';
import { platformFiles, shopFiles } from '../support/starter';

const { platform, shop, consumer } = accounts;
const webParameter = '/bakery/web/x86_64/stable';

let bakery: MemoryBakery;
beforeEach(async () => {
  bakery = new MemoryBakery();
  bakery.push(platform, platformFiles());
  bakery.push(shop, shopFiles());
  await bakery.settle();
  bakery.aws.log.step = 'then';
});
afterEach(() => bakery.close());

const command = async (account: string, event: object) => {
  const asked = { by: 'alice', why: 'an incident', ...event };
  const answer = await bakery.aws.functions.invoke({ account, region }, 'command', asked);
  expect(answer).toMatchObject({ accepted: true });
};
const ask = async (event: object, account: string = platform) => {
  await command(account, event);
  await bakery.settle();
};
const changeAll = () => {
  const changes = {
    'base/main.pkr.hcl': '# 2',
    'web/main.pkr.hcl': '# 2',
    'batch.json': '{"builders":[{"type":"amazon-ebs"}],"x":2}',
  };
  return bakery.push(platform, platformFiles(changes));
};
const decisions = () => bakery.decisions(platform);

test('an image that is paused is left alone with everything below it, and goes on when it is resumed', async () => {
  await ask({ command: 'pause', image: 'base-al2023' });
  changeAll();
  await bakery.pass(30 * hourMs);
  await bakery.tick(platform);
  expect(bakery.builds('then')).toEqual([]);
  for (const said of Object.values(await decisions())) {
    expect(said).toMatch(
      /^wait: base-al2023\/x86_64 is paused by alice since 2026-11-22 12:0.*: an incident$/,
    );
  }
  await ask({ command: 'resume', image: 'base-al2023/x86_64' });
  expect(bakery.builds('then')).toEqual(['base-al2023/x86_64', 'batch/x86_64', 'web/x86_64', 'shop/x86_64']);
  expect(Object.values(await decisions()).every((said) => said.startsWith('current: '))).toBe(true);
});

test('other images go on', async () => {
  await ask({ command: 'pause', image: 'web' });
  changeAll();
  await bakery.settle();
  expect(bakery.builds('then')).toEqual(['base-al2023/x86_64', 'batch/x86_64', 'shop/x86_64']);
  await ask({ command: 'resume', image: 'web' });
  expect((await decisions())['web/x86_64']).toMatch(/^current: /);
});

test('a bake that runs is finished and published; the next one is not begun', async () => {
  const before = bakery.parameter(platform, webParameter);
  bakery.push(platform, platformFiles({ 'web/main.pkr.hcl': '# 2' }));
  await bakery.aws.scheduler.pass(30_000);
  await command(platform, { command: 'pause', image: 'web' });
  await bakery.aws.scheduler.pass(5_000);
  bakery.push(platform, platformFiles({ 'web/main.pkr.hcl': '# 3' }));
  await bakery.settle();
  expect(bakery.builds('then')).toEqual(['web/x86_64']);
  expect(bakery.parameter(platform, webParameter)).not.toBe(before);
  expect((await decisions())['web/x86_64']).toMatch(/^wait: web\/x86_64 is paused/);
});

test('a bake that is asked for meanwhile is begun when the image is resumed', async () => {
  await ask({ command: 'pause', image: 'web' });
  await ask({ command: 'bake', image: 'web', why: 'a new key' });
  expect(bakery.builds('then')).toEqual([]);
  await ask({ command: 'resume', image: 'web' });
  expect(bakery.builds('then')).toEqual(['web/x86_64']);
});

test('the whole bakery: nothing is begun, repaired or published again, and the report says so', async () => {
  await ask({ command: 'pause' });
  expect((await bakery.report(platform)).paused).toMatchObject({ by: 'alice', why: 'an incident' });
  await bakery.pass(10 * minuteMs);
  const Value = bakery.parameter(platform, '/bakery/batch/x86_64/stable')!;
  const at = { account: platform, region, caller: 'person' };
  await bakery.aws.ssm.PutParameter({ Name: webParameter, Value, Type: 'String', Overwrite: true }, at);
  changeAll();
  await bakery.pass(30 * hourMs);
  await bakery.tick(platform);
  expect(bakery.builds('then')).toEqual([]);
  expect(bakery.parameter(platform, webParameter)).toBe(Value);
  for (const said of Object.values(await decisions())) expect(said).toMatch(/^wait: the bakery is paused by/);

  await ask({ command: 'resume' });
  await bakery.tick(platform);
  expect((await bakery.report(platform)).paused).toBeUndefined();
  for (const said of Object.values(await decisions())) expect(said).toMatch(/^current: /);
  expect(bakery.parameter(platform, webParameter)).not.toBe(Value);
});

test('a consumer, which has no images, begins to mirror nothing while it is paused', async () => {
  const mirrored = '/bakery/base-al2023/x86_64/stable';
  const before = bakery.parameter(consumer, mirrored);
  await ask({ command: 'pause' }, consumer);
  changeAll();
  await bakery.settle();
  expect(bakery.parameter(platform, mirrored)).not.toBe(before);
  expect(bakery.parameter(consumer, mirrored)).toBe(before);
  await ask({ command: 'resume' }, consumer);
  expect(bakery.parameter(consumer, mirrored)).toBe(bakery.parameter(platform, mirrored));
});

test('a rename takes the pause along', async () => {
  await ask({ command: 'pause', image: 'web' });
  const files = platformFiles();
  const renamed = files['bakery.yml']!.replace('  web:\n', '  site:\n    was: web\n');
  bakery.push(platform, { ...files, 'bakery.yml': renamed });
  await bakery.settle();
  expect((await decisions())['site/x86_64']).toMatch(/^wait: site\/x86_64 is paused by alice/);
});

test('a command of newer code is left for the code that knows it', async () => {
  const items = () =>
    bakery
      .calls('DynamoDB', 'TransactWriteItems', 'then')
      .filter((input) => JSON.stringify(input).includes('"Delete"'));
  const at = { account: platform, region, caller: 'newer code' };
  const data = { id: 'c-9', command: 'levitate', image: 'web', by: 'alice', why: '', atMs: 0 };
  await bakery.aws.services.call(
    'DynamoDB',
    'PutItem',
    {
      TableName: 'bakery',
      Item: {
        pk: { S: 'STATE' },
        sk: { S: 'COMMAND#c-9' },
        schema: { N: '1' },
        version: { N: '1' },
        data: {
          M: Object.fromEntries(
            Object.entries(data).map(([name, it]) => [name, typeof it === 'number' ? { N: '0' } : { S: it }]),
          ),
        },
      },
    },
    at,
  );
  await bakery.tick(platform);
  expect(JSON.stringify(items())).not.toContain('COMMAND#c-9');
  expect(
    bakery.logs.lines.some(({ message }) => message === 'a command of another version is left alone'),
  ).toBe(true);
  expect((await decisions())['web/x86_64']).toMatch(/^current: /);
});
