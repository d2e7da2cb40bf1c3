import { hourMs } from '../../src/lib/definitions/instant';
import type { ImageReport } from '../../src/lib/reconcile/report';
import { accounts, MemoryBakery, region } from '../support/memory-bakery';
import { platformFiles, shopFiles } from '../support/starter';

const { platform, shop } = accounts;
const at = { account: platform, region, caller: 'person' };

let bakery: MemoryBakery;
beforeEach(() => {
  bakery = new MemoryBakery();
});
afterEach(() => bakery.close());

/** web has two channels, and app follows the second one. */
const files = (promote: string, changes: Parameters<typeof platformFiles>[0] = {}) => {
  const yml = platformFiles()['bakery.yml'] as string;
  const changed = yml.replace(
    'base: image:base-al2023\n    template: web/',
    `base: image:base-al2023\n    template: web/\n    channels: [candidate, stable]${promote}`,
  );
  const app = '  app:\n    base: image:web@stable\n    template: app/\n';
  return platformFiles({ 'bakery.yml': changed + app, 'app/main.pkr.hcl': '# app', ...changes });
};
const soak = '\n    promote: { soak: 6h }';
const push = async (promote: string, web = 'web') => {
  bakery.push(platform, files(promote, { 'web/main.pkr.hcl': `# ${web}` }));
  await bakery.settle();
};
const hours = async (count: number) => {
  await bakery.pass(count * hourMs);
  await bakery.tick(platform);
};
const ask = async (command: string, event: object) => {
  const asked = { command, by: 'alice', why: 'it is good', image: 'web', ...event };
  await bakery.aws.functions.invoke({ account: platform, region }, 'command', asked);
  await bakery.settle();
};
const of = async (name: string): Promise<ImageReport> =>
  (await bakery.report(platform)).images.find((one) => one.image === `${name}/x86_64`)!;
const web = async () => {
  const image = await of('web');
  return { candidate: image, stable: image.further![0]! };
};
const parameter = (channel: string) => bakery.parameter(platform, `/bakery/web/x86_64/${channel}`);
const refusals = () =>
  bakery.aws.sns.notices
    .map((notice) => JSON.stringify(notice))
    .filter((text) => text.includes('COMMAND_REFUSED'));
const announced = (step: string) =>
  bakery
    .calls('SNS', 'Publish', step)
    .map((input) => input as { Message: string; TopicArn: string })
    .filter(({ TopicArn }) => TopicArn.endsWith('bakery-images'))
    .map(({ Message }) => JSON.parse(Message) as { image: string; channel: string; bake: string });

