import { AwsFailure } from '../../src/local/aws/failure';
import { readEvent } from '../fixtures/events/read-event';
import { accounts } from '../support/memory-bakery';
import { far, further, home, image, parameter, travelling, TravellingBakery } from '../support/travelling';

const { platform, shop } = accounts;

let bakery: TravellingBakery;
beforeEach(() => (bakery = new TravellingBakery()));
afterEach(() => bakery.close());

const pushed = async (distribution?: string) => {
  bakery.push(platform, travelling(distribution));
  await bakery.settle();
};
const amiIn = (region: string, id: string) => bakery.images(region).find(({ ImageId }) => ImageId === id)!;

describe('a bake with two regions and a key each', () => {
  test('is copied after the build, encrypted everywhere, shared and published everywhere, announced once', async () => {
    await pushed();
    await bakery.ticks(3);

    expect(await bakery.decision()).toMatch(/^current: ami-/);
    const [announced, ...more] = bakery.announced();
    expect(more).toEqual([]);
    expect(Object.keys(announced!.amis).sort()).toEqual([far, home]);
    for (const region of [home, far]) {
      const amiId = announced!.amis[region]!;
      expect(bakery.parameterIn(region)).toBe(amiId);
      expect(bakery.accountsWith(region, amiId)).toEqual([shop]);
      const ami = amiIn(region, amiId);
      const tags = Object.fromEntries(ami.Tags!.map(({ Key, Value }) => [Key, Value]));
      expect(tags).toMatchObject({ 'bakery:bake': announced!.bake, 'bakery:image': image });
      for (const snapshot of bakery.snapshots(region, ami)) {
        expect(snapshot.KmsKeyId).toBe(bakery.keys[region]);
        expect(snapshot.Tags).toContainEqual({ Key: 'bakery:bake', Value: announced!.bake });
      }
    }
    expect(bakery.copies()).toHaveLength(2);
    for (const { CopyImageTags, Name, ClientToken } of bakery.copies()) {
      expect(CopyImageTags).toBe(false);
      expect(Name).toContain(announced!.bake);
      expect(ClientToken).toContain(announced!.bake);
    }
    expect(bakery.builds()).toEqual([image]);
  });

  test('nothing is shared or published before every copy is there, and what was built is not published', async () => {
    bakery.close();
    bakery = new TravellingBakery({ ec2: { copyReadyMs: 5 * 60 * 60_000 } });
    await pushed();
    await bakery.ticks(2);
    expect(await bakery.decision()).toMatch(/^wait: bake b-\w+ is distributing to eu-central-1, eu-west-1$/);
    expect(bakery.calls('EC2', 'ModifyImageAttribute')).toEqual([]);
    expect(bakery.calls('SSM', 'PutParameter')).toEqual([]);
    await bakery.aws.scheduler.pass(5 * 60 * 60_000);
    await bakery.ticks(2);
    const built = bakery.images(home).find(({ SourceInstanceId }) => SourceInstanceId !== undefined)!;
    expect(bakery.announced().flatMap(({ amis }) => Object.values(amis))).not.toContain(built.ImageId);
  });

  test('the event of an encrypted copy wakes the bakery: no tick is needed at home', async () => {
    await pushed(`{ regions: { ${home}: { kmsKey: alias/golden } } }`);
    expect(await bakery.decision()).toMatch(/^current: ami-/);
  });
});

