import { hourMs, minuteMs } from '../../src/lib/definitions/instant';
import { AwsFailure } from '../../src/local/aws/failure';
import type { ImageReport } from '../../src/lib/reconcile/report';
import { accounts, MemoryBakery, region } from '../support/memory-bakery';
import { platformFiles, shopFiles } from '../support/starter';

const { platform, shop, consumer } = accounts;

let bakery: MemoryBakery;
beforeEach(async () => {
  bakery = new MemoryBakery();
  bakery.push(platform, platformFiles());
  bakery.push(shop, shopFiles());
  await bakery.settle();
});
afterEach(() => bakery.close());

const ask = async (command: string, event: object, account: string = platform) => {
  const asked = { command, by: 'alice', why: 'openssl is broken', ...event };
  await bakery.aws.functions.invoke({ account, region }, 'command', asked);
  await bakery.settle();
};
const heal = async () => {
  for (let tick = 0; tick < 2; tick += 1) {
    await bakery.pass(6 * minuteMs);
    for (const account of [platform, shop, consumer]) await bakery.tick(account);
  }
};
const of = async (name: string, account: string): Promise<ImageReport> =>
  (await bakery.report(account)).images.find((one) => one.image === `${name}/x86_64`)!;
const base = () => of('base-al2023', platform);
const shopImage = () => of('shop', shop);
const parameter = (name: string, account: string) =>
  bakery.parameter(account, `/bakery/${name}/x86_64/stable`);
/** What the consumer mirrors. */
const mirrored = async () => (await bakery.report(consumer)).mirrors[0]!;
const ami = (amiId: string, account: string) =>
  bakery.aws.ec2.DescribeImages(
    { ImageIds: [amiId], IncludeDisabled: true },
    { account, region, caller: 'person' },
  ).Images![0]!;
const night = async () => {
  await bakery.pass(14 * hourMs);
  await bakery.tick(platform);
  await bakery.tick(shop);
  await bakery.tick(consumer);
  bakery.aws.log.step = 'then';
};
const announced = (account: string) =>
  bakery
    .calls('SNS', 'Publish', 'then')
    .map((input) => input as { Message: string; TopicArn: string })
    .filter(({ TopicArn }) => TopicArn.endsWith(`${account}:bakery-images`))
    .map(({ Message }) => JSON.parse(Message) as Record<string, unknown>);
const notices = (account: string) =>
  bakery.aws.sns.notices
    .filter(({ topicArn }) => topicArn.endsWith(`${account}:bakery-notices`))
    .map((notice) => JSON.stringify(notice));

test('it reaches every account: everybody goes back to what was built on the good base, with no bake', async () => {
  const before = { base: await base(), shop: await shopImage() };
  await night();
  const after = { base: await base(), shop: await shopImage() };
  expect(after.shop.amiId).not.toBe(before.shop.amiId);
  expect((await mirrored()).amiId).toBe(after.base.amiId);

  await ask('revoke', { bake: after.base.bakeId });
  await heal();
  expect(parameter('base-al2023', platform)).toBe(before.base.amiId);
  expect(parameter('shop', shop)).toBe(before.shop.amiId);
  expect((await mirrored()).amiId).toBe(before.base.amiId);
  expect(bakery.builds('then')).toEqual([]);
  expect(ami(after.base.amiId!, platform).State).toBe('disabled');
  expect(ami(after.shop.amiId!, shop).State).toBe('disabled');
  expect(ami(before.shop.amiId!, shop).State).toBe('available');
  expect(notices(shop).filter((text) => text.includes('"REVOKED"'))).toEqual([
    expect.stringMatching(
      /was revoked by bakery platform of account 111111111111: openssl is broken\. Bake b-\S+ of shop\/x86_64 was baked on it\./,
    ),
  ]);
  const ofShop = announced(shop).filter(({ image }) => image === 'shop');
  expect(ofShop.at(-1)).toMatchObject({ bake: before.shop.bakeId, revoked: [after.shop.bakeId] });

  bakery.aws.log.step = 'later';
  await ask('unrevoke', { bake: after.base.bakeId, why: 'a mistake' });
  await heal();
  expect(parameter('base-al2023', platform)).toBe(after.base.amiId);
  expect(parameter('shop', shop)).toBe(after.shop.amiId);
  expect((await mirrored()).amiId).toBe(after.base.amiId);
  expect(ami(after.shop.amiId!, shop).State).toBe('available');
  expect(bakery.builds('later')).toEqual([]);
});

