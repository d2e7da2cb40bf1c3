import { minuteMs } from '../../src/lib/definitions/instant';
import { AwsFailure } from '../../src/local/aws/failure';
import { accounts, MemoryBakery, region } from '../support/memory-bakery';
import { platformFiles, shopFiles } from '../support/starter';

/** SSM refuses the parameter of a channel that is to leave what was revoked. */

const { platform, shop, consumer } = accounts;
const name = '/bakery/web/x86_64/stable';
const mirror = '/bakery/base-al2023/x86_64/stable';

let bakery: MemoryBakery;
beforeEach(async () => {
  bakery = new MemoryBakery();
  bakery.push(platform, platformFiles());
  bakery.push(shop, shopFiles());
  await bakery.settle();
});
afterEach(() => bakery.close());

const image = async (of: string) =>
  (await bakery.report(platform)).images.find((one) => one.image === `${of}/x86_64`)!;
const says = async (of: string) => (await bakery.decisions(platform))[`${of}/x86_64`];
const push = async (folder: string) => {
  bakery.push(platform, platformFiles({ [`${folder}/main.pkr.hcl`]: '# changed' }));
  await bakery.settle();
};
const revoke = async (bake: string) => {
  const event = { command: 'revoke', by: 'alice', why: 'openssl is broken', bake };
  await bakery.aws.functions.invoke({ account: platform, region }, 'command', event);
  await bakery.settle();
};
const pass = async (ticks: number) => {
  for (let tick = 0; tick < ticks; tick += 1) {
    await bakery.pass(3 * minuteMs);
    for (const account of [platform, shop, consumer]) await bakery.tick(account);
  }
};
const state = (amiId: string) =>
  bakery.aws.ec2.DescribeImages(
    { ImageIds: [amiId], IncludeDisabled: true },
    { account: platform, region, caller: 'person' },
  ).Images![0]!.State;
const notices = (account: string, code: string) =>
  bakery.aws.sns.notices
    .filter(({ topicArn }) => topicArn.endsWith(`${account}:bakery-notices`))
    .map((notice) => JSON.stringify(notice))
    .filter((text) => text.includes(`"${code}"`));

/** 100 versions, of which the oldest carries a label: SSM takes no other one. */
async function fill(account: string, parameter: string) {
  const at = { account, region, caller: 'person' };
  const { Value } = bakery.aws.ssm.GetParameter({ Name: parameter }, at).Parameter!;
  for (let version = 0; version < 100; version += 1) {
    await bakery.aws.ssm.PutParameter({ Name: parameter, Value: Value!, Overwrite: true }, at);
  }
  const { Parameters: [oldest] = [] } = bakery.aws.ssm.GetParameterHistory({ Name: parameter }, at);
  bakery.aws.ssm.LabelParameterVersion(
    { Name: parameter, ParameterVersion: oldest!.Version!, Labels: ['approved'] },
    at,
  );
}

/** SSM refuses each write of the parameter that the bakery makes from now on. */
const refuse = (account: string, parameter: string) =>
  bakery.aws.faults.add({
    label: 'not allowed to write it',
    when: ({ operation, at, input }) =>
      operation === 'PutParameter' &&
      at.account === account &&
      (input as { Name?: string }).Name === parameter,
    before: () => new AwsFailure('AccessDeniedException', 'not allowed to ssm:PutParameter'),
  });

test('a history that is full: the parameter is deleted and made anew with the good bake', async () => {
  const good = await image('web');
  await push('web');
  const bad = await image('web');
  await fill(platform, name);
  await revoke(bad.bakeId!);
  await pass(6);
  expect(bakery.parameter(platform, name)).toBe(good.amiId);
  expect((await image('web')).bakeId).toBe(good.bakeId);
  expect(state(bad.amiId!)).toBe('disabled');
  expect(notices(platform, 'PARAMETERS_ANEW')).toEqual([
    expect.stringContaining(
      `these parameters were deleted and are created again with ${good.bakeId}: ${name}.`,
    ),
  ]);
});

test('creating it is refused as well: the channel points at nothing, and says so until it can be written', async () => {
  await push('web');
  const bad = await image('web');
  const again = refuse(platform, name);
  await revoke(bad.bakeId!);
  await pass(8);
  expect(bakery.parameter(platform, name)).toBeUndefined();
  expect(state(bad.amiId!)).toBe('disabled');
  expect((await image('web')).amiId).toBeUndefined();
  expect(notices(platform, 'REVOKED').filter((text) => text.includes('points at nothing'))).toHaveLength(1);
  again();
  await push('web/files');
  await pass(2);
  expect(bakery.parameter(platform, name)).toBe((await image('web')).amiId);
  expect(await says('web')).toMatch(/^current: /);
});

test('a channel that stood still for another reason leaves it all the same', async () => {
  await push('web');
  const bad = await image('web');
  const again = refuse(platform, name);
  bakery.push(platform, platformFiles({ 'web/main.pkr.hcl': '# a third' }));
  await bakery.settle();
  await pass(4);
  expect(await says('web')).toMatch(/^blocked: its channel could not be moved: /);
  again();
  await revoke(bad.bakeId!);
  await pass(4);
  expect(bakery.parameter(platform, name)).toBe((await image('web')).amiId);
  expect((await image('web')).amiId).not.toBe(bad.amiId);
  expect(state(bad.amiId!)).toBe('disabled');
});

test('so does a mirrored parameter in a consumer account', async () => {
  const good = await image('base-al2023');
  await push('base');
  await pass(1);
  const bad = await image('base-al2023');
  expect(bakery.parameter(consumer, mirror)).toBe(bad.amiId);
  await fill(consumer, mirror);
  await revoke(bad.bakeId!);
  await pass(6);
  expect(bakery.parameter(consumer, mirror)).toBe(good.amiId);
  expect(notices(consumer, 'PARAMETERS_ANEW')).toHaveLength(1);
});
