import {
  AutoScalingClient,
  CreateAutoScalingGroupCommand,
  CreateLaunchConfigurationCommand,
  DeleteAutoScalingGroupCommand,
  DeleteLaunchConfigurationCommand,
  DescribeAutoScalingGroupsCommand,
  DescribeLaunchConfigurationsCommand,
} from '@aws-sdk/client-auto-scaling';
import { autoScalingReferences } from '../../src/lib/aws/auto-scaling';
import { createClientFactory } from '../../src/lib/aws/clients';
import { ec2References } from '../../src/lib/aws/ec2-references';
import { ec2Retirement } from '../../src/lib/aws/ec2-retirement';
import { clientsFor } from '../../src/local/aws/create-world';
import { throttled } from '../../src/local/aws/failure';
import { clientOf, platform, region, shop, twoAccounts } from '../local/aws/world';

const base = 'ami-0123456789abcdef0';
const minuteMs = 60_000;

/** Small pages, so that whoever stops at the first one misses something. */
function world() {
  const aws = twoAccounts({ ec2: { pageLimit: 1, imageReadyMs: 0 } });
  aws.ec2.seedPublicImage({ region, amiId: base, name: 'al2023', owner: '137112412989' });
  const site = { ...platform, caller: 'test' };
  const clients = createClientFactory({ region, prepare: clientsFor(aws, site) });
  const launch = (ImageId: string, at = site) =>
    aws.ec2.RunInstances({ ImageId, InstanceType: 't3.micro', MinCount: 1, MaxCount: 1 }, at).Instances![0]!
      .InstanceId!;
  const make = (Name: string) => aws.ec2.CreateImage({ InstanceId: launch(base), Name }, site).ImageId!;
  return { aws, clients, site, launch, make };
}

describe('references in the account', () => {
  test('instances, launch templates in all versions and parameters are found, on every page', async () => {
    const { aws, clients, site, launch, make } = world();
    const [ami, other] = [make('one'), make('two')];
    const instances = [launch(ami), launch(ami)];
    const ended = launch(ami);
    aws.ec2.TerminateInstances({ InstanceIds: [ended] }, site);
    const template = { LaunchTemplateName: 'web', LaunchTemplateData: { ImageId: ami } };
    const { LaunchTemplate } = aws.ec2.CreateLaunchTemplate(template, site);
    for (let i = 0; i < 30; i += 1)
      aws.ec2.CreateLaunchTemplateVersion(
        { LaunchTemplateName: 'web', LaunchTemplateData: { ImageId: other } },
        site,
      );
    await aws.ssm.PutParameter({ Name: '/teams/web/ami', Value: ami, Type: 'String' }, site);
    const found = await ec2References(clients).find(region, [ami]);
    expect(found.map(({ by }) => by.replace(/^.*:/, '')).sort()).toEqual(
      [
        ...instances.map((id) => `instance/${id}`),
        `launch-template/${LaunchTemplate?.LaunchTemplateId}`,
        'parameter/teams/web/ami',
      ].sort(),
    );
    expect(new Set(found.map(({ amiId }) => amiId))).toEqual(new Set([ami]));
  });

  test('a page that fails fails the whole: a part is no answer', async () => {
    const { aws, clients, launch, make } = world();
    const ami = make('one');
    for (let i = 0; i < 3; i += 1) launch(ami);
    aws.faults.add({
      label: 'the second page',
      when: ({ operation, input }) =>
        operation === 'DescribeImageReferences' && (input as { NextToken?: string }).NextToken !== undefined,
      before: () => throttled(),
    });
    await expect(ec2References(clients).find(region, [ami])).rejects.toMatchObject({ code: 'THROTTLED' });
  });
});

