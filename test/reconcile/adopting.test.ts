import { hourMs, minuteMs } from '../../src/lib/definitions/instant';
import type { Call } from '../../src/local/aws/faults';
import { accounts, MemoryBakery, region } from '../support/memory-bakery';
import { outsideAmi } from '../support/outside-ami';
import { platformFiles, shopFiles } from '../support/starter';

const { platform, shop } = accounts;
const at = { account: platform, region, caller: 'person' };
const baseParameter = '/bakery/base-al2023/x86_64/stable';
const webParameter = '/bakery/web/x86_64/stable';

let bakery: MemoryBakery;
let amiId: string;

beforeEach(async () => {
  bakery = new MemoryBakery();
  bakery.push(platform, platformFiles());
  bakery.push(shop, shopFiles());
  await bakery.settle();
  amiId = await outsideAmi(bakery, platform, { source: vendorAmi(), name: 'by hand' });
  await bakery.settle();
  bakery.aws.log.step = 'then';
});
afterEach(() => bakery.close());

const vendorAmi = () =>
  bakery.aws.ssm.GetParameter(
    { Name: '/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64' },
    at,
  ).Parameter!.Value!;
const adopt = async (event: object, account: string = platform) => {
  const asked = { command: 'adopt', by: 'alice', why: 'made before there was a bakery', amiId, ...event };
  await bakery.aws.functions.invoke({ account, region }, 'command', asked);
  await bakery.settle();
};
const web = async () => (await bakery.decisions(platform))['web/x86_64'];
const notices = (code: string) =>
  bakery.aws.sns.notices
    .filter(({ topicArn }) => topicArn.endsWith('bakery-notices'))
    .map((notice) => JSON.stringify(notice))
    .filter((text) => text.includes(code));
const announced = () =>
  bakery
    .calls('SNS', 'Publish', 'then')
    .map((input) => input as { Message: string; TopicArn: string })
    .filter(({ TopicArn }) => TopicArn.endsWith('bakery-images'))
    .map(({ Message }) => JSON.parse(Message) as Record<string, unknown>);
const openCommands = async () => {
  const { Items = [] } = (await bakery.aws.services.call(
    'DynamoDB',
    'Query',
    {
      TableName: 'bakery',
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :sk)',
      ExpressionAttributeValues: { ':pk': { S: 'STATE' }, ':sk': { S: 'COMMAND#' } },
    },
    at,
  )) as { Items?: unknown[] };
  return Items.length;
};

test('an adopted AMI is what the channel points to; it is announced, shared and tagged, and children follow', async () => {
  await adopt({ image: 'base-al2023' });
  expect(bakery.parameter(platform, baseParameter)).toBe(amiId);
  expect(bakery.builds('then').sort()).toEqual(['batch/x86_64', 'shop/x86_64', 'web/x86_64']);
  const decisions = await bakery.decisions(platform);
  expect(decisions['base-al2023/x86_64']).toBe(
    `current: ${amiId} was adopted by alice on 2026-11-22, and counts as what bakery.yml asked for then`,
  );
  expect(decisions['web/x86_64']).toMatch(/^current: ami-/);
  expect(announced()[0]).toMatchObject({
    image: 'base-al2023',
    amis: { [region]: amiId },
    base: vendorAmi(),
  });

  const { Tags } = bakery.aws.ec2.DescribeImages({ ImageIds: [amiId] }, at).Images![0]!;
  const tags = Object.fromEntries((Tags ?? []).map(({ Key, Value }) => [Key, Value]));
  expect(tags).toMatchObject({ bakery: 'platform', 'bakery:image': 'base-al2023/x86_64' });
  expect(tags['bakery:adopted']).toMatch(/^2026-11-22T/);
  expect(tags).not.toHaveProperty('bakery:input-hash');
  const sharing = { ImageId: amiId, Attribute: 'launchPermission' } as const;
  const { LaunchPermissions = [] } = bakery.aws.ec2.DescribeImageAttribute(sharing, at);
  expect(LaunchPermissions.map(({ UserId }) => UserId)).toEqual([accounts.shop, accounts.consumer]);
  expect(await openCommands()).toBe(0);

  const { images } = await bakery.report(platform);
  expect(images[0]).toMatchObject({ adopted: { by: 'alice', why: 'made before there was a bakery' } });
});

test('it stays until inputs, base or schedule move', async () => {
  await adopt({ image: 'base-al2023' });
  bakery.aws.log.step = 'later';
  await bakery.tick(platform);
  expect(bakery.builds('later')).toEqual([]);
  await bakery.pass(14 * hourMs);
  await bakery.tick(platform);
  expect(bakery.builds('later')[0]).toBe('base-al2023/x86_64');
  expect(bakery.parameter(platform, baseParameter)).not.toBe(amiId);
});

