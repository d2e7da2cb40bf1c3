import type { ImageKey } from '../../src/lib/definitions/catalog';
import { hourMs, minuteMs } from '../../src/lib/definitions/instant';
import { findReusable } from '../../src/lib/ledger/find-reusable';
import { history } from '../../src/lib/ledger/history';
import { findPackageList } from '../../src/lib/ledger/package-list';
import { readState } from '../../src/lib/ledger/read-state';
import type { JanitorReport } from '../../src/lib/reconcile/janitor/report';
import type { InstantOutcome } from '../../src/local/builds/instant-runner';
import type { BuildRun } from '../../src/local/builds/build-run';
import { amazon, amiIdFor } from '../../src/local/bakery/public-amis';
import { createClientFactory } from '../../src/lib/aws/clients';
import { dynamoTable } from '../../src/lib/aws/dynamodb';
import { clientsFor } from '../../src/local/aws/create-world';
import { instantBake } from '../support/instant-bake';
import { accounts, MemoryBakery, noon, region } from '../support/memory-bakery';
import { platformFiles } from '../support/starter';
import { told } from '../support/told';

const { platform } = accounts;
const base = 'base-al2023/x86_64';
const images: ImageKey[] = [base, 'batch/x86_64', 'web/x86_64'];

/** What the vendor's repositories hold; a test changes it. */
let kernel: string;
let builder: string | undefined;
let whole: boolean;
/** Packer fails when everything is made. */
let failing: boolean;
/** The template sets them. */
let tags: boolean;
let bakery: MemoryBakery;
const tells = (run: BuildRun) =>
  whole
    ? told(['bash 5', `kernel ${kernel}`, `${run.environment['BAKERY_IMAGE']} 1`], {
        ...(builder === undefined ? {} : { BUILDER: builder }),
      })
    : undefined;

function untagged(run: BuildRun): BuildRun {
  const { tags: _none, ...contract } = JSON.parse(run.environment['BAKERY_CONTRACT']!) as { tags: object };
  return { ...run, environment: { ...run.environment, BAKERY_CONTRACT: JSON.stringify(contract) } };
}

function outcome(run: BuildRun): InstantOutcome | undefined {
  if (failing) return { ...instantBake(bakery.aws, run, minuteMs), status: 'FAILED' };
  return tags ? undefined : instantBake(bakery.aws, untagged(run), minuteMs, () => tells(run));
}

beforeEach(() => {
  kernel = '6.1';
  builder = undefined;
  whole = true;
  tags = true;
  failing = false;
  bakery = new MemoryBakery({ tells, outcome });
});
afterEach(() => bakery.close());

const yml = (publish: string, more = '') =>
  String(platformFiles()['bakery.yml'])
    .replace('publish: always', `publish: ${publish}`)
    .replace('template: base/', `template: base/${more}`);
const push = async (more = '', publish = 'if-changed', files = {}) => {
  bakery.push(platform, platformFiles({ 'bakery.yml': yml(publish, more), ...files }));
  await bakery.settle();
};
/** Passes to two hours and a bit after midnight of the next day. */
const night = async (label = 'night') => {
  const day = 24 * hourMs;
  const midnight =
    noon - 12 * hourMs + day * (1 + Math.floor((bakery.clock.now() - (noon - 12 * hourMs)) / day));
  bakery.aws.log.step = label;
  await bakery.pass(midnight + 2 * hourMs + 5 * minuteMs - bakery.clock.now());
  await bakery.tick(platform);
};
const byText = (a: string, b: string) => (a < b ? -1 : 1);
const table = () => {
  const prepare = clientsFor(bakery.aws, { account: platform, caller: 'test' });
  return dynamoTable(createClientFactory({ region, prepare }), bakery.settings(platform).table);
};
const ledger = () => readState(table());
const record = async (image: ImageKey = base) => (await ledger()).records.get(image)!;
const stable = async (image: ImageKey = base) => (await record(image)).channels['stable']!.current!;
const says = async (image: ImageKey = base) => (await bakery.decisions(platform))[image]!;
const ended = async (image: ImageKey = base) => history(table(), image, 5);
const announced = () => bakery.calls('SNS', 'Publish', bakery.aws.log.step).length;
const amis = () =>
  (
    bakery.aws.ec2.DescribeImages({ Owners: ['self'] }, { account: platform, region, caller: 'test' })
      .Images ?? []
  ).map(({ ImageId }) => ImageId);

