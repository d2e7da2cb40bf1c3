import { hourMs } from '../../src/lib/definitions/instant';
import type { ImageReport } from '../../src/lib/reconcile/report';
import { accounts, MemoryBakery, region } from '../support/memory-bakery';
import { platformFiles, shopFiles } from '../support/starter';

const { platform, shop } = accounts;
const at = { account: platform, region, caller: 'person' };
const parameterOf = (image: string) => `/bakery/${image}/x86_64/stable`;
const webChanged = (text: string) => platformFiles({ 'web/main.pkr.hcl': `# ${text}` });

let bakery: MemoryBakery;

beforeEach(async () => {
  bakery = new MemoryBakery();
  bakery.push(platform, platformFiles());
  bakery.push(shop, shopFiles());
  await bakery.settle();
});
afterEach(() => bakery.close());

const ask = async (command: string, event: object, account: string = platform) => {
  const asked = { command, by: 'alice', why: 'it does not boot', ...event };
  const answer = await bakery.aws.functions.invoke({ account, region }, 'command', asked);
  await bakery.settle();
  return answer;
};
const image = async (name: string, account: string = platform): Promise<ImageReport> =>
  (await bakery.report(account)).images.find((one) => one.image === `${name}/x86_64`)!;
const says = async (name: string) => (await bakery.decisions(platform))[`${name}/x86_64`];
const web = () => bakery.parameter(platform, parameterOf('web'));
const push = async (files: ReturnType<typeof platformFiles>) => {
  bakery.push(platform, files);
  await bakery.settle();
};
const night = async () => {
  await bakery.pass(14 * hourMs);
  await bakery.tick(platform);
};
const refusals = () =>
  bakery.aws.sns.notices
    .filter(({ topicArn }) => topicArn.endsWith('bakery-notices'))
    .map((notice) => JSON.stringify(notice))
    .filter((text) => text.includes('COMMAND_REFUSED'));
const announced = () =>
  bakery
    .calls('SNS', 'Publish', 'then')
    .map((input) => input as { Message: string; TopicArn: string })
    .filter(({ TopicArn }) => TopicArn.endsWith('bakery-images'))
    .map(({ Message }) => JSON.parse(Message) as { image: string; sequence: number; bake: string });

/** A good bake of web, and a bad one after it. */
async function twoBakes() {
  const good = await image('web');
  await push(webChanged('bad'));
  const bad = await image('web');
  expect(bad.amiId).not.toBe(good.amiId);
  bakery.aws.log.step = 'then';
  return { good, bad };
}

test('the channel goes back to the last good bake, is announced with a larger sequence, and says why it stays', async () => {
  const { good, bad } = await twoBakes();
  await ask('rollback', { image: 'web' });
  expect(web()).toBe(good.amiId);
  expect(announced()).toEqual([expect.objectContaining({ image: 'web', bake: good.bakeId })]);
  expect(announced()[0]!.sequence).toBeGreaterThan(bad.sequence!);
  expect(await says('web')).toBe(
    `current: pinned to ${good.amiId} by alice since 2026-11-22 12:03 UTC because it does not boot; it stays until a commit changes its inputs or somebody unpins it`,
  );
  expect((await image('web')).pin).toMatchObject({ by: 'alice', until: 'commit', from: bad.bakeId });
  expect(bakery.builds('then')).toEqual([]);
  expect((await bakery.report(platform)).commands).toBeUndefined();
});

