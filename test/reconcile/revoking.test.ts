import { hourMs, minuteMs } from '../../src/lib/definitions/instant';
import { AwsFailure } from '../../src/local/aws/failure';
import type { InstantOutcome } from '../../src/local/builds/instant-runner';
import type { ImageReport } from '../../src/lib/reconcile/report';
import { accounts, MemoryBakery, region } from '../support/memory-bakery';
import { platformFiles, shopFiles } from '../support/starter';

const { platform, shop } = accounts;
const at = { account: platform, region, caller: 'person' };
const parameterOf = (image: string) => `/bakery/${image}/x86_64/stable`;

let bakery: MemoryBakery;
/** How the builds of web go, where they do not succeed. */
let outcome: InstantOutcome | undefined;
beforeEach(async () => {
  outcome = undefined;
  bakery = new MemoryBakery({
    outcome: ({ environment }) => (environment['BAKERY_IMAGE'] === 'web/x86_64' ? outcome : undefined),
  });
  bakery.push(platform, platformFiles());
  bakery.push(shop, shopFiles());
  await bakery.settle();
});
afterEach(() => bakery.close());

const ask = async (command: string, event: object, account: string = platform) => {
  const asked = { command, by: 'alice', why: 'openssl is broken', ...event };
  const answer = await bakery.aws.functions.invoke({ account, region }, 'command', asked);
  await bakery.settle();
  return answer;
};
const heal = async (account: string = platform) => {
  await bakery.pass(6 * minuteMs);
  await bakery.tick(account);
};
const image = async (name: string, account: string = platform): Promise<ImageReport> =>
  (await bakery.report(account)).images.find((one) => one.image === `${name}/x86_64`)!;
const says = async (name: string, account: string = platform) =>
  (await bakery.decisions(account))[`${name}/x86_64`];
const parameter = (name: string, account: string = platform) => bakery.parameter(account, parameterOf(name));
const push = async (text: string) => {
  bakery.push(platform, platformFiles({ 'web/main.pkr.hcl': `# ${text}` }));
  await bakery.settle();
};
const ami = (amiId: string) =>
  bakery.aws.ec2.DescribeImages({ ImageIds: [amiId], IncludeDisabled: true }, at).Images![0]!;
const notices = () =>
  bakery.aws.sns.notices
    .filter(({ topicArn }) => topicArn.endsWith('bakery-notices'))
    .map((notice) => JSON.stringify(notice));

/** A good bake of web, and a bad one after it. */
async function twoBakes() {
  const good = await image('web');
  await push('bad');
  const bad = await image('web');
  bakery.aws.log.step = 'then';
  return { good, bad };
}

test('the channel goes to the last good bake, and the AMI is out of use', async () => {
  const { good, bad } = await twoBakes();
  await ask('revoke', { bake: bad.bakeId });
  expect(parameter('web')).toBe(good.amiId);
  expect(bakery.builds('then')).toEqual([]);
  await heal();
  expect(ami(bad.amiId!).State).toBe('disabled');
  expect(ami(good.amiId!).State).toBe('available');
  expect(await says('web')).toBe(
    `blocked: bake ${bad.bakeId} of platform/web/x86_64 was revoked by alice: openssl is broken; another of the same inputs on the same base would be no better, and is baked when inputs, base or schedule move, or when somebody asks`,
  );
  expect(notices().filter((text) => text.includes('"REVOKED"'))).toEqual([
    expect.stringContaining(`Channel stable goes to the last good bake, ${good.bakeId}.`),
  ]);
});

const users = (amiId: string): string[] =>
  (
    bakery.aws.ec2.DescribeImageAttribute({ ImageId: amiId, Attribute: 'launchPermission' }, at)
      .LaunchPermissions ?? []
  ).map(({ UserId }) => UserId ?? '');
const refusals = () => notices().filter((text) => text.includes('COMMAND_REFUSED'));
const base = () => image('base-al2023');
/** Everything was baked twice: on Amazon's base of yesterday, and in the night. */
async function twoNights() {
  const before = { base: await base(), web: await image('web'), batch: await image('batch') };
  await bakery.pass(14 * hourMs);
  await bakery.tick(platform);
  await bakery.tick(shop);
  const after = { base: await base(), web: await image('web'), batch: await image('batch') };
  bakery.aws.log.step = 'then';
  return { before, after };
}

