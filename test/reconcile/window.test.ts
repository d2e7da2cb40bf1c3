import { hourMs } from '../../src/lib/definitions/instant';
import { names } from '../../src/local/bakery/deployment';
import { accounts, MemoryBakery, noon, region } from '../support/memory-bakery';
import { outsideAmi } from '../support/outside-ami';
import { platformFiles } from '../support/starter';

const { platform } = accounts;
const at = { account: platform, region };

let bakery: MemoryBakery;
beforeEach(() => {
  bakery = new MemoryBakery();
});
afterEach(() => bakery.close());

const night = "window: { from: '22:00', to: '04:00', timezone: Europe/London }";
/** web may move at night only. */
const files = (window: string, web = 'web', more = '') => {
  const yml = platformFiles()['bakery.yml'] as string;
  const changed = yml.replace('template: web/', `template: web/\n    ${window}${more}`);
  return platformFiles({ 'bakery.yml': changed, 'web/main.pkr.hcl': `# ${web}` });
};
const push = async (window: string, web = 'web', more = '') => {
  bakery.push(platform, files(window, web, more));
  await bakery.settle();
};
const until = async (hour: number) => {
  const nowMs = bakery.clock.now();
  const day = noon - 12 * hourMs;
  await bakery.pass(day + hour * hourMs - nowMs);
  await bakery.tick(platform);
};
const ask = async (command: string, event: object) => {
  const asked = { command, by: 'alice', why: 'it is broken', image: 'web', ...event };
  await bakery.aws.functions.invoke({ account: platform, region }, 'command', asked);
  await bakery.settle();
};
const web = async () => (await bakery.report(platform)).images.find(({ image }) => image === 'web/x86_64')!;
const says = async () => (await bakery.decisions(platform))['web/x86_64'];
const parameter = (channel = 'stable') => bakery.parameter(platform, `/bakery/web/x86_64/${channel}`);

/** Published at noon; from then on the window holds. */
const published = async () => {
  await push('timeoutMinutes: 60');
  const before = await web();
  bakery.aws.log.step = 'then';
  return before;
};

test('a bake runs at any time, and its channel moves when the window opens', async () => {
  const before = await published();
  await push(night, 'newer');
  expect(bakery.builds('then')).toEqual(['web/x86_64']);
  expect(parameter()).toBe(before.amiId);
  expect(await says()).toMatch(
    /^wait: window opens at 2026-11-22 22:00 UTC \(in 10 hours\); bake b-\S+ is ready for it$/,
  );
  await until(21.9);
  expect(parameter()).toBe(before.amiId);
  await until(22.1);
  expect(parameter()).not.toBe(before.amiId);
  expect(await says()).toMatch(/^current: /);
  expect(bakery.builds('then')).toEqual(['web/x86_64']);
});

test('inside the window nothing waits', async () => {
  await until(22.5);
  const before = await published();
  await push(night, 'newer');
  expect(parameter()).not.toBe(before.amiId);
});

test('a revert waits as well, and what was made meanwhile never comes', async () => {
  const before = await published();
  await push(night, 'newer');
  const newer = (await web()).amiId;
  await push(night);
  expect((await web()).amiId).toBe(newer);
  expect(await says()).toMatch(/^current: /);
  await until(22.1);
  expect(parameter()).toBe(before.amiId);
});

test('the newest of several bakes is published, once', async () => {
  await published();
  for (const text of ['2', '3', '4']) await push(night, text);
  const moves = () =>
    bakery
      .calls('SSM', 'PutParameter', 'then')
      .filter((input) => (input as { Name: string }).Name.includes('/web/'));
  expect(moves()).toEqual([]);
  await until(22.1);
  expect(moves()).toHaveLength(1);
  expect(bakery.builds('then')).toEqual(['web/x86_64', 'web/x86_64', 'web/x86_64']);
});

test('a rollback does not wait for it', async () => {
  const good = await published();
  await push('timeoutMinutes: 60', 'bad');
  await push(night, 'bad');
  await ask('rollback', {});
  expect(parameter()).toBe(good.amiId);
});

test('a promotion waits for it, by itself and by a person', async () => {
  const channels = '\n    channels: [candidate, stable]\n    promote: { soak: 1h }';
  await push('timeoutMinutes: 60', 'web', channels);
  await push(night, 'web', channels);
  const { amiId, bakeId } = await web();
  await until(14);
  expect(parameter()).toBeUndefined();
  expect((await web()).further![0]!.reason).toBe(
    `bake ${bakeId} waits: window opens at 2026-11-22 22:00 UTC (in 8 hours)`,
  );
  await ask('promote', { channel: 'stable' });
  expect(parameter()).toBeUndefined();
  expect((await bakery.report(platform)).commands).toHaveLength(1);
  await until(22.1);
  expect(parameter()).toBe(amiId);
});

test('a move that has begun goes to its end, also where a commit closes the window on it', async () => {
  const before = await published();
  bakery.push(platform, files('timeoutMinutes: 60', 'newer'));
  for (let second = 0; second < 600 && !/is being published/.test((await says()) ?? ''); second += 1) {
    await bakery.aws.scheduler.pass(250);
  }
  expect(parameter()).toBe(before.amiId);
  await push("window: { from: '22:00', to: '23:00' }", 'newer');
  expect(parameter()).not.toBe(before.amiId);
  expect(await says()).toMatch(/^current: /);
});

test('sharing and tags follow bakery.yml at any time', async () => {
  const { amiId } = await published();
  await push(night, 'web', '\n    tags: { Team: web }');
  const { Tags = [] } = bakery.aws.ec2.DescribeImages(
    { ImageIds: [amiId!] },
    { account: platform, region, caller: 'person' },
  ).Images![0]!;
  expect(Tags).toContainEqual({ Key: 'Team', Value: 'web' });
});

test('a window that never opens is a problem of bakery.yml: the last valid commit stays in force', async () => {
  await published();
  await push("window: { from: '22:00', to: '22:00' }", 'newer');
  const { refused } = await bakery.report(platform);
  expect(refused?.problems.map(({ code }) => code)).toEqual(['BAD_WINDOW']);
  expect(bakery.builds('then')).toEqual([]);
});

test('what a person adopts takes the place of what waits for the window', async () => {
  const waiting = () =>
    JSON.stringify(bakery.aws.dynamodb.partition(at, names.table, 'STATE')).includes('"ready":{');
  await published();
  await push(night, 'newer');
  expect(waiting()).toBe(true);
  const source = (await web()).amiId!;
  const amiId = await outsideAmi(bakery, platform, { source, name: 'by hand' });
  await ask('adopt', { amiId });
  await until(22.1);
  expect(parameter()).toBe(amiId);
  expect(waiting()).toBe(false);
});