describe('one copy fails', () => {
  test('with the same answer each time: it is not asked for again and again in one run', async () => {
    let asked = 0;
    const stop = bakery.aws.faults.add({
      label: 'refused',
      when: ({ operation, at }) => operation === 'CopyImage' && at.region === far && (asked += 1) > 0,
      before: () => new AwsFailure('IdempotentParameterMismatch', 'inconsistent with an earlier request'),
    });
    await pushed();
    await bakery.ticks(1);
    stop();
    expect(asked).toBeLessThan(12);
    await bakery.ticks(6);
    expect(await bakery.decision()).toMatch(/^current: ami-/);
    expect(bakery.builds()).toEqual([image]);
  });

  test('it is deregistered and made again by itself; the other is kept', async () => {
    bakery.aws.ec2.failNext((_name, region) => region === far);
    await pushed();
    await bakery.ticks(4);
    expect(await bakery.decision()).toMatch(/^current: ami-/);
    const tokens = bakery.copies().map(({ ClientToken }) => ClientToken!.replace(/^b-\w+-\w+-/, ''));
    expect(tokens.sort()).toEqual([`${far}-1`, `${far}-2`, `${home}-1`]);
    expect(bakery.images(far)).toHaveLength(1);
    expect(bakery.builds()).toEqual([image]);
  });

  test('again and again: the bake ends with the reason, the owner is told, and nothing is built again', async () => {
    for (let time = 0; time < 9; time += 1) bakery.aws.ec2.failNext((_name, region) => region === far);
    await pushed();
    await bakery.ticks(10);
    expect(await bakery.decision()).toMatch(
      /^blocked: bake b-\w+ failed \(copy\): The copy into eu-central-1 with the key alias\/golden failed, 4 times: ami-\w+ failed: Client error/,
    );
    expect(bakery.announced()).toEqual([]);
    expect(bakery.builds()).toEqual([image]);
    expect(bakery.images(far)).toEqual([]);
  });

  test('of what is published already, for longer than leftovers are left alone: the janitor takes none of its copies', async () => {
    await pushed('{}');
    for (let time = 0; time < 3; time += 1) bakery.aws.ec2.failNext((_name, region) => region === far);
    await pushed(`{ regions: { ${home}: { kmsKey: alias/golden }, ${far}: { kmsKey: alias/golden } } }`);
    const begun = await bakery.decision();
    expect(begun).toMatch(/^wait: .*eu-central-1/);
    const [copy] = bakery.images(home).filter(({ SourceInstanceId }) => SourceInstanceId === undefined);
    for (let tick = 0; tick < 16; tick += 1) {
      await bakery.ticks(1);
      await bakery.aws.functions.invoke(
        { account: platform, region: home },
        'janitor',
        readEvent('tick-rule'),
      );
    }
    expect(await bakery.decision()).toMatch(/^current: /);
    expect(bakery.parameterIn(home)).toBe(copy!.ImageId);
  });

  test('of what leaves bakery.yml meanwhile: the copies that are made already do not stay behind', async () => {
    await pushed('{}');
    const published = bakery.parameterIn(home);
    for (let time = 0; time < 3; time += 1) bakery.aws.ec2.failNext((_name, region) => region === far);
    await pushed(`{ regions: { ${home}: { kmsKey: alias/golden }, ${far}: { kmsKey: alias/golden } } }`);
    const [copy] = bakery.images(home).filter(({ SourceInstanceId }) => SourceInstanceId === undefined);
    expect(copy).toBeDefined();
    const files = travelling('{}');
    const yml = files['bakery.yml']!.toString();
    bakery.push(platform, { ...files, 'bakery.yml': `${yml.slice(0, yml.indexOf('images:'))}images: {}\n` });
    await bakery.settle();
    await bakery.ticks(1);
    expect(bakery.images(home).map(({ ImageId }) => ImageId)).toEqual([published]);
    expect(bakery.parameterIn(home)).toBe(published);
  });

  test('what was revoked is left all the same, for what is there; the further region comes afterwards', async () => {
    bakery.push(platform, travelling('{}'));
    await bakery.settle();
    const good = bakery.parameterIn(home);
    bakery.push(platform, travelling('{}', { 'base/main.pkr.hcl': '# bad' }));
    await bakery.settle();
    for (let time = 0; time < 8; time += 1) bakery.aws.ec2.failNext((_name, region) => region === far);
    bakery.push(platform, travelling(`{ regions: [${far}] }`, { 'base/main.pkr.hcl': '# bad' }));
    await bakery.settle();
    await bakery.ticks(10);
    expect(await bakery.decision()).toMatch(/^blocked: .*The copy into eu-central-1 failed, 4 times/);
    const { bakeId: bake } = (await bakery.report(platform)).images[0]!;
    const asked = { command: 'revoke', bake, by: 'alice', why: 'openssl' };
    await bakery.aws.functions.invoke({ account: platform, region: home }, 'command', asked);
    await bakery.settle();
    expect(bakery.parameterIn(home)).toBe(good);
  });

  test('what was revoked is left for an older bake, or for none, where EC2 refuses the last good one', async () => {
    for (const version of ['1', '2', '3']) {
      bakery.push(
        platform,
        travelling(`{ share: { accounts: ['${shop}'] } }`, { 'base/main.pkr.hcl': version }),
      );
      await bakery.settle();
    }
    const amis = bakery.images(home).map(({ ImageId }) => ImageId!);
    const published = bakery.parameterIn(home)!;
    const refused = bakery.announced().at(-2)!.amis[home]!;
    const oldest = amis.find((amiId) => amiId !== published && amiId !== refused);
    bakery.aws.faults.add({
      label: 'not this one',
      when: ({ operation, input }) => operation === 'CreateTags' && JSON.stringify(input).includes(refused),
      before: () => new AwsFailure('TagLimitExceeded', 'too many tags'),
    });
    const { bakeId: bake } = (await bakery.report(platform)).images[0]!;
    const asked = { command: 'revoke', bake, by: 'alice', why: 'openssl' };
    await bakery.aws.functions.invoke({ account: platform, region: home }, 'command', asked);
    await bakery.settle();
    await bakery.ticks(2);
    expect(bakery.parameterIn(home)).toBe(oldest);
  });

  test('a key that is not there ends the bake at once', async () => {
    await pushed(`{ regions: { ${far}: { kmsKey: alias/missing } } }`);
    expect(await bakery.decision()).toMatch(/there is no key alias\/missing in this region/);
    expect(bakery.copies()).toEqual([]);
  });

  test('a copy under another key than asked for is rejected', async () => {
    bakery.close();
    const other = `arn:aws:kms:${far}:${platform}:key/another`;
    bakery = new TravellingBakery({
      ec2: { keyArn: (_account, region, key) => (region === far ? other : key) },
    });
    await pushed();
    await bakery.ticks(3);
    expect(await bakery.decision()).toMatch(
      /^blocked: bake b-\w+ failed \(rejected\): .*encrypted with arn:aws:kms/,
    );
    expect(bakery.announced()).toEqual([]);
  });
});