test('everything that was baked on it goes back with it, and is out of use', async () => {
  const { before, after } = await twoNights();
  await ask('revoke', { bake: after.base.bakeId });
  for (const [name, amiId] of [
    ['base-al2023', before.base.amiId],
    ['web', before.web.amiId],
    ['batch', before.batch.amiId],
  ] as const)
    expect([name, parameter(name)]).toEqual([name, amiId]);
  await heal();
  for (const { amiId } of Object.values(after)) expect(ami(amiId!).State).toBe('disabled');
  for (const { amiId } of Object.values(before)) expect(ami(amiId!).State).toBe('available');
  expect(users(after.base.amiId!)).toEqual([]);
  expect(users(before.base.amiId!).sort()).toEqual(['222222222222', '333333333333']);
  // The fourth is of the application account, which followed.
  expect(notices().filter((text) => text.includes('"REVOKED"'))).toHaveLength(4);
});

test('nothing good is left: parameters are deleted, images are blocked, and a commit brings them back', async () => {
  const first = await base();
  bakery.aws.log.step = 'then';
  await ask('revoke', { bake: first.bakeId });
  for (const name of ['base-al2023', 'web', 'batch']) expect(parameter(name)).toBeUndefined();
  expect(await says('base-al2023')).toMatch(
    /^blocked: bake b-.* was revoked by alice: openssl is broken; another/,
  );
  expect(await says('web')).toMatch(
    /^blocked: its base base-al2023\/x86_64 has no good bake left and is blocked/,
  );
  expect(bakery.builds('then')).toEqual([]);
  await heal();
  expect(ami(first.amiId!).State).toBe('disabled');
  const sequence = first.sequence!;
  bakery.push(platform, platformFiles({ 'base/main.pkr.hcl': '# mended' }));
  await bakery.settle();
  expect(
    bakery
      .builds('then')
      .filter((one) => one !== 'shop/x86_64')
      .sort(),
  ).toEqual(['base-al2023/x86_64', 'batch/x86_64', 'web/x86_64']);
  for (const name of ['base-al2023', 'web', 'batch']) expect(parameter(name)).toMatch(/^ami-/);
  expect((await base()).sequence).toBeGreaterThan(sequence);
});

test('a parameter that somebody else made is not deleted', async () => {
  const { bakeId } = await image('web');
  bakery.aws.ssm.RemoveTagsFromResource(
    { ResourceType: 'Parameter', ResourceId: parameterOf('web'), TagKeys: ['bakery'] },
    at,
  );
  await ask('revoke', { bake: bakeId });
  expect(parameter('web')).toMatch(/^ami-/);
  expect(await says('web')).toMatch(/^blocked: bake b-/);
});

test('a night later it is baked anew: the inputs are the same, the packages are not', async () => {
  const { bad } = await twoBakes();
  await ask('revoke', { bake: bad.bakeId });
  await bakery.pass(14 * hourMs);
  await bakery.tick(platform);
  expect(bakery.builds('then')).toContain('web/x86_64');
  expect(await says('web')).toMatch(/^current: ami-/);
});

test('so it is when a person asks for a bake', async () => {
  const { bad } = await twoBakes();
  await ask('revoke', { bake: bad.bakeId });
  await ask('bake', { image: 'web' });
  expect(bakery.builds('then')).toEqual(['web/x86_64']);
  expect(await says('web')).toMatch(/^current: ami-/);
  expect(parameter('web')).not.toBe(bad.amiId);
});

test('a pinned channel goes back as well, and stays pinned', async () => {
  const { good, bad } = await twoBakes();
  await ask('pin', { image: 'web', why: 'a fair is on' });
  await ask('revoke', { bake: bad.bakeId });
  expect(parameter('web')).toBe(good.amiId);
  expect(await says('web')).toMatch(/^current: pinned to .* by alice since .* because a fair is on/);
});

test('a pinned channel with nothing left says what keeps newer bakes out', async () => {
  const { bakeId } = await image('web');
  await ask('pin', { image: 'web', why: 'a fair is on' });
  await ask('revoke', { bake: bakeId });
  expect(await says('web')).toBe(
    `blocked: bake ${bakeId} was revoked by alice: openssl is broken; the pin of alice keeps everything newer out until somebody unpins it`,
  );
});

