import { createClientFactory } from '../../src/lib/aws/clients';
import { dynamoTable } from '../../src/lib/aws/dynamodb';
import { dayMs, hourMs } from '../../src/lib/definitions/instant';
import { findReusable } from '../../src/lib/ledger/find-reusable';
import { pastBakes } from '../../src/lib/ledger/past-bakes';
import { indexReady } from '../../src/lib/ledger/writes';
import type { RetireReport } from '../../src/lib/reconcile/retire/report';
import { clientsFor } from '../../src/local/aws/create-world';
import { AwsFailure } from '../../src/local/aws/failure';
import { readEvent } from '../fixtures/events/read-event';
import { accounts, MemoryBakery, region } from '../support/memory-bakery';
import { platformFiles } from '../support/starter';

const { platform, shop } = accounts;
const site = { account: platform, region, caller: 'test' };
const key = 'web/x86_64';

const bakeryYml = (retain: string) =>
  platformFiles()
    ['bakery.yml']!.toString()
    .replace(
      "  rebake: { cron: '0 2 * * *', timezone: Europe/London, publish: always }\n",
      `  retain: ${retain}\n`,
    );
const files = (version: number, retain = '{ count: 2 }') =>
  platformFiles({ 'bakery.yml': bakeryYml(retain), 'web/main.pkr.hcl': `# web ${version}` });

let bakery: MemoryBakery;
/** Bakes of web, oldest first: the channel has the last one, `retain` keeps the last two. */
let baked: { id: string; amiId: string }[];

beforeEach(async () => {
  bakery = new MemoryBakery();
  baked = [];
  for (let version = 0; version < 5; version += 1) {
    bakery.push(platform, files(version));
    await bakery.settle();
    const web = (await bakery.report(platform)).images.find(({ image }) => image === key)!;
    baked.push({ id: web.bakeId!, amiId: web.amiId! });
    await bakery.pass(hourMs);
  }
});
afterEach(() => bakery.close());

const invoke = async (event: object): Promise<RetireReport> => {
  const report = (await bakery.aws.functions.invoke(
    { account: platform, region },
    'retire',
    event,
  )) as RetireReport;
  await bakery.settle();
  return report;
};
const daily = () => invoke(readEvent('tick-rule'));
/** A person lets two bakes of five go at once. */
const asked = () => invoke({ most: 5 });
const ami = (amiId: string) => bakery.aws.ec2.storedImage(region, amiId)!;
const steps = ({ steps: all }: RetireReport) =>
  all.map(({ bakeId, from, to, outcome }) => [
    baked.findIndex(({ id }) => id === bakeId),
    `${from} → ${to}`,
    outcome,
  ]);
const kept = ({ kept: all }: RetireReport) => Object.fromEntries(all.map(({ code, count }) => [code, count]));
const statuses = async () => {
  const clients = createClientFactory({
    region,
    prepare: clientsFor(bakery.aws, { account: platform, caller: 'test' }),
  });
  const all = await pastBakes(dynamoTable(clients, bakery.settings(platform).table), key);
  return baked.map(({ id }) => all.find((one) => one.id === id)?.status ?? 'gone');
};
/** Runs every day, and lets go what is due. */
async function pass(days: number): Promise<RetireReport[]> {
  const reports: RetireReport[] = [];
  for (let day = 0; day < days; day += 1) {
    await bakery.pass(dayMs);
    reports.push(await asked());
  }
  return reports;
}

test('more than a third of an image: nothing goes, and people are asked, once a day', async () => {
  const report = await daily();
  expect(report.tooMany).toMatchObject([{ image: key, found: 3, most: 1 }]);
  expect(steps(report)).toEqual([2, 1, 0].map((index) => [index, 'ready → deprecated', 'found']));
  expect(await statuses()).toEqual(['ready', 'ready', 'ready', 'ready', 'ready']);
  await daily();
  const notices = bakery.aws.sns.notices.filter(({ topicArn }) => topicArn.endsWith('bakery-notices'));
  const told = notices
    .map((notice) => JSON.stringify(notice))
    .filter((text) => text.includes('MANY_RETIREMENTS'));
  expect(told).toHaveLength(1);
  expect(told[0]).toContain('bakery retire --most 3');
});

