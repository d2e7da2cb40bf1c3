import {
  AuthorizeSecurityGroupIngressCommand,
  CreateKeyPairCommand,
  CreateSecurityGroupCommand,
  DeleteKeyPairCommand,
  DeleteSecurityGroupCommand,
  DescribeAvailabilityZonesCommand,
  DescribeInstancesCommand,
  DescribeInstanceTypeOfferingsCommand,
  DescribeKeyPairsCommand,
  DescribeRegionsCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  DescribeTagsCommand,
  DescribeVolumesCommand,
  DescribeVpcsCommand,
  EC2Client,
  RunInstancesCommand,
  StartInstancesCommand,
  StopInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import type { _InstanceType as InstanceType } from '@aws-sdk/client-ec2';
import { errorName } from './backend';
import type { Backend } from './backend';

/** What Packer does on its way to an AMI, and the janitor after it. */
export function ec2BuildCases(backend: () => Backend): void {
  const ec2 = () => backend().client(EC2Client);
  const instanceType: InstanceType = 'm7g.large';

  const launch = async (bake: string): Promise<string> => {
    const Tags = [{ Key: 'bakery:bake', Value: bake }];
    const run = await ec2().send(
      new RunInstancesCommand({
        ImageId: await backend().publicImage(),
        InstanceType: instanceType,
        MinCount: 1,
        MaxCount: 1,
        TagSpecifications: [
          { ResourceType: 'instance', Tags },
          { ResourceType: 'volume', Tags },
        ],
      }),
    );
    await backend().settle();
    return run.Instances![0]!.InstanceId!;
  };
  const stateOf = async (id: string) => {
    await backend().settle();
    const found = await ec2().send(new DescribeInstancesCommand({ InstanceIds: [id] }));
    return found.Reservations?.[0]?.Instances?.[0]?.State?.Name;
  };

  it('an instance runs, stops, starts and is terminated', async () => {
    const id = await launch('b-states');
    expect(await stateOf(id)).toBe('running');
    await ec2().send(new StopInstancesCommand({ InstanceIds: [id] }));
    expect(await stateOf(id)).toBe('stopped');
    await ec2().send(new StartInstancesCommand({ InstanceIds: [id] }));
    expect(await stateOf(id)).toBe('running');
    await ec2().send(new TerminateInstancesCommand({ InstanceIds: [id] }));
    expect(await stateOf(id)).toBe('terminated');
  });

  it('TerminateInstances: what is not there', async () => {
    const InstanceIds = ['i-0fffffffffffffff0'];
    const terminating = ec2().send(new TerminateInstancesCommand({ InstanceIds }));
    expect(await errorName(terminating)).toBe('InvalidInstanceID.NotFound');
  });

  it('instances, volumes and tags are found by the tag they were launched with', async () => {
    const id = await launch('b-found');
    const Filters = [{ Name: 'tag:bakery:bake', Values: ['b-found'] }];
    const instances = await ec2().send(new DescribeInstancesCommand({ Filters }));
    expect(
      instances.Reservations!.flatMap((it) => it.Instances!.map(({ InstanceId }) => InstanceId)),
    ).toEqual([id]);
    const volumes = await ec2().send(new DescribeVolumesCommand({ Filters }));
    expect(volumes.Volumes).toMatchObject([{ State: 'in-use', Attachments: [{ InstanceId: id }] }]);
    const tags = await ec2().send(
      new DescribeTagsCommand({ Filters: [{ Name: 'resource-id', Values: [id] }] }),
    );
    expect(tags.Tags).toMatchObject([{ Key: 'bakery:bake', Value: 'b-found', ResourceType: 'instance' }]);
  });

  it('a key pair is made with its private key, found and deleted; deleting it again is no error', async () => {
    const KeyName = 'contract-key';
    const made = await ec2().send(new CreateKeyPairCommand({ KeyName }));
    expect(made.KeyMaterial).toContain('PRIVATE KEY');
    const find = () => ec2().send(new DescribeKeyPairsCommand({ KeyNames: [KeyName] }));
    expect((await find()).KeyPairs).toMatchObject([{ KeyName, KeyPairId: made.KeyPairId }]);
    expect(await errorName(ec2().send(new CreateKeyPairCommand({ KeyName })))).toBe(
      'InvalidKeyPair.Duplicate',
    );
    await ec2().send(new DeleteKeyPairCommand({ KeyName }));
    expect(await errorName(find())).toBe('InvalidKeyPair.NotFound');
    expect(await errorName(ec2().send(new DeleteKeyPairCommand({ KeyName })))).toBe('none');
  });

  it('a security group is made in a VPC, opened, found and deleted', async () => {
    const { Vpcs } = await ec2().send(new DescribeVpcsCommand({}));
    const VpcId = Vpcs![0]!.VpcId!;
    const { GroupId } = await ec2().send(
      new CreateSecurityGroupCommand({ GroupName: 'contract-group', Description: 'contract', VpcId }),
    );
    await ec2().send(
      new AuthorizeSecurityGroupIngressCommand({
        GroupId: GroupId!,
        IpPermissions: [
          { IpProtocol: 'tcp', FromPort: 22, ToPort: 22, IpRanges: [{ CidrIp: '10.0.0.0/8' }] },
        ],
      }),
    );
    const find = () => ec2().send(new DescribeSecurityGroupsCommand({ GroupIds: [GroupId!] }));
    expect((await find()).SecurityGroups).toMatchObject([{ GroupId, GroupName: 'contract-group', VpcId }]);
    await ec2().send(new DeleteSecurityGroupCommand({ GroupId: GroupId! }));
    expect(await errorName(find())).toBe('InvalidGroup.NotFound');
  });

  it('subnets, zones, regions and instance types that a build may ask for are there', async () => {
    const { Subnets } = await ec2().send(new DescribeSubnetsCommand({}));
    expect(Subnets!.length).toBeGreaterThan(0);
    const { AvailabilityZones } = await ec2().send(new DescribeAvailabilityZonesCommand({}));
    expect(AvailabilityZones!.map(({ ZoneName }) => ZoneName)).toContain('eu-west-1a');
    const { Regions } = await ec2().send(new DescribeRegionsCommand({}));
    expect(Regions!.map(({ RegionName }) => RegionName)).toContain('eu-west-1');
    const { InstanceTypeOfferings } = await ec2().send(
      new DescribeInstanceTypeOfferingsCommand({
        LocationType: 'availability-zone',
        Filters: [{ Name: 'instance-type', Values: ['m5.large'] }],
      }),
    );
    expect(InstanceTypeOfferings!.every((it) => it.InstanceType === 'm5.large')).toBe(true);
  });
}