describe('a bake that runs on what was revoked', () => {
  /** web is baked on the base of the night, which is revoked meanwhile. */
  async function revokedWhileBaking(begin: () => void) {
    const { before, after } = await twoNights();
    begin();
    await bakery.aws.scheduler.pass(20_000);
    const { live } = await image('web');
    expect(live?.status).toBe('building');
    await ask('revoke', { bake: after.base.bakeId });
    return { before, after, bakeId: live!.bakeId };
  }
  const pushNext = () => bakery.push(platform, platformFiles({ 'web/main.pkr.hcl': '# next' }));
  const givenUp = (bakeId: string) =>
    bakery.calls('DynamoDB', 'TransactWriteItems').some((input) => {
      const text = JSON.stringify(input);
      return text.includes(`It was given up: bake`) && text.includes(bakeId);
    });

  test('is given up when its build ends, and baked anew on the good base', async () => {
    // The base is there as long as its build runs.
    bakery.aws.faults.add({
      label: 'not now',
      when: ({ operation }) => operation === 'DisableImage',
      times: 3,
      before: () => new AwsFailure('RequestLimitExceeded', 'slow down', 503),
    });
    const { bakeId } = await revokedWhileBaking(pushNext);
    expect(bakery.builds('then')).toEqual(['web/x86_64', 'web/x86_64']);
    expect(givenUp(bakeId)).toBe(true);
    expect(await says('web')).toMatch(/^current: ami-/);
    expect((await image('web')).failure).toBeUndefined();
  });

  test('fails for no other reason, where its base is taken from under it', async () => {
    outcome = { status: 'FAILED', durationMs: 60_000, exported: {} };
    const { bakeId } = await revokedWhileBaking(() => {
      pushNext();
      bakery.aws.scheduler.after(30_000, 'the next build succeeds', () => (outcome = undefined));
    });
    expect(givenUp(bakeId)).toBe(true);
    expect(await says('web')).toMatch(/^current: ami-/);
    expect(notices().filter((text) => text.includes('BAKE_FAILED'))).toEqual([]);
  });

  test('leaves what a person asked for to the next one', async () => {
    outcome = { status: 'FAILED', durationMs: 60_000, exported: {} };
    const { bakeId } = await revokedWhileBaking(() => {
      const event = { command: 'bake', image: 'web', by: 'bob', why: 'now' };
      bakery.aws.functions.invokeAsync({ account: platform, region }, 'command', event);
      bakery.aws.scheduler.after(30_000, 'the next build succeeds', () => (outcome = undefined));
    });
    expect(givenUp(bakeId)).toBe(true);
    expect(bakery.builds('then')).toEqual(['web/x86_64', 'web/x86_64']);
  });
});

describe('taken back', () => {
  test('everything is as it was: in use, shared, published, without a bake', async () => {
    const { after } = await twoNights();
    await ask('revoke', { bake: after.base.bakeId });
    await heal();
    expect(users(after.base.amiId!)).toEqual([]);
    await ask('unrevoke', { bake: after.base.bakeId, by: 'bob', why: 'it was another library' });
    await heal();
    expect(parameter('base-al2023')).toBe(after.base.amiId);
    expect(parameter('web')).toBe(after.web.amiId);
    expect(parameter('batch')).toBe(after.batch.amiId);
    for (const { amiId } of Object.values(after)) expect(ami(amiId!).State).toBe('available');
    expect(users(after.base.amiId!).sort()).toEqual(['222222222222', '333333333333']);
    expect(bakery.builds('then').filter((one) => one !== 'shop/x86_64')).toEqual([]);
    expect(await says('web')).toMatch(/^current: ami-/);
  });

  test('where EC2 refuses to share it again it is in use without, and the owner is told', async () => {
    const { base: bad } = (await twoNights()).after;
    await ask('revoke', { bake: bad.bakeId });
    await heal();
    bakery.aws.faults.add({
      label: 'refused for good',
      when: ({ operation, input }) =>
        operation === 'ModifyImageAttribute' && (input as { ImageId?: string }).ImageId === bad.amiId,
      before: () => new AwsFailure('InvalidParameter', 'cannot be shared'),
    });
    await ask('unrevoke', { bake: bad.bakeId });
    await heal();
    expect(ami(bad.amiId!).State).toBe('available');
    expect(users(bad.amiId!)).toEqual([]);
    expect(notices().filter((text) => text.includes('is not shared again'))).toEqual([
      expect.stringMatching(/refuses to share it as before: .*cannot be shared/),
    ]);
    // There is nothing left to be taken back.
    await ask('unrevoke', { bake: bad.bakeId });
    expect(refusals().at(-1)).toMatch(/is not revoked/);
  });

  test('before it was carried out', async () => {
    const { bad } = await twoBakes();
    const event = (command: string) => ({ command, bake: bad.bakeId, by: 'alice', why: 'x' });
    await bakery.aws.functions.invoke(at, 'command', event('revoke'));
    await bakery.aws.functions.invoke(at, 'command', event('unrevoke'));
    await bakery.settle();
    await heal();
    expect(parameter('web')).toBe(bad.amiId);
    expect(ami(bad.amiId!).State).toBe('available');
  });

  test('what another revocation reaches stays out of use', async () => {
    const { before, after } = await twoNights();
    await ask('revoke', { bake: after.web.bakeId, why: 'web is broken' });
    await ask('revoke', { bake: after.base.bakeId });
    await heal();
    await ask('unrevoke', { bake: after.base.bakeId });
    await heal();
    expect(parameter('base-al2023')).toBe(after.base.amiId);
    expect(ami(after.batch.amiId!).State).toBe('available');
    expect(ami(after.web.amiId!).State).toBe('disabled');
    expect(parameter('web')).toBe(before.web.amiId);
    expect(await says('web')).toMatch(/^blocked: bake .* was revoked by alice: web is broken/);
  });

  test('not where its AMI is gone', async () => {
    const { bad } = await twoBakes();
    await ask('revoke', { bake: bad.bakeId });
    await heal();
    bakery.aws.ec2.DeregisterImage({ ImageId: bad.amiId! }, at);
    await ask('unrevoke', { bake: bad.bakeId });
    await heal();
    expect(await says('web')).toMatch(/^(current|wait|bake)/);
    expect(parameter('web')).not.toBe(bad.amiId);
    await ask('unrevoke', { bake: bad.bakeId });
    expect(refusals().at(-1)).toMatch(/Bake b-\S+ is not revoked/);
  });
});