test('a night that changed nothing is baked and discarded: nothing moves, nothing is announced, nothing follows', async () => {
  await push();
  const before = await stable();
  await night();
  expect(bakery.builds('night')).toEqual([base]);
  const after = await stable();
  expect(after).toMatchObject({ bakeId: before.bakeId, amis: before.amis, sequence: before.sequence });
  expect(after.notBefore).toBeGreaterThan(before.notBefore);
  expect(bakery.parameter(platform, '/bakery/base-al2023/x86_64/stable')).toBe(before.amis[region]);
  // Only the hourly inventories, which tell of channels as they are.
  expect(
    bakery
      .calls('SNS', 'Publish', 'night')
      .filter((input) => JSON.stringify(input).includes('image-published')),
  ).toEqual([]);
  const [discarded] = await ended();
  expect(discarded).toMatchObject({ status: 'unchanged', equalTo: before.bakeId, packages: { count: 3 } });
  expect(discarded).not.toHaveProperty('amis');
  expect((await ledger()).slots.size).toBe(0);
  expect(await says()).toMatch(
    /^current: ami-\S+ of 2026-11-22 has input hash \S+; the bake of 2026-11-23 \(b-\S+\) was equal to it \(3 packages\) and was discarded$/,
  );
  for (const image of images) expect(await says(image)).toMatch(/^current: /);
});

describe('what was discarded', () => {
  const sweep = async (most: number) => {
    await bakery.pass(hourMs);
    const at = { account: platform, region };
    return (await bakery.aws.functions.invoke(at, 'janitor', { most })) as JanitorReport;
  };

  test("is the janitor's, however much it is, and what is published is not", async () => {
    await push();
    const published = amis();
    await night();
    await night();
    expect(amis()).toHaveLength(published.length + 2);
    const { leftovers, tooMany } = await sweep(1);
    expect(tooMany).toBeUndefined();
    expect(leftovers.map(({ kind, outcome }) => `${kind} ${outcome}`)).toEqual(['image done', 'image done']);
    expect(new Set(amis())).toEqual(new Set(published));
  });

  test('goes, where what is left over beside it is too much to go', async () => {
    await push();
    const published = amis();
    await night();
    failing = true;
    await push('', 'if-changed', {
      'web/main.pkr.hcl': '# other',
      'batch.json': '{"builders":[{"type":"amazon-ebs","name":"b"}]}',
    });
    const { leftovers, tooMany } = await sweep(1);
    expect(tooMany).toEqual({ found: 2, most: 1 });
    expect(leftovers.map(({ image, outcome }) => `${image}: ${outcome}`).sort(byText)).toEqual([
      `${base}: done`,
      'batch/x86_64: found',
      'web/x86_64: found',
    ]);
    expect(amis()).toHaveLength(published.length + 2);
  });
});

test('after many such nights it is still the first bake, and says how many there were', async () => {
  await push();
  const before = await stable();
  for (let nights = 0; nights < 8; nights += 1) await night();
  expect(bakery.builds('night')).toEqual(Array(8).fill(base));
  expect((await stable()).bakeId).toBe(before.bakeId);
  expect(await says()).toContain('8 bakes since were equal to it (3 packages) and were discarded');
});

test.each<[string, () => void]>([
  ['a package is another', () => (kernel = '6.2')],
  ['the template does not tell its packages any more', () => (whole = false)],
  ['the builder is another', () => (builder = 'packer 1.16.1')],
  ['the builder is not known', () => (builder = '')],
])('a night is published, and what is built on it follows: %s', async (_why, change) => {
  await push();
  const before = await stable();
  change();
  await night();
  expect(bakery.builds('night').sort()).toEqual(images);
  expect((await stable()).bakeId).not.toBe(before.bakeId);
  expect(announced()).toBeGreaterThan(0);
  expect((await ended())[0]).toMatchObject({ status: 'ready' });
});

test('where the packages of what is published are not known, the night is published once', async () => {
  whole = false;
  await push();
  whole = true;
  await night('first');
  expect(bakery.builds('first').sort()).toEqual(images);
  await night('second');
  expect(bakery.builds('second')).toEqual([base]);
  expect(await says()).toContain('was equal to it');
});

test('a bake that a person asked for is published, however equal it is', async () => {
  await push();
  const before = await stable();
  await night();
  bakery.aws.log.step = 'asked';
  const asked = { command: 'bake', by: 'ada', why: 'to be sure', image: 'base-al2023' };
  await bakery.aws.functions.invoke({ account: platform, region }, 'command', asked);
  await bakery.settle();
  expect((await stable()).bakeId).not.toBe(before.bakeId);
  expect(bakery.builds('asked').sort()).toEqual(images);
});

