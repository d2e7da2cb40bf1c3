import { hourMs, minuteMs } from '../../src/lib/definitions/instant';
import { accounts, MemoryBakery } from '../support/memory-bakery';
import { platformFiles, shopFiles } from '../support/starter';

const { platform, shop, consumer } = accounts;
const baseParameter = '/bakery/base-al2023/x86_64/stable';
const webParameter = '/bakery/web/x86_64/stable';

let bakery: MemoryBakery;
beforeEach(async () => {
  bakery = new MemoryBakery();
  bakery.aws.log.step = 'start';
  bakery.push(shop, shopFiles());
  bakery.push(platform, platformFiles());
  await bakery.settle();
  bakery.aws.log.step = 'then';
});
afterEach(() => bakery.close());

const thenBuilt = () => bakery.builds('then').sort();
const both = async () => [
  ...Object.values(await bakery.decisions(platform)),
  ...Object.values(await bakery.decisions(shop)),
];

test('a first push becomes AMIs in every account below it, bases first, each baked once', async () => {
  const builds = bakery.builds('start');
  expect(builds[0]).toBe('base-al2023/x86_64');
  expect([...builds].sort()).toEqual(['base-al2023/x86_64', 'batch/x86_64', 'shop/x86_64', 'web/x86_64']);
  for (const decision of await both()) expect(decision).toMatch(/^current: ami-/);
  const base = bakery.parameter(platform, baseParameter);
  expect(base).toMatch(/^ami-/);
  expect(bakery.parameter(consumer, baseParameter)).toBe(base);
});

test('planning again right after applying starts nothing and writes nothing', async () => {
  for (const account of [platform, shop, consumer]) await bakery.tick(account);
  expect(thenBuilt()).toEqual([]);
  expect(bakery.calls('DynamoDB', 'PutItem', 'then')).toEqual([]);
  expect(bakery.calls('DynamoDB', 'TransactWriteItems', 'then')).toEqual([]);
});

test('a push that touches one image bakes that one', async () => {
  const before = bakery.parameter(platform, baseParameter);
  bakery.push(platform, platformFiles({ 'web/main.pkr.hcl': '# web, changed' }));
  await bakery.settle();
  expect(thenBuilt()).toEqual(['web/x86_64']);
  expect(bakery.parameter(platform, baseParameter)).toBe(before);
});

test('a push that touches nothing an image is made of bakes nothing', async () => {
  bakery.push(platform, platformFiles({ 'README.md': 'hello' }));
  await bakery.settle();
  expect(thenBuilt()).toEqual([]);
  for (const decision of await both()) expect(decision).toMatch(/^current: /);
});

test('a push that touches a base and what is built on it bakes each once', async () => {
  bakery.push(platform, platformFiles({ 'base/main.pkr.hcl': '# new', 'web/main.pkr.hcl': '# new' }));
  await bakery.settle();
  expect(thenBuilt()).toEqual(['base-al2023/x86_64', 'batch/x86_64', 'shop/x86_64', 'web/x86_64']);
});

test('ten pushes while a bake runs are one more bake, of the last', async () => {
  for (let push = 1; push <= 10; push += 1) {
    bakery.push(platform, platformFiles({ 'web/main.pkr.hcl': `# ${push}` }));
    await bakery.aws.scheduler.pass(2_000);
  }
  await bakery.settle();
  expect(thenBuilt()).toEqual(['web/x86_64', 'web/x86_64']);
});

test('a revert is published again without a bake', async () => {
  const before = bakery.parameter(platform, webParameter);
  bakery.push(platform, platformFiles({ 'web/main.pkr.hcl': '# a mistake' }));
  await bakery.settle();
  expect(bakery.parameter(platform, webParameter)).not.toBe(before);
  bakery.aws.log.step = 'reverted';
  bakery.push(platform, platformFiles());
  await bakery.settle();
  expect(bakery.builds('reverted')).toEqual([]);
  expect(bakery.parameter(platform, webParameter)).toBe(before);
});