test('launch configurations and overrides of mixed instances are found, on every page', async () => {
  const { aws, clients } = world();
  const scaling = clientOf(aws, platform, AutoScalingClient);
  for (let i = 0; i < 5; i += 1) {
    await scaling.send(
      new CreateLaunchConfigurationCommand({ LaunchConfigurationName: `c${i}`, ImageId: `ami-c${i}` }),
    );
    await scaling.send(
      new CreateAutoScalingGroupCommand({
        AutoScalingGroupName: `g${i}`,
        MinSize: 0,
        MaxSize: 1,
        MixedInstancesPolicy: {
          LaunchTemplate: {
            LaunchTemplateSpecification: { LaunchTemplateName: 'web' },
            Overrides: [{ InstanceType: 'm7g.large' }, { ImageId: `ami-g${i}` }],
          },
        },
      }),
    );
  }
  const found = async () => (await autoScalingReferences(clients).all(region)).map(({ amiId }) => amiId);
  const numbers = [0, 1, 2, 3, 4];
  expect(await found()).toEqual([...numbers.map((n) => `ami-c${n}`), ...numbers.map((n) => `ami-g${n}`)]);
  const again = new CreateLaunchConfigurationCommand({ LaunchConfigurationName: 'c0', ImageId: 'ami-x' });
  await expect(scaling.send(again)).rejects.toMatchObject({ name: 'AlreadyExistsFault' });
  await scaling.send(new DeleteLaunchConfigurationCommand({ LaunchConfigurationName: 'c0' }));
  await scaling.send(new DeleteAutoScalingGroupCommand({ AutoScalingGroupName: 'g0' }));
  expect(await found()).not.toEqual(expect.arrayContaining(['ami-c0', 'ami-g0']));
  const named = await scaling.send(
    new DescribeLaunchConfigurationsCommand({ LaunchConfigurationNames: ['c1'] }),
  );
  expect(named.LaunchConfigurations).toHaveLength(1);
  await expect(
    scaling.send(new DescribeAutoScalingGroupsCommand({ NextToken: 'made up' })),
  ).rejects.toMatchObject({ name: 'InvalidNextToken' });
});

test('what other accounts use is reported, once EC2 has made the report', async () => {
  const { aws, clients, site, launch, make } = world();
  const [ami, unused] = [make('one'), make('two')];
  const references = ec2References(clients);
  const share = { Add: [{ UserId: shop.account }] };
  aws.ec2.ModifyImageAttribute({ ImageId: ami, LaunchPermission: share }, site);
  for (let i = 0; i < 2; i += 1) launch(ami, { ...shop, caller: 'test' });
  const template = { LaunchTemplateName: 'theirs', LaunchTemplateData: { ImageId: ami } };
  aws.ec2.CreateLaunchTemplate(template, { ...shop, caller: 'test' });
  for (let i = 0; i < 2; i += 1) await references.askUsage(region, ami, 'b-1-0');
  await references.askUsage(region, unused, 'b-2-0');
  expect(await references.usage(region, [ami])).toMatchObject([{ state: 'pending', usedBy: [] }]);
  await aws.scheduler.settle();
  expect(await references.usage(region, [ami, unused])).toMatchObject([
    {
      amiId: ami,
      state: 'available',
      usedBy: [
        { account: shop.account, what: 'ec2:Instance', count: 2 },
        { account: shop.account, what: 'ec2:LaunchTemplate', count: 1 },
      ],
    },
    { amiId: unused, state: 'available', usedBy: [] },
  ]);
});

test('an AMI goes through its stages and back, and with its snapshots in the end', async () => {
  const { aws, clients, site, make } = world();
  const ami = make('one');
  const retirement = ec2Retirement(clients);
  const seen = async () => (await retirement.look(region, [ami, 'ami-0000000000000000f'])).get(ami);
  const share = { Add: [{ UserId: shop.account }, { Group: 'all' as const }] };
  aws.ec2.ModifyImageAttribute({ ImageId: ami, LaunchPermission: share }, site);
  expect(await retirement.sharedWith(region, ami)).toEqual([shop.account, 'all']);
  const atMs = aws.clock.now() + 2 * minuteMs;
  await retirement.deprecate(region, ami, atMs);
  expect(await seen()).toEqual({ amiId: ami, state: 'available', deprecateAtMs: atMs });
  await retirement.disable(region, ami);
  expect(await seen()).toMatchObject({ state: 'disabled', deprecateAtMs: atMs });
  await retirement.enable(region, ami);
  await retirement.undeprecate(region, ami);
  expect(await seen()).toEqual({ amiId: ami, state: 'available' });
  expect(await retirement.sharedWith(region, ami)).toEqual([]);
  aws.ec2.EnableImageDeregistrationProtection({ ImageId: ami }, site);
  expect(await seen()).toMatchObject({ protection: 'enabled-without-cooldown' });
  await expect(retirement.deregister(region, ami)).rejects.toMatchObject({ code: 'ACCESS_DENIED' });
  aws.ec2.DisableImageDeregistrationProtection({ ImageId: ami }, site);
  const shared = aws.ec2.storedImage(region, ami)?.image.BlockDeviceMappings?.[0]?.Ebs?.SnapshotId;
  const mappings = [{ DeviceName: '/dev/xvda', Ebs: { SnapshotId: shared } }];
  aws.ec2.RegisterImage({ Name: 'twin', BlockDeviceMappings: mappings }, site);
  expect(await retirement.deregister(region, ami)).toEqual([{ snapshotId: shared, code: 'skipped' }]);
  expect(await seen()).toBeUndefined();
});