describe('without promote a person says when', () => {
  beforeEach(() => push(''));

  test('what is finished stays in the first channel, and what follows the next one waits', async () => {
    const { candidate, stable } = await web();
    expect(parameter('candidate')).toBe(candidate.amiId);
    expect(parameter('stable')).toBeUndefined();
    expect(`${stable.decision}: ${stable.reason}`).toBe(
      `wait: candidate has bake ${candidate.bakeId}; a person promotes it`,
    );
    expect((await of('app')).reason).toBe('nothing of web/x86_64 has come to its channel stable yet');
    expect(bakery.builds()).not.toContain('app/x86_64');
  });

  test('promoted: parameter, announcement, and what follows is baked on it', async () => {
    bakery.aws.log.step = 'then';
    await ask('promote', { channel: 'stable' });
    const { candidate, stable } = await web();
    expect(stable).toMatchObject({ amiId: candidate.amiId, decision: 'current' });
    expect(parameter('stable')).toBe(candidate.amiId);
    expect(announced('then')[0]).toMatchObject({ image: 'web', channel: 'stable', bake: candidate.bakeId });
    expect(bakery.builds('then')).toEqual(['app/x86_64']);
    expect((await of('app')).baseAmiId).toBe(candidate.amiId);
  });

  test('what follows the second channel neither waits for the first nor is baked when that moves', async () => {
    await ask('promote', { channel: 'stable' });
    const before = await of('app');
    bakery.aws.log.step = 'then';
    await push('', 'newer');
    expect(bakery.builds('then')).toEqual(['web/x86_64']);
    expect(await of('app')).toMatchObject({ amiId: before.amiId, decision: 'current' });
  });

  test('an earlier bake by its id, while it is newer than what the channel has', async () => {
    const first = (await web()).candidate;
    await push('', 'newer');
    await ask('promote', { channel: 'stable', bake: first.bakeId });
    expect(parameter('stable')).toBe(first.amiId);
  });

  test.each<[string, () => Promise<object>, RegExp]>([
    [
      'to the first channel',
      () => Promise.resolve({ channel: 'candidate' }),
      /is the first channel of web\/x86_64/,
    ],
    ['to no channel of it', () => Promise.resolve({ channel: 'prod' }), /candidate, stable, and no prod/],
    [
      'of a bake of another image',
      async () => ({ bake: (await of('batch')).bakeId }),
      /web\/x86_64 has no bake b-/,
    ],
    [
      'of an AMI that is gone',
      async () => {
        bakery.aws.ec2.DeregisterImage({ ImageId: (await web()).candidate.amiId! }, at);
        return {};
      },
      /is gone: EC2 does not show it/,
    ],
  ])('is refused %s, and nothing changes', async (_, event, why) => {
    await ask('promote', { channel: 'stable', ...(await event()) });
    expect(refusals().at(-1)).toMatch(why);
    expect(parameter('stable')).toBeUndefined();
    expect((await bakery.report(platform)).commands).toBeUndefined();
  });

  test('the second of two people who promote at once is told', async () => {
    await Promise.all([
      ask('promote', { channel: 'stable' }),
      ask('promote', { channel: 'stable', by: 'bob' }),
    ]);
    expect(refusals()).toHaveLength(1);
    expect(refusals()[0]).toMatch(/web\/x86_64@stable has bake b-.* already/);
  });

  test('an older bake is a rollback, and a rollback of the second channel goes to what it had', async () => {
    const first = (await web()).candidate;
    await ask('promote', { channel: 'stable' });
    await push('', 'second');
    await push('', 'third');
    await ask('promote', { channel: 'stable' });
    const third = (await web()).stable;
    await ask('promote', { channel: 'stable', bake: first.bakeId });
    expect(refusals().at(-1)).toMatch(/which is newer than/);
    await ask('rollback', {});
    expect(refusals().at(-1)).toMatch(/has the channels candidate, stable, and none was named/);
    await ask('rollback', { channel: 'stable' });
    const { candidate, stable } = await web();
    expect(stable).toMatchObject({ amiId: first.amiId, decision: 'current', reasonCode: 'channel-pinned' });
    expect(candidate.amiId).toBe(third.amiId);
    await ask('promote', { channel: 'stable' });
    expect(refusals().at(-1)).toMatch(/web\/x86_64@stable is pinned by alice/);
  });
});