test('what it was made of is not known: a revert bakes anew rather than use it again', async () => {
  await adopt({ image: 'web' });
  bakery.push(platform, platformFiles({ 'web/main.pkr.hcl': '# 2' }));
  await bakery.settle();
  bakery.push(platform, platformFiles({}));
  await bakery.settle();
  expect(bakery.parameter(platform, webParameter)).not.toBe(amiId);
});

describe('a parameter that somebody else made', () => {
  const name = '/bakery/extra/x86_64/stable';
  const extra = () => {
    const files = platformFiles();
    const yml = `${files['bakery.yml']}  extra:\n    base: image:base-al2023\n    template: web/\n`;
    return { ...files, 'bakery.yml': yml };
  };
  const tagsOf = () =>
    bakery.aws.ssm.ListTagsForResource({ ResourceType: 'Parameter', ResourceId: name }, at).TagList;
  const push = async (Tags?: { Key: string; Value: string }[]) => {
    await bakery.aws.ssm.PutParameter({ Name: name, Value: 'ami-mine', Type: 'String', Tags }, at);
    bakery.push(platform, extra());
    await bakery.settle();
    expect(bakery.parameter(platform, name)).toBe('ami-mine');
  };

  test('is taken over by an adoption, and by nothing else', async () => {
    await push();
    expect((await bakery.decisions(platform))['extra/x86_64']).toMatch(
      /was not made by this bakery.*bakery adopt/,
    );
    await adopt({ image: 'extra' });
    expect(bakery.parameter(platform, name)).toBe(amiId);
    expect(tagsOf()).toEqual([{ Key: 'bakery', Value: 'platform' }]);
    expect((await bakery.decisions(platform))['extra/x86_64']).toMatch(/^current: .* adopted/);
  });

  test('and that another bakery keeps is never taken over; once it is free, the same can be asked again', async () => {
    await push([{ Key: 'bakery', Value: 'theirs' }]);
    await adopt({ image: 'extra' });
    expect(bakery.parameter(platform, name)).toBe('ami-mine');
    expect((await bakery.decisions(platform))['extra/x86_64']).toMatch(
      /^blocked: .*kept by the bakery theirs/,
    );
    bakery.aws.ssm.DeleteParameter({ Name: name }, at);
    await adopt({ image: 'extra' });
    expect(bakery.parameter(platform, name)).toBe(amiId);
  });
});

test('asked for twice it is one AMI with one owner', async () => {
  await adopt({ image: 'web' });
  const first = (await bakery.report(platform)).images.find(({ image }) => image === 'web/x86_64')!;
  await adopt({ image: 'web' });
  const second = (await bakery.report(platform)).images.find(({ image }) => image === 'web/x86_64')!;
  expect(second).toMatchObject({ amiId, bakeId: first.bakeId, decision: 'current' });
  expect(notices('COMMAND_REFUSED')).toEqual([]);
});

test('an image that failed is mended by it', async () => {
  bakery.aws.faults.add({
    label: 'no builds',
    when: ({ operation }) => operation === 'StartBuild',
    before: () => Object.assign(new Error('bad request'), { name: 'InvalidInputException' }),
  });
  bakery.push(platform, platformFiles({ 'web/main.pkr.hcl': '# 2' }));
  await bakery.settle();
  expect(await web()).toMatch(/^wait: the last attempt failed/);
  await adopt({ image: 'web/x86_64', channel: 'stable' });
  expect(await web()).toMatch(/^current: /);
});

test('while a bake runs the command waits, and then has the last word', async () => {
  bakery.push(platform, platformFiles({ 'web/main.pkr.hcl': '# 2' }));
  await bakery.aws.scheduler.pass(30_000);
  const event = { command: 'adopt', image: 'web', amiId, by: 'alice', why: 'the hotfix' };
  await bakery.aws.functions.invoke({ account: platform, region }, 'command', event);
  await bakery.aws.scheduler.pass(5_000);
  expect((await bakery.report(platform)).commands).toMatchObject([{ command: 'adopt', amiId, by: 'alice' }]);
  await bakery.settle();
  await bakery.pass(5 * minuteMs);
  await bakery.tick(platform);
  expect(bakery.builds('then')).toEqual(['web/x86_64']);
  expect((await bakery.report(platform)).commands).toBeUndefined();
  expect(bakery.parameter(platform, webParameter)).toBe(amiId);
});

test('to a channel that is not the first, it moves that one alone', async () => {
  const files = platformFiles();
  const yml = files['bakery.yml']!.replace('  web:\n', '  web:\n    channels: [stable, candidate]\n');
  bakery.push(platform, { ...files, 'bakery.yml': yml });
  await bakery.settle();
  const before = bakery.parameter(platform, webParameter);
  await adopt({ image: 'web', channel: 'candidate' });
  expect(bakery.parameter(platform, '/bakery/web/x86_64/candidate')).toBe(amiId);
  expect(bakery.parameter(platform, webParameter)).toBe(before);
  expect(bakery.builds('then')).toEqual([]);
  expect(announced()).toMatchObject([{ image: 'web', channel: 'candidate', amis: { [region]: amiId } }]);
});

