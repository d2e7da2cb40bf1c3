import {
  CreateTagsCommand,
  DescribeImageAttributeCommand,
  DescribeImagesCommand,
  EC2Client,
  GetImageAncestryCommand,
  ModifyImageAttributeCommand,
} from '@aws-sdk/client-ec2';
import { mockClient } from 'aws-sdk-client-mock';
import { createClientFactory } from '../../src/lib/aws/clients';
import { ec2Amis } from '../../src/lib/aws/ec2';

const aws = mockClient(EC2Client);
beforeEach(() => aws.reset());
const amis = ec2Amis(createClientFactory({ region: 'eu-west-1' }));

test('AMIs are asked for by filter, so that one that is gone does not fail the others', async () => {
  aws.on(DescribeImagesCommand).resolves({
    Images: [
      {
        ImageId: 'ami-1',
        OwnerId: '111111111111',
        Name: 'web',
        State: 'available',
        Architecture: 'arm64',
        CreationDate: '2026-11-21T02:30:00.000Z',
        SourceImageId: 'ami-0',
        Tags: [{ Key: 'bakery:bake', Value: 'b-1' }],
        BlockDeviceMappings: [{ Ebs: { SnapshotId: 'snap-1' } }, { VirtualName: 'ephemeral0' }],
      },
    ],
  });
  const found = await amis.get('eu-west-1', ['ami-1', 'ami-gone', 'ami-1']);
  expect([...found]).toEqual([
    [
      'ami-1',
      {
        amiId: 'ami-1',
        ownerId: '111111111111',
        name: 'web',
        state: 'available',
        architecture: 'arm64',
        createdAtMs: Date.parse('2026-11-21T02:30:00Z'),
        sourceAmiId: 'ami-0',
        tags: { 'bakery:bake': 'b-1' },
        snapshotIds: ['snap-1'],
      },
    ],
  ]);
  const [asked] = aws.commandCalls(DescribeImagesCommand);
  expect(asked?.args[0].input).toMatchObject({
    Filters: [{ Name: 'image-id', Values: ['ami-1', 'ami-gone'] }],
    IncludeDisabled: true,
  });
  expect(asked?.args[0].input.ImageIds).toBeUndefined();
});

test('no AMIs, no call', async () => {
  expect((await amis.get('eu-west-1', [])).size).toBe(0);
  expect(aws.calls()).toHaveLength(0);
});

test('a search follows every page, asks for available AMIs and ends at an empty token', async () => {
  aws
    .on(DescribeImagesCommand, { NextToken: undefined })
    .resolves({ Images: [{ ImageId: 'ami-1' }], NextToken: 't' })
    .on(DescribeImagesCommand, { NextToken: 't' })
    .resolves({ Images: [{ ImageId: 'ami-2' }], NextToken: '' });
  const found = await amis.find('eu-west-1', ['amazon'], { name: ['al2023-*'] });
  expect(found.map(({ amiId }) => amiId)).toEqual(['ami-1', 'ami-2']);
  expect(aws.commandCalls(DescribeImagesCommand)[0]?.args[0].input).toMatchObject({
    Owners: ['amazon'],
    Filters: [
      { Name: 'name', Values: ['al2023-*'] },
      { Name: 'state', Values: ['available'] },
    ],
  });
});

test('a failed page fails the search: a part is no answer', async () => {
  aws
    .on(DescribeImagesCommand, { NextToken: undefined })
    .resolves({ Images: [{ ImageId: 'ami-1' }], NextToken: 't' })
    .on(DescribeImagesCommand, { NextToken: 't' })
    .rejects(Object.assign(new Error(''), { name: 'UnauthorizedOperation' }));
  await expect(amis.find('eu-west-1', [], {})).rejects.toMatchObject({ code: 'ACCESS_DENIED' });
});

test('an ancestry, nearest first, without the AMI itself', async () => {
  aws.on(GetImageAncestryCommand).resolves({
    ImageAncestryEntries: [
      { ImageId: 'ami-3', SourceImageId: 'ami-2' },
      { ImageId: 'ami-2', SourceImageId: 'ami-1' },
      { ImageId: 'ami-1' },
    ],
  });
  await expect(amis.ancestry('eu-west-1', 'ami-3')).resolves.toEqual(['ami-2', 'ami-1']);
});

test('launch permissions are read and changed by kind', async () => {
  const organization = 'arn:aws:organizations::111111111111:organization/o-abcdefghij';
  aws.on(DescribeImageAttributeCommand).resolves({
    LaunchPermissions: [{ UserId: '222222222222' }, { OrganizationArn: organization }, { Group: 'all' }],
  });
  const given = await amis.launchPermissions('eu-west-1', 'ami-1');
  expect(given).toEqual({
    accounts: ['222222222222'],
    organizationArns: [organization],
    organizationalUnitArns: [],
  });

  aws.on(ModifyImageAttributeCommand).resolves({});
  const nothing = { accounts: [], organizationArns: [], organizationalUnitArns: [] };
  await amis.changeLaunchPermissions('eu-west-1', 'ami-1', {
    add: { ...nothing, accounts: Array.from({ length: 101 }, (_, index) => String(index)) },
    remove: { ...nothing, organizationArns: [organization] },
  });
  const changes = aws
    .commandCalls(ModifyImageAttributeCommand)
    .map((it) => it.args[0].input.LaunchPermission);
  expect(changes.map((it) => [it?.Add?.length ?? 0, it?.Remove?.length ?? 0])).toEqual([
    [100, 0],
    [1, 0],
    [0, 1],
  ]);
  await amis.changeLaunchPermissions('eu-west-1', 'ami-1', { add: nothing, remove: nothing });
  expect(aws.commandCalls(ModifyImageAttributeCommand)).toHaveLength(3);
});

test('no tags, no call', async () => {
  aws.on(CreateTagsCommand).resolves({});
  await amis.tag('eu-west-1', ['ami-1', 'snap-1'], { Name: 'web' });
  await amis.tag('eu-west-1', ['ami-1'], {});
  expect(aws.commandCalls(CreateTagsCommand).map((it) => it.args[0].input)).toEqual([
    { Resources: ['ami-1', 'snap-1'], Tags: [{ Key: 'Name', Value: 'web' }] },
  ]);
});
