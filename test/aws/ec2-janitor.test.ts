import { CodeBuildClient, StopBuildCommand } from '@aws-sdk/client-codebuild';
import {
  DeleteKeyPairCommand,
  DeleteSecurityGroupCommand,
  DeleteSnapshotCommand,
  DeleteVolumeCommand,
  DeregisterImageCommand,
  DescribeImageAttributeCommand,
  DescribeImagesCommand,
  DescribeInstancesCommand,
  DescribeKeyPairsCommand,
  DescribeSecurityGroupsCommand,
  DescribeSnapshotsCommand,
  DescribeVolumesCommand,
  EC2Client,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import { mockClient } from 'aws-sdk-client-mock';
import { createClientFactory } from '../../src/lib/aws/clients';
import { buildStopper } from '../../src/lib/aws/codebuild-stop';
import { ec2Leftovers } from '../../src/lib/aws/ec2-janitor';
import type { LeftoverKind } from '../../src/lib/lifecycle/leftover';

const aws = mockClient(EC2Client);
beforeEach(() => aws.reset());
const clients = createClientFactory({ region: 'eu-west-1' });
const leftovers = ec2Leftovers(clients);

const tags = { 'bakery:bake': 'b-1', bakery: 'platform' };
const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
const at = new Date('2026-11-22T10:00:00Z');
const second = { NextToken: 't' };

const paged: [LeftoverKind, () => unknown, object[], object[]][] = [
  [
    'instance',
    () =>
      aws
        .on(DescribeInstancesCommand)
        .resolves({
          Reservations: [
            { Instances: [{ InstanceId: 'i-1', Tags, State: { Name: 'stopped' }, LaunchTime: at }] },
            { Instances: [{ InstanceId: 'i-2', Tags }] },
          ],
          NextToken: 't',
        })
        .on(DescribeInstancesCommand, second)
        .resolves({ Reservations: [{ Instances: [{ InstanceId: 'i-3', Tags }] }] }),
    [{ id: 'i-1', state: 'stopped', createdAtMs: at.getTime() }, { id: 'i-2' }, { id: 'i-3' }],
    [{ MaxResults: 1_000 }, { MaxResults: 1_000, ...second }],
  ],
  [
    'volume',
    () =>
      aws
        .on(DescribeVolumesCommand)
        .resolves({
          Volumes: [{ VolumeId: 'vol-1', Tags, State: 'in-use', Attachments: [{ InstanceId: 'i-1' }] }],
          NextToken: 't',
        })
        .on(DescribeVolumesCommand, second)
        .resolves({ Volumes: [{ VolumeId: 'vol-2', Tags, CreateTime: at }], NextToken: '' }),
    [
      { id: 'vol-1', state: 'in-use', attachedTo: 'i-1' },
      { id: 'vol-2', createdAtMs: at.getTime(), attachedTo: undefined },
    ],
    [{}, second],
  ],
  [
    'security-group',
    () =>
      aws
        .on(DescribeSecurityGroupsCommand)
        .resolves({ SecurityGroups: [{ GroupId: 'sg-1', GroupName: 'packer_1', Tags }], NextToken: 't' })
        .on(DescribeSecurityGroupsCommand, second)
        .resolves({ SecurityGroups: [{ GroupId: 'sg-2', Tags }] }),
    [{ id: 'sg-1', name: 'packer_1' }, { id: 'sg-2' }],
    [{}, second],
  ],
  [
    'key-pair',
    () =>
      aws
        .on(DescribeKeyPairsCommand)
        .resolves({ KeyPairs: [{ KeyPairId: 'key-1', KeyName: 'packer_1', Tags, CreateTime: at }] }),
    [{ id: 'key-1', name: 'packer_1', createdAtMs: at.getTime() }],
    [{}],
  ],
  [
    'image',
    () =>
      aws
        .on(DescribeImagesCommand)
        .resolves({
          Images: [
            {
              ImageId: 'ami-1',
              Name: 'web',
              Tags,
              State: 'pending',
              CreationDate: at.toISOString(),
              BlockDeviceMappings: [{ Ebs: { SnapshotId: 'snap-1' } }, { VirtualName: 'ephemeral0' }],
            },
          ],
          NextToken: 't',
        })
        .on(DescribeImagesCommand, second)
        .resolves({ Images: [{ ImageId: 'ami-2', Tags }] }),
    [
      { id: 'ami-1', name: 'web', state: 'pending', createdAtMs: at.getTime(), snapshotIds: ['snap-1'] },
      { id: 'ami-2', snapshotIds: [] },
    ],
    // Disabled and deprecated AMIs hold snapshots as well; AMIs of others are nobody's leftovers here.
    [{ Owners: ['self'], IncludeDisabled: true, IncludeDeprecated: true }, second],
  ],
  [
    'snapshot',
    () =>
      aws
        .on(DescribeSnapshotsCommand)
        .resolves({ Snapshots: [{ SnapshotId: 'snap-1', Tags, StartTime: at }], NextToken: 't' })
        .on(DescribeSnapshotsCommand, second)
        .resolves({ Snapshots: [{ SnapshotId: 'snap-2', Tags, State: 'error' }] }),
    [
      { id: 'snap-1', createdAtMs: at.getTime() },
      { id: 'snap-2', state: 'error' },
    ],
    [{ OwnerIds: ['self'] }, second],
  ],
];

describe.each(paged)('%ss', (kind, answer, expected, asked) => {
  test('are found by the tag, on every page', async () => {
    answer();
    const found = await leftovers.find('us-east-1', kind);
    expect(found).toMatchObject(expected.map((it) => ({ kind, region: 'us-east-1', tags, ...it })));
    const inputs = aws.calls().map(({ args }) => args[0].input);
    expect(inputs).toMatchObject(
      asked.map((it) => ({ Filters: [{ Name: 'tag-key', Values: ['bakery:bake'] }], ...it })),
    );
    expect(inputs).toHaveLength(asked.length);
  });

  test('a page that fails fails the whole: a part is no answer', async () => {
    answer();
    const refusal = Object.assign(new Error(''), { name: 'UnauthorizedOperation' });
    await leftovers.find('eu-west-1', kind);
    const [command] = aws.calls().slice(-1);
    aws
      .on(command!.args[0].constructor as never, asked.at(-1) === second ? second : undefined)
      .rejects(refusal);
    await expect(leftovers.find('eu-west-1', kind)).rejects.toMatchObject({ code: 'ACCESS_DENIED' });
  });
});

test.each([
  ['instance', 'i-1', TerminateInstancesCommand, { InstanceIds: ['i-1'] }],
  ['volume', 'vol-1', DeleteVolumeCommand, { VolumeId: 'vol-1' }],
  ['security-group', 'sg-1', DeleteSecurityGroupCommand, { GroupId: 'sg-1' }],
  ['key-pair', 'key-1', DeleteKeyPairCommand, { KeyPairId: 'key-1' }],
  ['image', 'ami-1', DeregisterImageCommand, { ImageId: 'ami-1' }],
  ['snapshot', 'snap-1', DeleteSnapshotCommand, { SnapshotId: 'snap-1' }],
] as const)('a %s is removed by its id, with one call', async (kind, id, command, input) => {
  aws.on(command as never).resolves({});
  await leftovers.remove({ kind, id, region: 'us-east-1' });
  expect(
    aws.commandCalls(command as never).map((it) => (it as { args: [{ input: object }] }).args[0].input),
  ).toEqual([input]);
  expect(aws.calls()).toHaveLength(1);
});

test.each([
  ['DependencyViolation', 'CONFLICT'],
  ['VolumeInUse', 'CONFLICT'],
  ['InvalidSnapshot.InUse', 'CONFLICT'],
  ['InvalidGroup.NotFound', 'NOT_FOUND'],
  ['OperationNotPermitted', 'ACCESS_DENIED'],
])('what EC2 does not let go, %s, is %s', async (name, code) => {
  aws.on(DeleteSecurityGroupCommand).rejects(Object.assign(new Error(''), { name }));
  await expect(
    leftovers.remove({ kind: 'security-group', id: 'sg-1', region: 'eu-west-1' }),
  ).rejects.toMatchObject({ code });
});

test('an AMI is shared when anybody at all may launch it', async () => {
  aws
    .on(DescribeImageAttributeCommand)
    .resolves({ LaunchPermissions: [] })
    .on(DescribeImageAttributeCommand, { ImageId: 'ami-2' })
    .resolves({ LaunchPermissions: [{ Group: 'all' }] });
  await expect(leftovers.isShared('eu-west-1', 'ami-1')).resolves.toBe(false);
  await expect(leftovers.isShared('eu-west-1', 'ami-2')).resolves.toBe(true);
});

test('a build is stopped by its id', async () => {
  const codebuild = mockClient(CodeBuildClient);
  codebuild.on(StopBuildCommand).resolves({});
  await buildStopper(clients).stop('bake:1');
  expect(codebuild.commandCalls(StopBuildCommand)[0]?.args[0].input).toEqual({ id: 'bake:1' });
});