describe('how many the settings let go in one run', () => {
  const told = () =>
    bakery.aws.sns.notices
      .map((notice) => JSON.stringify(notice))
      .filter((text) => text.includes('MANY_RETIREMENTS'));

  test('more: nothing goes, and the notice says which setting to raise; raised, the next day they go', async () => {
    // Two bakes of six, which is a third.
    bakery.push(platform, files(5, '{ count: 4 }'));
    await bakery.settle();
    bakery.settings(platform).maxRetirementsPerRun = 1;
    const { tooMany } = await daily();
    const why = '2 bakes would go on in one run';
    expect(tooMany).toEqual([{ found: 2, most: 1, why, setting: 'maxRetirementsPerRun' }]);
    expect(await statuses()).toEqual(['ready', 'ready', 'ready', 'ready', 'ready']);
    expect(told()).toHaveLength(1);
    expect(told()[0]).toContain('raise maxRetirementsPerRun in the settings of the deployment, now 1.');
    bakery.settings(platform).maxRetirementsPerRun = 2;
    const report = await daily();
    expect(report.tooMany).toEqual([]);
    expect(steps(report)).toEqual([1, 0].map((index) => [index, 'ready → deprecated', 'done']));
    expect(await statuses()).toEqual(['deprecated', 'deprecated', 'ready', 'ready', 'ready']);
  });

  test('it holds for a person who names no number, and not for one who does', async () => {
    bakery.settings(platform).maxRetirementsPerRun = 1;
    const report = await invoke({ dryRun: true, image: 'web' });
    expect(report.tooMany.map(({ image = 'all', most }) => [image, most])).toEqual([
      ['all', 1],
      [key, 1],
    ]);
    expect((await invoke({ dryRun: true, image: 'web', most: 3 })).tooMany).toEqual([]);
  });

  test('however many: more than a third of an image does not go', async () => {
    bakery.settings(platform).maxRetirementsPerRun = 10_000;
    const { tooMany } = await daily();
    expect(tooMany).toMatchObject([{ image: key, found: 3, most: 1 }]);
    expect(await statuses()).toEqual(['ready', 'ready', 'ready', 'ready', 'ready']);
    expect(told()).toHaveLength(1);
    expect(told()[0]).not.toContain('maxRetirementsPerRun');
  });
});

test('a dry run changes nothing, and tells the same', async () => {
  const report = await invoke({ dryRun: true, most: 3 });
  expect(report).toMatchObject({ dryRun: true, tooMany: [], unread: [] });
  expect(steps(report)).toHaveLength(3);
  expect(await statuses()).toEqual(['ready', 'ready', 'ready', 'ready', 'ready']);
});

test('stage by stage, each with its wait, to the end with the snapshots', async () => {
  const [old] = baked as [{ id: string; amiId: string }];
  const snapshot = ami(old.amiId).image.BlockDeviceMappings![0]!.Ebs!.SnapshotId!;
  expect(steps(await asked())).toEqual([2, 1, 0].map((index) => [index, 'ready → deprecated', 'done']));
  expect(await statuses()).toEqual(['deprecated', 'deprecated', 'deprecated', 'ready', 'ready']);
  expect(ami(old.amiId).image).toMatchObject({ State: 'available', DeprecationTime: expect.any(String) });
  const reports = await pass(16);
  const days = reports.flatMap((report, index) => (steps(report).length === 0 ? [] : [index + 1]));
  expect(days).toEqual([7, 14]);
  expect(ami(old.amiId).deregistered).toBe(true);
  expect(
    bakery.aws.ec2.DescribeSnapshots({ Filters: [{ Name: 'snapshot-id', Values: [snapshot] }] }, site)
      .Snapshots,
  ).toEqual([]);
  expect(await statuses()).toEqual(['gone', 'gone', 'gone', 'ready', 'ready']);
  expect(kept(reports.at(-1)!)).toMatchObject({ channel: expect.any(Number), count: expect.any(Number) });
  for (const { amiId } of baked.slice(3)) expect(ami(amiId).image.State).toBe('available');
});