describe('after a soak', () => {
  test('a bake comes to the next channel by itself', async () => {
    await push(soak);
    const { candidate, stable } = await web();
    expect(stable.reason).toMatch(
      new RegExp(
        `^bake ${candidate.bakeId} soaks in candidate; it follows at .* \\(in 6 hours\\) if nobody objects$`,
      ),
    );
    await hours(5);
    expect(parameter('stable')).toBeUndefined();
    await hours(1.1);
    expect(parameter('stable')).toBe(candidate.amiId);
    expect((await web()).stable.decision).toBe('current');
    expect((await of('app')).baseAmiId).toBe(candidate.amiId);
  });

  test('a newer bake does not start it anew: each has its own', async () => {
    await push(soak);
    const first = (await web()).candidate;
    await hours(4);
    await push(soak, 'second');
    const second = (await web()).candidate;
    await hours(2.1);
    expect(parameter('candidate')).toBe(second.amiId);
    expect(parameter('stable')).toBe(first.amiId);
    await hours(4);
    expect(parameter('stable')).toBe(second.amiId);
  });

  test('other sharing does not start it anew either', async () => {
    await push(soak);
    const { candidate } = await web();
    await hours(4);
    await push(`${soak}\n    tags: { Team: web }`);
    await hours(2.1);
    expect(parameter('stable')).toBe(candidate.amiId);
  });

  test('a rollback is an objection to what it leaves', async () => {
    await push(soak);
    const good = (await web()).candidate;
    await hours(4);
    await push(soak, 'bad');
    await ask('rollback', { channel: 'candidate', why: 'bad' });
    expect(parameter('candidate')).toBe(good.amiId);
    await hours(2.1);
    expect(parameter('stable')).toBe(good.amiId);
    await hours(6);
    expect(parameter('stable')).toBe(good.amiId);
  });

  test('so is a revert: what it takes out of the channel does not come to the next one', async () => {
    await push(soak);
    const good = (await web()).candidate;
    await hours(4);
    await push(soak, 'bad');
    const bad = (await web()).candidate;
    expect(parameter('candidate')).toBe(bad.amiId);
    await push(soak);
    expect(parameter('candidate')).toBe(good.amiId);
    await hours(6.1);
    expect(parameter('stable')).toBe(good.amiId);
    expect((await web()).stable.reason).toBe('it has what candidate has, or newer');
  });

  test('a pin of either channel holds it, until it is unpinned', async () => {
    await push(soak);
    const { candidate } = await web();
    await ask('pin', { channel: 'candidate', why: 'we look at it' });
    await hours(7);
    expect(parameter('stable')).toBeUndefined();
    expect((await web()).stable.reason).toMatch(/^candidate is pinned by alice .* because we look at it/);
    await ask('unpin', { channel: 'candidate' });
    await bakery.tick(platform);
    expect(parameter('stable')).toBe(candidate.amiId);
  });

  test('a rolled back further channel gets no bake that was there then, and the next one of a commit', async () => {
    await push(soak);
    await hours(6.1);
    const good = (await web()).stable;
    await push(soak, 'bad');
    await hours(6.1);
    await push(soak, 'as bad');
    await ask('rollback', { channel: 'stable', why: 'bad' });
    expect(parameter('stable')).toBe(good.amiId);
    await hours(7);
    expect(parameter('stable')).toBe(good.amiId);
    expect((await web()).stable.reasonCode).toBe('channel-pinned');
    await push(soak, 'mended');
    const mended = (await web()).candidate;
    await hours(6.1);
    expect(parameter('stable')).toBe(mended.amiId);
    expect((await web()).stable.pin).toBeUndefined();
  });

  test('an AMI that is gone when its time has come is told once, and the next bake comes', async () => {
    await push(soak);
    const { candidate } = await web();
    bakery.aws.ec2.DeregisterImage({ ImageId: candidate.amiId! }, at);
    await hours(6.1);
    await hours(0.1);
    const { stable } = await web();
    expect(`${stable.decision}: ${stable.reason}`).toBe(
      `blocked: bake ${candidate.bakeId} cannot come to it: ${candidate.amiId} of bake ${candidate.bakeId} is gone: EC2 does not show it in ${region}; the next one can`,
    );
    const told = bakery.aws.sns.notices.filter((notice) => JSON.stringify(notice).includes('PROMOTION_LOST'));
    expect(told).toHaveLength(1);
    await push(soak, 'another');
    await hours(6.1);
    expect(parameter('stable')).toBe((await web()).candidate.amiId);
    expect((await web()).stable.decision).toBe('current');
  });

  test('an AMI that is gone when its tags are to change is told once, and the next bake comes', async () => {
    await push(soak);
    await hours(6.1);
    const { stable: old } = await web();
    bakery.aws.ec2.DeregisterImage({ ImageId: old.amiId! }, at);
    const tagged = `${soak}\n    tags: { team: web }`;
    await push(tagged, 'newer');
    await hours(0.1);
    const told = bakery.aws.sns.notices.filter((notice) => JSON.stringify(notice).includes('AMENDMENT_LOST'));
    expect(told).toHaveLength(1);
    expect((await web()).stable.amiId).toBe(old.amiId);
    await hours(6.1);
    expect(parameter('stable')).toBe((await web()).candidate.amiId);
    expect(parameter('stable')).not.toBe(old.amiId);
    expect((await web()).stable.decision).toBe('current');
  });

  test('without a soak it follows at once, and what is built on it is baked once', async () => {
    await push('\n    promote: { after: tests }');
    const { candidate } = await web();
    expect(parameter('stable')).toBe(candidate.amiId);
    bakery.aws.log.step = 'then';
    await push('\n    promote: { after: tests }', 'newer');
    expect(bakery.builds('then')).toEqual(['web/x86_64', 'app/x86_64']);
  });
});

test('other accounts follow the channel they name', async () => {
  bakery.close();
  bakery = new MemoryBakery();
  const yml = (platformFiles()['bakery.yml'] as string).replace(
    '    template: base/',
    '    template: base/\n    channels: [candidate, stable]',
  );
  const base = (text: string) => platformFiles({ 'bakery.yml': yml, 'base/main.pkr.hcl': text });
  bakery.push(platform, base('# 1'));
  bakery.push(shop, shopFiles());
  await bakery.settle();
  expect(bakery.builds()).not.toContain('shop/x86_64');
  await ask('promote', { image: 'base-al2023', channel: 'stable' });
  expect(bakery.builds().filter((image) => image === 'shop/x86_64')).toHaveLength(1);
  expect(bakery.parameter(accounts.consumer, '/bakery/base-al2023/x86_64/stable')).toBe(
    bakery.parameter(platform, '/bakery/base-al2023/x86_64/stable'),
  );
  bakery.push(platform, base('# 2'));
  await bakery.settle();
  await bakery.pass(hourMs);
  await bakery.tick(platform);
  expect(bakery.builds().filter((image) => image === 'shop/x86_64')).toHaveLength(1);
});