describe('is refused, and nothing changes', () => {
  const refused = async (command: string, event: object, why: RegExp) => {
    const before = [parameter('web'), parameter('base-al2023')];
    await ask(command, event);
    expect(refusals().at(-1)).toMatch(why);
    expect([parameter('web'), parameter('base-al2023')]).toEqual(before);
    expect((await bakery.report(platform)).commands).toBeUndefined();
  };

  test('what does not exist, or is of another image', async () => {
    const { bakeId } = await image('web');
    await refused('revoke', { bake: 'b-nothing' }, /This bakery has no bake b-nothing\. Nothing was changed/);
    await refused('revoke', { bake: bakeId, image: 'batch' }, /batch has no bake b-/);
    await refused('unrevoke', { bake: 'b-nothing' }, /This bakery has no bake b-nothing/);
  });

  test('what is revoked already, whoever asks, and what was revoked with its base', async () => {
    const { after } = await twoNights();
    await ask('revoke', { bake: after.base.bakeId });
    await refused(
      'revoke',
      { bake: after.base.bakeId, by: 'bob' },
      /Bake b-\S+ was revoked already, by alice at 2026-\S+: openssl is broken/,
    );
    await refused(
      'revoke',
      { bake: after.web.bakeId },
      /is revoked already, with what it was built on: bake b-\S+ of platform\/base-al2023\/x86_64 was revoked by alice/,
    );
    await refused('unrevoke', { bake: after.web.bakeId }, /is revoked with what it was built on/);
  });

  test('of two people at once the second is told', async () => {
    const { bad } = await twoBakes();
    const event = (by: string) => ({ command: 'revoke', bake: bad.bakeId, by, why: `${by} says so` });
    await bakery.aws.functions.invoke(at, 'command', event('ann'));
    await bakery.aws.functions.invoke(at, 'command', event('bob'));
    await bakery.settle();
    expect(refusals()).toEqual([expect.stringMatching(/was revoked already, by ann at .*: ann says so/)]);
  });

  test('taking back what is not revoked', async () => {
    const { bakeId } = await image('web');
    await refused('unrevoke', { bake: bakeId }, /Bake b-\S+ is not revoked/);
  });

  test('revoking what runs, and what failed', async () => {
    bakery.push(platform, platformFiles({ 'web/main.pkr.hcl': '# next' }));
    await bakery.aws.scheduler.pass(20_000);
    const { live } = await image('web');
    await bakery.aws.functions.invoke(at, 'command', {
      command: 'revoke',
      bake: live!.bakeId,
      by: 'alice',
      why: 'x',
    });
    await bakery.aws.scheduler.pass(10_000);
    expect(refusals().at(-1)).toMatch(/is building: it was never ready/);
    await bakery.settle();
    expect(parameter('web')).toMatch(/^ami-/);
  });

  test('promoting or rolling back to what was revoked, with the reason', async () => {
    const { bad } = await twoBakes();
    await ask('revoke', { bake: bad.bakeId });
    await refused(
      'rollback',
      { image: 'web', to: bad.bakeId },
      /Bake b-\S+ was revoked by alice: openssl is broken/,
    );
  });

  test('in observe mode', async () => {
    const { bad } = await twoBakes();
    bakery.settings(platform).mode = 'observe';
    await refused('revoke', { bake: bad.bakeId }, /The bakery observes, and takes nothing out of use/);
    await refused('unrevoke', { bake: bad.bakeId }, /The bakery observes, and brings nothing back/);
  });
});

test('once it has spread, a tick asks AWS for nothing more than before', async () => {
  const { bad } = await twoBakes();
  await heal();
  const calls = async () => {
    const before = bakery.aws.log.records.length;
    await bakery.tick(platform);
    return bakery.aws.log.records.slice(before).map(({ service, operation }) => `${service}.${operation}`);
  };
  const idle = await calls();
  await ask('revoke', { bake: bad.bakeId });
  await heal();
  await heal();
  expect(await calls()).toEqual(idle);
});