/** What may refer to an AMI, come into the world and gone from it. */
const references: [string, (amiId: string) => () => void][] = [
  [
    'an instance',
    (ImageId) => {
      const id = bakery.aws.ec2.RunInstances(
        { ImageId, InstanceType: 't3.micro', MinCount: 1, MaxCount: 1 },
        site,
      ).Instances![0]!.InstanceId!;
      return () => void bakery.aws.ec2.TerminateInstances({ InstanceIds: [id] }, site);
    },
  ],
  [
    'an old version of a launch template',
    (ImageId) => {
      const LaunchTemplateName = `web-${ImageId}`;
      bakery.aws.ec2.CreateLaunchTemplate({ LaunchTemplateName, LaunchTemplateData: { ImageId } }, site);
      for (let i = 0; i < 30; i += 1)
        bakery.aws.ec2.CreateLaunchTemplateVersion({ LaunchTemplateName, LaunchTemplateData: {} }, site);
      return () => void bakery.aws.ec2.DeleteLaunchTemplate({ LaunchTemplateName }, site);
    },
  ],
  [
    'a launch configuration',
    (ImageId) => {
      const LaunchConfigurationName = 'old';
      bakery.aws.autoScaling.CreateLaunchConfiguration({ LaunchConfigurationName, ImageId }, site);
      return () => void bakery.aws.autoScaling.DeleteLaunchConfiguration({ LaunchConfigurationName }, site);
    },
  ],
  [
    'an Auto Scaling group that overrides it',
    (ImageId) => {
      const AutoScalingGroupName = 'web';
      const MixedInstancesPolicy = { LaunchTemplate: { Overrides: [{ ImageId }] } };
      bakery.aws.autoScaling.CreateAutoScalingGroup(
        { AutoScalingGroupName, MinSize: 0, MaxSize: 1, MixedInstancesPolicy },
        site,
      );
      return () => void bakery.aws.autoScaling.DeleteAutoScalingGroup({ AutoScalingGroupName }, site);
    },
  ],
  [
    'a parameter of any name',
    (Value) => {
      void bakery.aws.ssm.PutParameter({ Name: '/teams/web', Value, Type: 'String' }, site);
      return () => void bakery.aws.ssm.DeleteParameter({ Name: '/teams/web' }, site);
    },
  ],
  [
    'deregistration protection',
    (ImageId) => {
      bakery.aws.ec2.EnableImageDeregistrationProtection({ ImageId }, site);
      return () => void bakery.aws.ec2.DisableImageDeregistrationProtection({ ImageId }, site);
    },
  ],
];

describe.each(references)('%s', (_what, refer) => {
  test('keeps a bake, from the first stage on', async () => {
    const remove = refer(baked[0]!.amiId);
    const reports = [await asked(), ...(await pass(16))];
    expect(reports.flatMap(steps).filter(([index]) => index === 0)).toEqual([]);
    expect(ami(baked[0]!.amiId)).toMatchObject({ deregistered: false, image: { State: 'available' } });
    expect(ami(baked[1]!.amiId).deregistered).toBe(true);
    remove();
    await pass(16);
    expect(ami(baked[0]!.amiId).deregistered).toBe(true);
  });

  test('brings a deprecated one back', async () => {
    await asked();
    refer(baked[0]!.amiId);
    const [report] = await pass(1);
    expect(steps(report!)).toEqual([[0, 'deprecated → ready', 'done']]);
    expect(ami(baked[0]!.amiId).image.DeprecationTime).toBeUndefined();
    expect((await statuses())[0]).toBe('ready');
  });
});

test('a launch template that names a disabled one brings it back to its owner', async () => {
  await asked();
  await pass(7);
  expect(ami(baked[0]!.amiId).image.State).toBe('disabled');
  const data = { LaunchTemplateName: 'web', LaunchTemplateData: { ImageId: baked[0]!.amiId } };
  bakery.aws.ec2.CreateLaunchTemplate(data, site);
  const [report] = await pass(1);
  expect(steps(report!)).toEqual([[0, 'disabled → ready', 'done']]);
  expect(ami(baked[0]!.amiId).image).toMatchObject({ State: 'available' });
  expect(ami(baked[0]!.amiId).image.DeprecationTime).toBeUndefined();
});

test('an instance of another account keeps it, from the report of EC2', async () => {
  const { amiId } = baked[0]!;
  const other = { ...site, account: shop };
  const share = (change: 'Add' | 'Remove') =>
    bakery.aws.ec2.ModifyImageAttribute(
      { ImageId: amiId, LaunchPermission: { [change]: [{ UserId: shop }] } },
      site,
    );
  share('Add');
  bakery.aws.ec2.RunInstances({ ImageId: amiId, InstanceType: 't3.micro', MinCount: 1, MaxCount: 1 }, other);
  const report = await asked();
  expect(kept(report)).toMatchObject({ 'shared-by-hand': 1 });
  share('Remove');
  const reports = [await asked(), ...(await pass(16))];
  const its = reports.flatMap(steps).filter(([index]) => index === 0);
  expect(its.slice(0, 2)).toEqual([
    [0, 'ready → deprecated', 'done'],
    [0, 'deprecated → ready', 'done'],
  ]);
  // Nothing is disabled while the newest report shows an account that uses it.
  expect(its.map(([, step]) => step)).not.toContain('deprecated → disabled');
  expect(ami(amiId).deregistered).toBe(false);
  expect(ami(amiId).image.State).toBe('available');
});