test('nothing good is left: the follower is blocked with the reason, the mirrored parameter is gone, and both come back', async () => {
  const { bakeId } = await base();
  bakery.aws.log.step = 'then';
  await ask('revoke', { bake: bakeId });
  await heal();
  expect(announced(platform)).toContainEqual(
    expect.objectContaining({
      schema: 'ami-bakery/image-revoked/1',
      image: 'base-al2023',
      bake: bakeId,
      reason: 'openssl is broken',
      revoked: [bakeId],
    }),
  );
  expect(parameter('shop', shop)).toBeUndefined();
  expect((await bakery.decisions(shop))['shop/x86_64']).toBe(
    `blocked: its base cannot be built on (BASE_REVOKED): ${bakeId} of platform/base-al2023/x86_64@stable was revoked: openssl is broken; nothing good is left`,
  );
  const gone = await mirrored();
  expect(gone).toMatchObject({
    status: 'blocked',
    reason: `bake ${bakeId} was revoked: openssl is broken; nothing good is left`,
  });
  expect(gone.amiId).toBeUndefined();

  bakery.push(platform, platformFiles({ 'base/main.pkr.hcl': '# mended' }));
  await bakery.settle();
  await heal();
  const mended = (await base()).amiId;
  expect((await mirrored()).amiId).toBe(mended);
  expect(parameter('shop', shop)).toMatch(/^ami-/);
  expect(bakery.builds('then').filter((image) => image === 'shop/x86_64')).toHaveLength(1);
});

test('taken back where nothing was left: what was built on it elsewhere is in use again', async () => {
  const { bakeId, amiId } = await base();
  const { amiId: shopAmi } = await shopImage();
  await ask('revoke', { bake: bakeId });
  await heal();
  bakery.aws.log.step = 'then';
  await ask('unrevoke', { bake: bakeId });
  await heal();
  expect(parameter('base-al2023', platform)).toBe(amiId);
  expect(parameter('shop', shop)).toBe(shopAmi);
  expect((await mirrored()).amiId).toBe(amiId);
  expect(bakery.builds('then')).toEqual([]);
});

test('announcements that are lost are made good by the inventory, of channels that have nothing as well', async () => {
  const { bakeId } = await base();
  bakery.aws.log.step = 'then';
  const heard = bakery.aws.faults.add({
    label: 'lost',
    when: ({ service, operation, at }) =>
      service === 'SNS' && operation === 'Publish' && at.account === platform,
    before: () => Object.assign(new Error('lost'), { name: 'InternalErrorException' }),
  });
  await ask('revoke', { bake: bakeId });
  expect(parameter('shop', shop)).toMatch(/^ami-/);
  heard();
  await bakery.pass(2 * hourMs);
  await heal();
  expect(parameter('shop', shop)).toBeUndefined();
});

test('only the account that made a bake may revoke it, and is named', async () => {
  const { bakeId } = await base();
  await ask('revoke', { bake: bakeId }, shop);
  expect(notices(shop).at(-1)).toMatch(
    /Bake b-\S+ of platform\/base-al2023\/x86_64 was made by account 111111111111: only that account may revoke it\. Nothing was changed/,
  );
  expect(parameter('shop', shop)).toMatch(/^ami-/);
  await ask('unrevoke', { bake: bakeId }, shop);
  expect(notices(shop).at(-1)).toMatch(/only that account may unrevoke it/);
});

test('a follower that is about to build on it does not', async () => {
  await night();
  const { bakeId } = await base();
  bakery.push(shop, shopFiles({ 'shop/main.pkr.hcl': '# next' }));
  await bakery.aws.scheduler.pass(20_000);
  expect((await shopImage()).live?.status).toBe('building');
  // The base is there as long as its build runs.
  const held = bakery.aws.faults.add({
    label: 'not now',
    when: ({ operation }) => operation === 'DisableImage' || operation === 'ModifyImageAttribute',
    before: () => new AwsFailure('RequestLimitExceeded', 'slow down', 503),
  });
  bakery.aws.scheduler.after(90_000, 'EC2 is itself again', held);
  await ask('revoke', { bake: bakeId });
  await heal();
  expect(bakery.builds('then').filter((image) => image === 'shop/x86_64')).toHaveLength(2);
  expect((await bakery.decisions(shop))['shop/x86_64']).toMatch(/^current: /);
  expect((await shopImage()).baseAmiId).toBe((await base()).amiId);
});