test("at EC2's limit it waits, and counts no attempt", async () => {
  let refusals = 0;
  bakery.aws.faults.add({
    label: 'no room',
    when: ({ operation, at }) => operation === 'CopyImage' && at.region === far && (refusals += 1) <= 6,
    before: () => new AwsFailure('ResourceLimitExceeded', 'too many copies'),
  });
  await pushed();
  await bakery.ticks(9);
  expect(refusals).toBeGreaterThan(6);
  expect(await bakery.decision()).toMatch(/^current: ami-/);
  expect(bakery.copies().map(({ ClientToken }) => ClientToken!.slice(-1))).toEqual(['1', '1']);
});

test('a copy that EC2 gives no answer to is asked for once a run, and made in the end', async () => {
  let asked = 0;
  const stop = bakery.aws.faults.add({
    label: 'EC2 of one region is down',
    when: ({ operation, at }) => operation === 'CopyImage' && at.region === far && (asked += 1) > 0,
    before: () => new AwsFailure('InternalFailure', 'not now'),
  });
  await pushed();
  const before = asked;
  await bakery.ticks(1);
  expect(asked).toBe(before + 1);
  stop();
  await bakery.ticks(3);
  expect(await bakery.decision()).toMatch(/^current: ami-/);
});

test('an image of one region makes no call that it did not make before', async () => {
  await pushed(`{ share: { accounts: ['${shop}'] } }`);
  const called = new Set(bakery.aws.log.records.map(({ operation }) => operation));
  for (const operation of ['CopyImage', 'DescribeSnapshots', 'DescribeKey', 'ModifySnapshotAttribute']) {
    expect(called).not.toContain(operation);
  }
  expect(bakery.parameterIn(home)).toMatch(/^ami-/);
});

test('all regions are confirmed before the channel moves', async () => {
  const stop = bakery.aws.faults.add({
    label: 'SSM of one region is down',
    when: ({ service, operation, at }) =>
      service === 'SSM' && operation === 'PutParameter' && at.region === far,
    before: () => new AwsFailure('ThrottlingException', 'slow down'),
  });
  await pushed();
  await bakery.ticks(4);
  expect(bakery.parameterIn(home)).toMatch(/^ami-/);
  expect(await bakery.decision()).toMatch(/^wait: .*not confirmed yet/);
  expect(bakery.announced()).toEqual([]);
  stop();
  await bakery.ticks(2);
  expect(bakery.announced()).toHaveLength(1);
  expect(bakery.parameterIn(far)).toMatch(/^ami-/);
});