describe('what cannot be read', () => {
  test.each([
    ['DescribeImageReferences', 'UnauthorizedOperation'],
    ['DescribeAutoScalingGroups', 'Throttling'],
    ['DescribeLaunchConfigurations', 'Throttling'],
    ['DescribeImages', 'InternalError'],
    ['DescribeImageAttribute', 'RequestLimitExceeded'],
  ])('%s: nothing goes on, and the report says so', async (operation, code) => {
    bakery.aws.faults.add({
      label: operation,
      when: (call) => call.operation === operation && call.at.caller === 'lambda:retire',
      before: () => new AwsFailure(code, 'no', 400),
    });
    const report = await asked();
    expect(report.unread.length).toBeGreaterThan(0);
    expect(report.unread[0]!.why).toContain(operation);
    expect(steps(report)).toEqual([]);
    expect(await statuses()).toEqual(['ready', 'ready', 'ready', 'ready', 'ready']);
  });

  test('a usage report that EC2 refuses to make is told as well, and nothing is disabled', async () => {
    await asked();
    bakery.aws.faults.add({
      label: 'no reports',
      when: ({ operation }) => operation === 'CreateImageUsageReport',
      before: () => new AwsFailure('UnauthorizedOperation', 'no', 403),
    });
    const reports = await pass(8);
    expect(reports.at(-1)!.unread[0]!.what).toMatch(/^usage reports of ami-/);
    expect(kept(reports.at(-1)!)).toMatchObject({ 'usage-not-known': 3 });
    expect(await statuses()).toEqual(['deprecated', 'deprecated', 'deprecated', 'ready', 'ready']);
  });

  test('a ledger that cannot be read fails the invocation', async () => {
    bakery.aws.faults.add({
      label: 'no ledger',
      when: ({ operation, at }) => operation === 'Query' && at.caller === 'lambda:retire',
      before: () => new AwsFailure('InternalServerError', 'no', 500),
    });
    await expect(asked()).rejects.toThrow('dynamodb.Query');
  });
});

describe('right before the end', () => {
  /** Up to the day before. */
  const almost = async () => {
    await asked();
    await pass(13);
    await bakery.pass(dayMs);
    expect(ami(baked[0]!.amiId).image.State).toBe('disabled');
  };

  test('what came into use since the run began is not deregistered', async () => {
    await almost();
    let readings = 0;
    bakery.aws.faults.add({
      label: 'a launch template between two readings',
      when: ({ operation, at }) => {
        if (operation !== 'DescribeImageReferences' || at.caller !== 'lambda:retire') return false;
        readings += 1;
        if (readings === 2)
          bakery.aws.ec2.CreateLaunchTemplate(
            { LaunchTemplateName: 'late', LaunchTemplateData: { ImageId: baked[2]!.amiId } },
            site,
          );
        return false;
      },
    });
    const report = await asked();
    expect(steps(report)).toEqual([
      [2, 'disabled → deregistered', 'left'],
      [1, 'disabled → deregistered', 'done'],
      [0, 'disabled → deregistered', 'done'],
    ]);
    expect(ami(baked[2]!.amiId).deregistered).toBe(false);
    await pass(1);
    expect(ami(baked[2]!.amiId).image.State).toBe('available');
  });

  test('what cannot be read any more is not deregistered either', async () => {
    await almost();
    let readings = 0;
    bakery.aws.faults.add({
      label: 'from the second reading on',
      when: ({ operation, at }) =>
        operation === 'DescribeImageReferences' && at.caller === 'lambda:retire' && ++readings > 1,
      before: () => new AwsFailure('RequestLimitExceeded', 'slow down', 503),
    });
    const report = await asked();
    expect(steps(report).map(([, , outcome]) => outcome)).toEqual(['left', 'left', 'left']);
    expect(report.unread).toHaveLength(1);
    // After the first reading that failed no other is made.
    expect(readings).toBe(2);
    expect(baked.map(({ amiId }) => ami(amiId).deregistered)).not.toContain(true);
  });
});