describe('the pin holds', () => {
  let good: ImageReport;
  beforeEach(async () => {
    ({ good } = await twoBakes());
    await ask('rollback', { image: 'web' });
  });

  test('through the night, when everything else is baked on the new base', async () => {
    await night();
    expect(bakery.builds('then').sort()).toEqual(['base-al2023/x86_64', 'batch/x86_64', 'shop/x86_64']);
    expect(web()).toBe(good.amiId);
    await night();
    expect(web()).toBe(good.amiId);
  });

  test('when a commit changes another image, or how this one is made and shared', async () => {
    const files = platformFiles({ 'web/main.pkr.hcl': '# bad', 'batch.json': '{"builders":[{}]}' });
    const yml = files['bakery.yml'] as string;
    const changed = yml.replace(
      'template: web/',
      'template: web/\n    builder: { instanceType: m7i.large }\n    tags: { Team: web }',
    );
    await push({ ...files, 'bakery.yml': changed });
    expect(bakery.builds('then')).toEqual(['batch/x86_64']);
    expect(web()).toBe(good.amiId);
    expect(await says('web')).toMatch(/^current: pinned/);
    const { Tags = [] } = bakery.aws.ec2.DescribeImages({ ImageIds: [good.amiId!] }, at).Images![0]!;
    expect(Tags).toContainEqual({ Key: 'Team', Value: 'web' });
  });

  test('when somebody asks for a bake: that waits', async () => {
    await ask('bake', { image: 'web', by: 'bob' });
    expect(bakery.builds('then')).toEqual([]);
    expect(await says('web')).toMatch(/and so does the bake that bob asked for$/);
    await ask('unpin', { image: 'web' });
    expect(bakery.builds('then')).toEqual(['web/x86_64']);
  });
});

describe('the pin is released', () => {
  test('by a commit that changes the inputs: it is baked and published', async () => {
    const { good, bad } = await twoBakes();
    await ask('rollback', { image: 'web' });
    await push(webChanged('mended'));
    expect(bakery.builds('then')).toEqual(['web/x86_64']);
    expect([good.amiId, bad.amiId]).not.toContain(web());
    expect((await image('web')).pin).toBeUndefined();
  });

  test('by a revert, which finds the channel where it is to be', async () => {
    const { good } = await twoBakes();
    await ask('rollback', { image: 'web' });
    await push(platformFiles());
    expect(bakery.builds('then')).toEqual([]);
    expect(web()).toBe(good.amiId);
    expect(await says('web')).toMatch(/^current: .* has input hash/);
  });

  test('by a person: the channel goes on with what bakery.yml says', async () => {
    const { bad } = await twoBakes();
    await ask('rollback', { image: 'web' });
    await ask('unpin', { image: 'web', why: undefined });
    expect(web()).toBe(bad.amiId);
    expect(bakery.builds('then')).toEqual([]);
  });

  test('by the base with --until base, and not before', async () => {
    const { good } = await twoBakes();
    await ask('rollback', { image: 'web', until: 'base' });
    await bakery.tick(platform);
    expect(web()).toBe(good.amiId);
    await night();
    expect(bakery.builds('then')).toContain('web/x86_64');
    expect(web()).not.toBe(good.amiId);
  });

  test('and does not come back when the commit is reverted', async () => {
    await twoBakes();
    await ask('rollback', { image: 'web' });
    await push(webChanged('other'));
    const other = web();
    await push(webChanged('bad'));
    expect(await says('web')).toMatch(/^current: ami-.* has input hash/);
    expect(web()).not.toBe(other);
  });
});

test('what is built on a base follows it back, here and in other accounts, without a single bake', async () => {
  const before = await image('base-al2023');
  const children = { web: web(), shop: bakery.parameter(shop, parameterOf('shop')) };
  await night();
  await bakery.tick(shop);
  expect(web()).not.toBe(children.web);
  bakery.aws.log.step = 'then';
  await ask('rollback', { image: 'base-al2023', to: before.bakeId });
  expect(bakery.parameter(platform, parameterOf('base-al2023'))).toBe(before.amiId);
  expect(web()).toBe(children.web);
  expect(bakery.parameter(shop, parameterOf('shop'))).toBe(children.shop);
  expect(bakery.builds('then')).toEqual([]);
});

test('a bake that runs meanwhile is finished, and not published', async () => {
  const { good } = await twoBakes();
  bakery.push(platform, webChanged('third'));
  await bakery.aws.scheduler.pass(20_000);
  expect(await says('web')).toMatch(/^wait: bake .* is building/);
  await bakery.aws.functions.invoke({ account: platform, region }, 'command', {
    command: 'rollback',
    by: 'alice',
    why: 'broken',
    image: 'web',
    to: good.bakeId,
  });
  await bakery.settle();
  expect(web()).toBe(good.amiId);
  bakery.aws.log.step = 'after';
  await ask('unpin', { image: 'web' });
  expect(bakery.builds('after')).toEqual([]);
  expect(web()).not.toBe(good.amiId);
});