test('the next night the base is baked anew, and everything below it once', async () => {
  await bakery.pass(15 * hourMs);
  await bakery.tick(platform);
  expect(thenBuilt()).toEqual(['base-al2023/x86_64', 'batch/x86_64', 'shop/x86_64', 'web/x86_64']);
  bakery.aws.log.step = 'later';
  for (let tick = 0; tick < 3; tick += 1) {
    await bakery.pass(5 * minuteMs);
    await bakery.tick(platform);
    await bakery.tick(shop);
  }
  expect(bakery.builds('later')).toEqual([]);
  expect(bakery.parameter(consumer, baseParameter)).toBe(bakery.parameter(platform, baseParameter));
});

test('a person who asks gets a bake, although nothing changed', async () => {
  const answer = await bakery.aws.functions.invoke({ account: platform, region: 'eu-west-1' }, 'command', {
    command: 'bake',
    image: 'web',
    by: 'alice',
    why: 'CVE-2026-1234',
  });
  expect(answer).toMatchObject({ accepted: true });
  await bakery.settle();
  expect(thenBuilt()).toEqual(['web/x86_64']);
  await bakery.tick(platform);
  expect(thenBuilt()).toEqual(['web/x86_64']);
});

test('an image that left bakery.yml is not baked any more, and its parameter stays', async () => {
  const files = platformFiles();
  const shorter = files['bakery.yml']!.replace(/ {2}batch:[^]*$/, '');
  const before = bakery.parameter(platform, '/bakery/batch/x86_64/stable');
  bakery.push(platform, { ...files, 'bakery.yml': shorter });
  await bakery.settle();
  expect(thenBuilt()).toEqual([]);
  expect(bakery.parameter(platform, '/bakery/batch/x86_64/stable')).toBe(before);
});

test('a renamed image keeps its AMI under the new name, without a bake', async () => {
  const before = bakery.parameter(platform, webParameter);
  const files = platformFiles();
  const renamed = files['bakery.yml']!.replace('  web:\n', '  website:\n    was: web\n');
  bakery.push(platform, { ...files, 'bakery.yml': renamed });
  await bakery.settle();
  expect(thenBuilt()).toEqual([]);
  expect(bakery.parameter(platform, '/bakery/website/x86_64/stable')).toBe(before);
});

test('a renamed image whose AMI is gone is told to nobody under its new name', async () => {
  const amiId = bakery.parameter(platform, webParameter)!;
  bakery.aws.ec2.DeregisterImage(
    { ImageId: amiId },
    { account: platform, region: 'eu-west-1', caller: 'somebody' },
  );
  const files = platformFiles();
  const renamed = files['bakery.yml']!.replace('  web:\n', '  website:\n    was: web\n');
  bakery.push(platform, { ...files, 'bakery.yml': renamed });
  await bakery.settle();
  bakery.aws.log.step = 'later';
  await bakery.pass(2 * 3_600_000);
  await bakery.tick(platform);
  const told = bakery
    .calls('SNS', 'Publish', 'later')
    .map((input) => (input as { Message: string }).Message)
    .filter((message) => message.includes('"schema":"ami-bakery/inventory/1"'));
  expect(told).toHaveLength(1);
  expect(told[0]).toContain('"image":"batch"');
  expect(told[0]).not.toContain('"image":"website"');
});

test('sharing that changed is amended without a bake, and withdrawn where it is no longer asked for', async () => {
  const files = platformFiles();
  const narrower = files['bakery.yml']!.replace("'222222222222', '333333333333'", "'222222222222'");
  bakery.push(platform, { ...files, 'bakery.yml': narrower });
  await bakery.settle();
  expect(thenBuilt()).toEqual([]);
  const amiId = bakery.parameter(platform, baseParameter);
  expect(bakery.aws.ec2.amiVisible(shop, 'eu-west-1', amiId!)).toBe(true);
  expect(bakery.aws.ec2.amiVisible(consumer, 'eu-west-1', amiId!)).toBe(false);
});

test('a template may be the folder of bakery.yml itself', async () => {
  const whole = { 'bakery.yml': shopFiles()['bakery.yml']!.replace('shop/', './'), 'main.pkr.hcl': '# shop' };
  bakery.push(shop, whole);
  await bakery.settle();
  expect(thenBuilt()).toEqual(['shop/x86_64']);
  bakery.push(shop, { ...whole, 'main.pkr.hcl': '# changed' });
  await bakery.settle();
  expect(thenBuilt()).toEqual(['shop/x86_64', 'shop/x86_64']);
});