describe('rollback and reuse', () => {
  const rollBack = async (to: string) => {
    const event = { command: 'rollback', image: 'web', to, by: 'alice', why: 'it was better' };
    await bakery.aws.functions.invoke({ account: platform, region }, 'command', event);
    await bakery.settle();
  };
  const current = () => bakery.parameter(platform, '/bakery/web/x86_64/stable');
  const push = async (version: number) => {
    bakery.push(platform, files(version));
    await bakery.settle();
  };

  test('a deprecated bake can be rolled back to, and is brought back', async () => {
    await asked();
    await rollBack(baked[0]!.id);
    expect(current()).toBe(baked[0]!.amiId);
    const [report] = await pass(1);
    expect(steps(report!)).toContainEqual([0, 'deprecated → ready', 'done']);
    expect(ami(baked[0]!.amiId).image.DeprecationTime).toBeUndefined();
  });

  test('a deprecated bake is reused, and brought back', async () => {
    await asked();
    await push(0);
    expect(current()).toBe(baked[0]!.amiId);
    await pass(16);
    expect(ami(baked[0]!.amiId)).toMatchObject({ deregistered: false, image: { State: 'available' } });
  });

  test('a disabled bake is neither rolled back to nor reused: it is baked anew', async () => {
    await asked();
    await pass(7);
    await rollBack(baked[0]!.id);
    expect(current()).toBe(baked[4]!.amiId);
    const refused = bakery.aws.sns.notices.map((notice) => JSON.stringify(notice));
    expect(refused.filter((text) => text.includes('is disabled, not ready'))).toHaveLength(1);
    await push(0);
    expect(baked.map(({ amiId }) => amiId)).not.toContain(current());
  });

  test('a person who enables it by hand can roll back to it', async () => {
    await asked();
    await pass(7);
    bakery.aws.ec2.EnableImage({ ImageId: baked[0]!.amiId }, site);
    const [report] = await pass(1);
    expect(steps(report!)).toContainEqual([0, 'disabled → deprecated', 'done']);
    await rollBack(baked[0]!.id);
    expect(current()).toBe(baked[0]!.amiId);
  });
});

test('in observe mode it only tells', async () => {
  bakery.settings(platform).mode = 'observe';
  const report = await asked();
  expect(report).toMatchObject({ dryRun: true, mode: 'observe' });
  expect(steps(report)).toHaveLength(3);
  expect(await statuses()).toEqual(['ready', 'ready', 'ready', 'ready', 'ready']);
});

test('of one image, or entry of bakery.yml', async () => {
  expect(steps(await invoke({ image: 'batch', most: 5 }))).toEqual([]);
  expect(steps(await invoke({ image: 'web', dryRun: true, most: 5 }))).toHaveLength(3);
  expect(steps(await invoke({ image: key, dryRun: true, most: 5 }))).toHaveLength(3);
});

test('an event that is none is refused', async () => {
  expect(await invoke({ most: 0 })).toBeUndefined();
  expect(await invoke({ dry: true })).toBeUndefined();
  expect(await invoke(readEvent('codebuild-SUCCEEDED'))).toBeUndefined();
});

test('a bake counts from the last night that changed nothing, deprecated as well', async () => {
  const clients = createClientFactory({
    region,
    prepare: clientsFor(bakery.aws, { account: platform, caller: 'test' }),
  });
  const table = dynamoTable(clients, bakery.settings(platform).table);
  const { inputHash } = (await pastBakes(table, key)).find(({ id }) => id === baked[0]!.id)!;
  const indexed = async () =>
    (await findReusable(table, inputHash)).find(({ bakeId }) => bakeId === baked[0]!.id)!;
  const before = await indexed();
  const notBefore = before.notBefore + 3 * dayMs;
  await table.write([indexReady({ ...before, notBefore })]);
  await pass(1);
  expect((await statuses())[0]).toBe('deprecated');
  expect((await indexed()).notBefore).toBe(notBefore);
});

describe('a run whose time is too short', () => {
  /** Time for so many bakes, and for no reading more. */
  const invokeFor = async (bakes: number) => {
    const { retire } = bakery.functions.get(platform)!;
    let asked = 0;
    const context = { getRemainingTimeInMillis: () => (++asked > bakes ? 30_000 : 300_000) };
    return (await retire({ most: 9 }, context as never)) as RetireReport;
  };

  test('takes the oldest bakes of all images first, and leaves the others to later runs, which get to them', async () => {
    // Two of them are not kept: the first is as old as the first of web, the second younger than those of web.
    for (const version of [1, 2, 3]) {
      bakery.push(platform, {
        ...files(4),
        'batch.json': `{"builders":[{"type":"amazon-ebs"}],"v":${version}}`,
      });
      await bakery.settle();
      await bakery.pass(hourMs);
    }
    await bakery.pass(dayMs);
    const moved = ({ steps: all }: RetireReport) =>
      all.filter(({ outcome }) => outcome === 'done').map(({ image }) => image);
    expect(moved(await invokeFor(3))).toEqual(['batch/x86_64', key, key]);
    expect(await statuses()).toEqual(['deprecated', 'deprecated', 'ready', 'ready', 'ready']);
    await bakery.pass(hourMs);
    expect(moved(await invokeFor(9))).toEqual(['batch/x86_64', key]);
  });
});