describe('bakery.yml changes, and nothing is baked', () => {
  test('a region more: the ready AMI is copied there, published there, and announced again', async () => {
    await pushed();
    await bakery.ticks(3);
    const before = bakery.announced()[0]!;
    bakery.aws.log.step = 'then';
    await pushed(
      `{ regions: { ${home}: { kmsKey: alias/golden }, ${far}: { kmsKey: alias/golden }, ${further}: { kmsKey: alias/golden } }, share: { accounts: ['${shop}'] } }`,
    );
    await bakery.ticks(3);
    const after = bakery.announced().at(-1)!;
    expect(after.bake).toBe(before.bake);
    expect(after.amis).toMatchObject(before.amis);
    expect(bakery.parameterIn(further)).toBe(after.amis[further]);
    expect(bakery.accountsWith(further, after.amis[further]!)).toEqual([shop]);
    expect(bakery.copies('then')).toHaveLength(1);
    expect(bakery.builds('then')).toEqual([]);
    expect(await bakery.decision()).toMatch(/^current/);
  });

  test('a region more, and another name while the copy is made: the same copy is published under it', async () => {
    bakery.close();
    bakery = new TravellingBakery({ ec2: { copyReadyMs: 20 * 60_000 } });
    await pushed('{}');
    await pushed(`{ regions: { ${far}: {} } }`);
    const [copy] = bakery.images(far);
    const files = travelling(`{ regions: { ${far}: {} } }`);
    bakery.push(platform, {
      ...files,
      'bakery.yml': files['bakery.yml']!.replace('  base:\n', '  ground:\n    was: base\n'),
    });
    await bakery.settle();
    await bakery.ticks(8);
    expect((await bakery.decisions(platform))['ground/x86_64']).toMatch(/^current: ami-/);
    expect(bakery.announced().at(-1)!.amis[far]).toBe(copy!.ImageId);
    expect(bakery.images(far)).toHaveLength(1);
    expect(bakery.copies()).toHaveLength(1);
    expect(bakery.builds()).toEqual([image]);
  });

  test('a region less: what is there stays, the parameter is no longer moved', async () => {
    await pushed();
    await bakery.ticks(3);
    const { amis } = bakery.announced()[0]!;
    bakery.aws.log.step = 'then';
    await pushed(`{ regions: { ${home}: { kmsKey: alias/golden } }, share: { accounts: ['${shop}'] } }`);
    await bakery.ticks(2);
    expect(bakery.parameterIn(far)).toBe(amis[far]);
    expect(bakery.images(far).map(({ ImageId }) => ImageId)).toEqual([amis[far]]);
    expect(bakery.copies('then')).toEqual([]);
    bakery.push(platform, {
      ...travelling(`{ regions: { ${home}: { kmsKey: alias/golden } }, share: { accounts: ['${shop}'] } }`),
      'base/main.pkr.hcl': '# changed',
    });
    await bakery.settle();
    await bakery.ticks(2);
    expect(Object.keys(bakery.announced().at(-1)!.amis)).toEqual([home]);
    expect(bakery.parameterIn(far)).toBe(amis[far]);
    expect(await bakery.decision()).toMatch(/^current/);
  });

  test('a key more at home: an encrypted copy takes the place of the AMI', async () => {
    await pushed(`{ share: { accounts: ['${shop}'] } }`);
    const [plain] = bakery.announced();
    await pushed(`{ regions: { ${home}: { kmsKey: alias/golden } }, share: { accounts: ['${shop}'] } }`);
    await bakery.ticks(2);
    const encrypted = bakery.announced().at(-1)!;
    expect(encrypted.bake).toBe(plain!.bake);
    expect(encrypted.amis[home]).not.toBe(plain!.amis[home]);
    expect(bakery.parameterIn(home)).toBe(encrypted.amis[home]);
    expect(bakery.builds()).toEqual([image]);
  });
});

test('a key more for an AMI that somebody deregistered: the channel is blocked with that reason', async () => {
  await pushed(`{ share: { accounts: ['${shop}'] } }`);
  const ImageId = bakery.parameterIn(home)!;
  bakery.aws.ec2.DeregisterImage({ ImageId }, { account: platform, region: home, caller: 'person' });
  await pushed(`{ regions: { ${home}: { kmsKey: alias/golden } }, share: { accounts: ['${shop}'] } }`);
  await bakery.ticks(16);
  expect(await bakery.decision()).toMatch(/^blocked: .*copy into eu-west-1 .*InvalidAMIID/);
});