test('a pin holds a channel where it is', async () => {
  const before = web();
  await ask('pin', { image: 'web', why: 'a fair is on' });
  bakery.aws.log.step = 'then';
  await night();
  expect(web()).toBe(before);
  expect(await says('web')).toMatch(/^current: pinned to .* because a fair is on/);
  await ask('unpin', { image: 'web' });
  expect(web()).not.toBe(before);
});

describe('is refused, and nothing changes', () => {
  const refused = async (command: string, event: object, why: RegExp) => {
    const before = [web(), bakery.aws.log.records.length];
    await ask(command, event);
    expect(web()).toBe(before[0]);
    expect(refusals().at(-1)).toMatch(why);
    expect((await bakery.report(platform)).commands).toBeUndefined();
    expect(bakery.builds('then')).toEqual([]);
  };

  test("where the AMI is gone, or is another one's", async () => {
    const { good, bad } = await twoBakes();
    const { bakeId } = await image('batch');
    await refused('rollback', { image: 'web', to: bakeId }, /web\/x86_64 has no bake b-/);
    await refused('rollback', { image: 'web', to: bad.bakeId }, /has bake b-.* already/);
    bakery.aws.ec2.DeregisterImage({ ImageId: good.amiId! }, at);
    await refused('rollback', { image: 'web' }, /is gone: EC2 does not show it in eu-west-1/);
    expect((await image('web')).pin).toBeUndefined();
  });

  test('where there is nothing to go back to', async () => {
    bakery.aws.log.step = 'then';
    await refused('rollback', { image: 'web' }, /There is no good bake of web\/x86_64 before b-/);
  });

  test('of a channel that the image does not have', async () => {
    await twoBakes();
    for (const command of ['rollback', 'pin', 'unpin'])
      await refused(
        command,
        { image: 'web', channel: 'candidate' },
        /has the channel stable, and no candidate/,
      );
  });

  test('to a bake that failed', async () => {
    bakery.close();
    bakery = new MemoryBakery({
      outcome: ({ environment }) =>
        bakery.aws.log.step === 'broken' && environment['BAKERY_IMAGE'] === 'web/x86_64'
          ? { status: 'FAILED', exported: { FAILURE_CLASS: 'script' } }
          : undefined,
    });
    await push(platformFiles());
    await push(webChanged('second'));
    bakery.aws.log.step = 'broken';
    await push(webChanged('broken'));
    const { failure } = await image('web');
    bakery.aws.log.step = 'then';
    await refused('rollback', { image: 'web', to: failure!.bakeId }, /is failed, not ready/);
  });

  test('to the second of two people who decide at once', async () => {
    const { good } = await twoBakes();
    bakery.aws.log.step = 'third';
    await push(webChanged('third'));
    bakery.aws.log.step = 'then';
    const asked = { command: 'rollback', image: 'web', why: 'it does not boot' };
    const invoke = (event: object) =>
      bakery.aws.functions.invoke({ account: platform, region }, 'command', { ...asked, ...event });
    await Promise.all([invoke({ by: 'alice' }), invoke({ by: 'bob', to: good.bakeId })]);
    await bakery.settle();
    expect(refusals()).toHaveLength(1);
    expect(refusals()[0]).toMatch(/rolled web\/x86_64@stable back from b-.* already/);
    await refused('rollback', { image: 'web', by: 'carol' }, /alice rolled|bob rolled/);
    await ask('rollback', { image: 'web', to: good.bakeId, by: 'carol' });
    expect(web()).toBe(good.amiId);
  });

  test('of a pin where there is one, and the end of one where there is none', async () => {
    bakery.aws.log.step = 'then';
    await refused('unpin', { image: 'web' }, /web\/x86_64@stable is not pinned/);
    await ask('pin', { image: 'web' });
    await refused('pin', { image: 'web', by: 'bob' }, /is pinned already, by alice/);
  });
});

test('the same command twice is one', async () => {
  const { good } = await twoBakes();
  await ask('rollback', { image: 'web', id: 'c-1' });
  await ask('rollback', { image: 'web', id: 'c-1' });
  expect(web()).toBe(good.amiId);
});