test('with publish: always every night is published', async () => {
  await push('', 'always');
  await night();
  expect(bakery.builds('night').sort()).toEqual(images);
});

test('what the vendor has moved is published, with the same packages', async () => {
  await push();
  await night();
  const newer = { ...amazon, region, architecture: 'x86_64', createdAtMs: bakery.clock.now() } as const;
  const amiId = amiIdFor('the next release');
  bakery.aws.ec2.seedPublicImage({ ...newer, amiId, name: 'al2023-next' });
  bakery.aws.ssm.publish(
    region,
    '/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64',
    amiId,
  );
  bakery.aws.log.step = 'moved';
  await bakery.tick(platform);
  expect(bakery.builds('moved').sort()).toEqual(images);
});

test('a revert after such nights finds the earlier bake again', async () => {
  await push();
  const before = await stable();
  await night();
  await night();
  await push('', 'if-changed', { 'base/main.pkr.hcl': '# other' });
  expect((await stable()).bakeId).not.toBe(before.bakeId);
  const [indexed] = await findReusable(table(), before.inputHash);
  expect(indexed).toMatchObject({ bakeId: before.bakeId, amis: before.amis });
  bakery.aws.log.step = 'revert';
  await push();
  expect(bakery.builds('revert')).toEqual([]);
  expect((await stable()).bakeId).toBe(before.bakeId);
});

test('an AMI that is gone is replaced, although nothing changed', async () => {
  await push();
  const before = await stable();
  const at = { account: platform, region, caller: 'person:bob' };
  bakery.aws.ec2.DeregisterImage({ ImageId: before.amis[region] }, at);
  await night();
  expect((await stable()).bakeId).not.toBe(before.bakeId);
});

test('a list is kept of what goes on, and none of what is discarded', async () => {
  await push();
  await night();
  const [discarded, first] = await ended();
  expect(await findPackageList(table(), base, first!.id)).toEqual([
    'base-al2023/x86_64 1',
    'bash 5',
    'kernel 6.1',
  ]);
  expect(await findPackageList(table(), base, discarded!.id)).toBeUndefined();
});

describe('with a window', () => {
  const window = "\n    window: { from: '22:00', to: '23:00', timezone: Europe/London }";
  test('a night is held against what waits for it', async () => {
    await push();
    const before = await stable();
    await push(window);
    kernel = '6.2';
    await night('first');
    const { ready } = await record();
    expect(ready?.bakeId).toBeDefined();
    await night('second');
    expect(bakery.builds('second')).toEqual([base]);
    const waits = await record();
    expect(waits.ready).toMatchObject({ bakeId: ready?.bakeId, unchanged: { times: 1 } });
    expect(waits.channels['stable']?.current?.bakeId).toBe(before.bakeId);
    await bakery.pass(20 * hourMs);
    await bakery.tick(platform);
    expect((await stable()).bakeId).toBe(ready?.bakeId);
    expect(await says()).toMatch(/^current: .* was equal to it/);
  });
});

test('a channel that is pinned while the night is baked keeps the bake for later', async () => {
  await push();
  const before = await stable();
  await night();
  // The next one is pinned while it runs.
  bakery.aws.log.step = 'pinned';
  const day = 24 * hourMs;
  await bakery.aws.scheduler.pass(day - (bakery.clock.now() - noon - 14 * hourMs) + 1_000);
  bakery.aws.functions.invokeAsync({ account: platform, region }, 'tick', {
    kind: 'schedule',
    scheduledTime: new Date(bakery.clock.now()).toISOString(),
    executionId: bakery.aws.chance.uuid(),
  });
  await bakery.aws.scheduler.pass(20_000);
  expect((await record()).live?.status).toBe('building');
  const pin = { command: 'pin', by: 'ada', why: 'looking at it', image: 'base-al2023' };
  await bakery.aws.functions.invoke({ account: platform, region }, 'command', pin);
  await bakery.settle();
  expect((await ended())[0]).toMatchObject({ status: 'ready' });
  expect((await stable()).bakeId).toBe(before.bakeId);
});

test('an AMI without tags gets them before it is discarded, so that the janitor finds it', async () => {
  await push();
  tags = false;
  await night();
  expect(amis()).toHaveLength(4);
  await bakery.pass(hourMs);
  await bakery.aws.functions.invoke({ account: platform, region }, 'janitor', {});
  await bakery.settle();
  expect(amis()).toHaveLength(3);
});