describe('who may use it', () => {
  const shared = (share: string) =>
    `{ regions: { ${home}: { kmsKey: alias/golden }, ${far}: { kmsKey: alias/golden } }, share: { ${share} } }`;

  test('what the bakery gave is taken back in every region; what somebody gave by hand stays', async () => {
    await pushed(shared(`accounts: ['${shop}', '${accounts.consumer}'], snapshots: true`));
    await bakery.ticks(3);
    const { amis } = bakery.announced()[0]!;
    const snapshotIn = (region: string) =>
      bakery.snapshots(region, amiIn(region, amis[region]!))[0]!.SnapshotId!;
    for (const region of [home, far]) {
      expect(bakery.accountsOf(region, snapshotIn(region))).toEqual([shop, accounts.consumer]);
    }
    bakery.aws.ec2.ModifyImageAttribute(
      { ImageId: amis[far], LaunchPermission: { Add: [{ UserId: '999999999999' }] } },
      { account: platform, region: far, caller: 'person' },
    );
    await pushed(shared(`accounts: ['${shop}']`));
    await bakery.ticks(1);
    expect(bakery.accountsWith(home, amis[home]!)).toEqual([shop]);
    expect(bakery.accountsWith(far, amis[far]!)).toEqual([shop, '999999999999']);
    for (const region of [home, far]) expect(bakery.accountsOf(region, snapshotIn(region))).toEqual([]);
    expect(bakery.builds()).toEqual([image]);
    const { entries } = { entries: bakery.logs.lines.map((line) => JSON.stringify(line)) };
    expect(entries.some((line) => line.includes('shared by hand, left alone'))).toBe(true);
  });

  test("snapshots under EBS's own key cannot be shared: the channel is blocked with that reason", async () => {
    // Under its ARN bakery.yml cannot tell whose key it is.
    const key = bakery.aws.kms.arnOf({ account: platform, region: home }, 'alias/aws/ebs')!;
    bakery.settings(platform).ceilings.kmsKeys.push(key);
    await pushed(`{ regions: { ${home}: { kmsKey: '${key}' } }, share: { accounts: ['${shop}'] } }`);
    await bakery.ticks(2);
    expect(await bakery.decision()).toMatch(
      /^blocked: .*EC2 refused the launch permissions: .*AWS Managed CMK/,
    );
    expect(bakery.parameterIn(home)).toBeUndefined();
  });

  test('what was given before EC2 refused the rest is taken back when nobody asks for it any more', async () => {
    bakery.aws.faults.add({
      label: 'not there',
      when: ({ operation, at }) => operation === 'ModifyImageAttribute' && at.region === far,
      before: () => new AwsFailure('InvalidParameter', 'that region does not want to'),
      times: 1,
    });
    await pushed(`{ regions: [${far}], share: { accounts: ['${shop}'] } }`);
    await bakery.ticks(2);
    expect(await bakery.decision()).toMatch(/^blocked: .*EC2 refused the launch permissions/);
    const [ami] = bakery.images(home);
    expect(bakery.accountsWith(home, ami!.ImageId!)).toEqual([shop]);
    await pushed(`{ regions: [${far}] }`);
    await bakery.ticks(2);
    expect(await bakery.decision()).toMatch(/^current: /);
    expect(bakery.accountsWith(home, ami!.ImageId!)).toEqual([]);
  });
});

describe('beyond the ceilings nothing is copied, shared or baked', () => {
  test.each([
    [`{ regions: [ap-south-1] }`, /ceilings\.regions does not allow copies to ap-south-1/],
    [
      `{ regions: { ${far}: { kmsKey: alias/other } } }`,
      /ceilings\.kmsKeys does not allow the key alias\/other/,
    ],
  ])('%s', async (distribution, reason) => {
    await pushed(distribution);
    expect(await bakery.decision()).toMatch(/^blocked: /);
    expect(await bakery.decision()).toMatch(reason);
    expect(bakery.builds()).toEqual([]);
    expect(bakery.copies()).toEqual([]);
  });

  test('a ceiling that comes to allow a region brings the AMI there', async () => {
    await pushed(`{ regions: [${far}] }`);
    await bakery.ticks(3);
    await pushed(`{ regions: [${far}, ap-south-1] }`);
    expect(await bakery.decision()).toMatch(/^blocked: .*ap-south-1/);
    bakery.settings(platform).ceilings.regions.push('ap-south-1');
    await bakery.ticks(3);
    expect(Object.keys(bakery.announced().at(-1)!.amis)).toContain('ap-south-1');
    expect(bakery.builds()).toEqual([image]);
    expect(parameter).toContain('base');
  });

  test('a key of the home region that is not allowed any more when the build ends: nothing is published in the clear', async () => {
    bakery.push(platform, travelling(`{ share: { accounts: ['${shop}'] } }`));
    await bakery.aws.scheduler.pass(30_000);
    bakery.push(platform, travelling(`{ regions: { ${home}: { kmsKey: alias/other } } }`));
    await bakery.settle();
    expect(await bakery.decision()).toMatch(/^blocked: /);
    expect(bakery.announced()).toEqual([]);
  });
});