describe('is refused with its reason, and changes nothing', () => {
  const arm = () => {
    bakery.aws.ec2.seedPublicImage({
      region,
      owner: platform,
      amiId: 'ami-0a2a2a2a2a2a2a2a2',
      name: 'arm',
      architecture: 'arm64',
    });
    return { image: 'web', amiId: 'ami-0a2a2a2a2a2a2a2a2' };
  };
  test.each<[string, () => object | Promise<object>, RegExp]>([
    ['no such image', () => ({ image: 'wbe' }), /bakery\.yml has no image wbe.*web\/x86_64/],
    ['no such architecture', () => ({ image: 'web/arm64' }), /no image web\/arm64/],
    [
      'an AMI EC2 does not show',
      () => ({ image: 'web', amiId: 'ami-0123456789abcdef0' }),
      /EC2 does not show/,
    ],
    ['somebody else’s AMI', () => ({ image: 'web', amiId: vendorAmi() }), /belongs to account 137112412989/],
    ['another architecture', arm, /is arm64, which web\/x86_64 is not/],
    ['no such channel', () => ({ image: 'web', channel: 'beta' }), /no channel beta, only stable/],
    [
      'the result of a bake',
      () => ({ image: 'web', amiId: bakery.parameter(platform, webParameter) }),
      /is the result of bake b-/,
    ],
    [
      'an AMI adopted for another image',
      async () => {
        await adopt({ image: 'batch' });
        return { image: 'web' };
      },
      /is the result of bake b-/,
    ],
    [
      'an AMI that is not available',
      () => {
        bakery.aws.ec2.DisableImage({ ImageId: amiId }, at);
        return { image: 'web' };
      },
      /is disabled, not available/,
    ],
    [
      'an AMI of another bakery',
      async () => {
        const Tags = [
          { Key: 'bakery', Value: 'staging' },
          { Key: 'bakery:bake', Value: 'b-1' },
        ];
        await bakery.aws.services.call('EC2', 'CreateTags', { Resources: [amiId], Tags }, at);
        return { image: 'web' };
      },
      /was made by the bakery staging/,
    ],
    [
      'sharing beyond the ceilings',
      () => {
        bakery.settings(platform).ceilings.shareWith.accounts = [];
        return { image: 'base-al2023' };
      },
      /ceilings\.shareWith does not allow/,
    ],
    [
      'observe mode',
      () => {
        bakery.settings(platform).mode = 'observe';
        return { image: 'web' };
      },
      /The bakery observes, and moves no channel/,
    ],
  ])('%s', async (_, event, why) => {
    const asked = await event();
    const before = [bakery.parameter(platform, webParameter), bakery.parameter(platform, baseParameter)];
    bakery.aws.log.step = 'refused';
    await adopt(asked);
    await bakery.tick(platform);
    const [told, ...more] = notices('COMMAND_REFUSED');
    expect(told).toMatch(why);
    expect(more).toEqual([]);
    expect(bakery.calls('SSM', 'PutParameter', 'refused')).toEqual([]);
    expect([bakery.parameter(platform, webParameter), bakery.parameter(platform, baseParameter)]).toEqual(
      before,
    );
    expect(await openCommands()).toBe(0);
  });
});

test('killed at any call of a reconcile, the command is carried out once, by the next', async () => {
  const byReconcile = ({ at: site }: Call) => site.account === platform && site.caller === 'lambda:reconcile';
  for (let nth = 1; nth <= 12; nth += 1) {
    const other = new MemoryBakery();
    other.push(platform, platformFiles());
    await other.settle();
    const made = await outsideAmi(other, platform, { source: vendorAmi(), name: 'by hand' });
    let calls = 0;
    let dead = false;
    const killed = () => Object.assign(new Error('the Lambda is gone'), { name: 'Killed' });
    other.aws.faults.add({ label: 'dead', when: (call) => byReconcile(call) && dead, before: killed });
    other.aws.faults.add({
      label: 'killed',
      when: (call) => byReconcile(call) && (calls += 1) === nth,
      times: 1,
      [nth % 2 === 0 ? 'before' : 'after']: () => {
        dead = true;
        other.aws.scheduler.after(5_000, 'a new Lambda', () => {
          dead = false;
        });
        return killed();
      },
    });
    const event = { command: 'adopt', image: 'web', amiId: made, by: 'alice', why: 'old', id: 'c-1' };
    await other.aws.functions.invoke({ account: platform, region }, 'command', event);
    await other.settle();
    for (let tick = 0; tick < 2; tick += 1) {
      await other.pass(5 * minuteMs);
      await other.tick(platform);
    }
    expect([nth, other.parameter(platform, webParameter)]).toEqual([nth, made]);
    expect((await other.decisions(platform))['web/x86_64']).toMatch(/^current: .* adopted/);
    other.close();
  }
}, 60_000);
