import { bake, base, failure, localEc2, platform, shop } from './world';

const one = { ImageId: base, InstanceType: 't3.micro', MinCount: 1, MaxCount: 1 } as const;

describe('RunInstances', () => {
  it.each([
    ['an AMI that never was', { ImageId: 'ami-0bbbbbbbbbbbbbbb2' }, 'InvalidAMIID.NotFound'],
    ['something that is no AMI id', { ImageId: 'base' }, 'InvalidAMIID.Malformed'],
    ['an ARM instance type for an x86 AMI', { InstanceType: 't4g.micro' }, 'InvalidParameterValue'],
    ['an unknown subnet', { SubnetId: 'subnet-4d13d12a' }, 'InvalidSubnetID.NotFound'],
    ['an unknown group', { SecurityGroupIds: ['sg-1'] }, 'InvalidGroup.NotFound'],
    ['an unknown key', { KeyName: 'mine' }, 'InvalidKeyPair.NotFound'],
  ] as const)('refuses %s', (_name, change, code) => {
    const { ec2 } = localEc2();
    expect(failure(() => ec2.RunInstances({ ...one, ...change } as never, platform))).toBe(code);
  });

  it('refuses an AMI that is not available yet', () => {
    const { ec2 } = localEc2();
    const pending = bake(ec2, 'pending');
    expect(failure(() => ec2.RunInstances({ ...one, ImageId: pending }, platform))).toBe(
      'InvalidAMIID.Unavailable',
    );
  });

  it('tags what it launches, and launches once per token', () => {
    const { ec2 } = localEc2();
    const tags = [{ Key: 'bakery:bake', Value: 'b-1' }];
    const input = {
      ...one,
      ClientToken: 'b-1',
      TagSpecifications: [
        { ResourceType: 'instance' as const, Tags: tags },
        { ResourceType: 'volume' as const, Tags: tags },
      ],
    };
    const first = ec2.RunInstances(input, platform);
    const second = ec2.RunInstances(input, platform);
    expect(second.Instances![0]!.InstanceId).toBe(first.Instances![0]!.InstanceId);
    const found = ec2.DescribeInstances(
      { Filters: [{ Name: 'tag:bakery:bake', Values: ['b-*'] }] },
      platform,
    );
    expect(found.Reservations![0]!.Instances).toMatchObject([{ Tags: tags, State: { Name: 'running' } }]);
    const volumes = ec2.DescribeVolumes(
      { Filters: [{ Name: 'tag-key', Values: ['bakery:bake'] }] },
      platform,
    );
    expect(volumes.Volumes).toHaveLength(1);
  });

  it('places it in the subnet and groups of a seeded network', () => {
    const { ec2 } = localEc2();
    ec2.seedSubnet(platform, { subnetId: 'subnet-4d13d12a', vpcId: 'vpc-4925e72e' });
    const { GroupId } = ec2.CreateSecurityGroup(
      { GroupName: 'packer', Description: 'temporary', VpcId: 'vpc-4925e72e' },
      platform,
    );
    const input = { ...one, SubnetId: 'subnet-4d13d12a', SecurityGroupIds: [GroupId!] };
    const [instance] = ec2.RunInstances(input, platform).Instances!;
    expect(instance).toMatchObject({ VpcId: 'vpc-4925e72e', SecurityGroups: [{ GroupId }] });
    expect(failure(() => ec2.DeleteSecurityGroup({ GroupId }, platform))).toBe('DependencyViolation');
    ec2.TerminateInstances({ InstanceIds: [instance!.InstanceId!] }, platform);
    expect(failure(() => ec2.DeleteSecurityGroup({ GroupId }, platform))).toBe('none');
  });
});

describe('an instance', () => {
  it('takes its time from one state to the next', async () => {
    const { ec2, settle } = localEc2({ instanceStepMs: 1_000 });
    const id = ec2.RunInstances(one, platform).Instances![0]!.InstanceId!;
    const state = () =>
      ec2.DescribeInstances({ InstanceIds: [id] }, platform).Reservations![0]!.Instances![0]!.State!.Name;
    const seen = [state()];
    await settle();
    seen.push(state());
    for (const step of ['StopInstances', 'StartInstances', 'TerminateInstances'] as const) {
      ec2[step]({ InstanceIds: [id] }, platform);
      seen.push(state());
      await settle();
      seen.push(state());
    }
    expect(seen).toEqual([
      ...['pending', 'running', 'stopping', 'stopped', 'pending', 'running'],
      ...['shutting-down', 'terminated'],
    ]);
  });

  it.each([
    ['terminate', 'terminated'],
    ['stop', 'stopped'],
    [undefined, 'stopped'],
  ] as const)('with shutdown behaviour %s is %s after shutdown -P', (behavior, expected) => {
    const { ec2 } = localEc2();
    const id = ec2.RunInstances({ ...one, InstanceInitiatedShutdownBehavior: behavior }, platform)
      .Instances![0]!.InstanceId!;
    ec2.shutDownFromInside(platform, id);
    const { Reservations } = ec2.DescribeInstances({ InstanceIds: [id] }, platform);
    expect(Reservations![0]!.Instances![0]!.State!.Name).toBe(expected);
  });

  it('is shown for an hour after its end, without its volumes', () => {
    const { ec2, clock } = localEc2();
    const id = ec2.RunInstances(one, platform).Instances![0]!.InstanceId!;
    ec2.TerminateInstances({ InstanceIds: [id] }, platform);
    expect(ec2.DescribeVolumes({}, platform).Volumes).toEqual([]);
    expect(ec2.DescribeInstances({}, platform).Reservations).toHaveLength(1);
    clock.advanceTo(clock.now() + 3_600_001);
    expect(ec2.DescribeInstances({}, platform).Reservations).toEqual([]);
    expect(failure(() => ec2.TerminateInstances({ InstanceIds: [id] }, platform))).toBe(
      'InvalidInstanceID.NotFound',
    );
  });

  it('belongs to one account', () => {
    const { ec2 } = localEc2();
    const id = ec2.RunInstances(one, platform).Instances![0]!.InstanceId!;
    expect(ec2.DescribeInstances({}, shop).Reservations).toEqual([]);
    expect(failure(() => ec2.TerminateInstances({ InstanceIds: [id] }, shop))).toBe(
      'InvalidInstanceID.NotFound',
    );
  });
});

describe('key pairs', () => {
  it('are made once per name, and deleting a missing one is no error', () => {
    const { ec2 } = localEc2();
    const made = ec2.CreateKeyPair({ KeyName: 'packer', KeyType: 'ed25519' }, platform);
    expect(made.KeyMaterial).toContain('BEGIN PRIVATE KEY');
    expect(failure(() => ec2.CreateKeyPair({ KeyName: 'packer' }, platform))).toBe(
      'InvalidKeyPair.Duplicate',
    );
    ec2.DeleteKeyPair({ KeyName: 'packer' }, platform);
    ec2.DeleteKeyPair({ KeyName: 'packer' }, platform);
    expect(ec2.DescribeKeyPairs({}, platform).KeyPairs).toEqual([]);
  });
});

describe('tags', () => {
  it('are set, listed and deleted', () => {
    const { ec2 } = localEc2();
    const id = ec2.RunInstances(one, platform).Instances![0]!.InstanceId!;
    ec2.CreateTags(
      {
        Resources: [id],
        Tags: [
          { Key: 'a', Value: '1' },
          { Key: 'b', Value: '2' },
        ],
      },
      platform,
    );
    ec2.DeleteTags({ Resources: [id], Tags: [{ Key: 'a', Value: 'other' }, { Key: 'b' }] }, platform);
    const filter = { Filters: [{ Name: 'resource-id', Values: [id] }] };
    expect(ec2.DescribeTags(filter, platform).Tags).toEqual([
      { ResourceId: id, ResourceType: 'instance', Key: 'a', Value: '1' },
    ]);
  });

  it.each([
    ['reserved', [{ Key: 'aws:x', Value: '' }], 'InvalidParameterValue'],
    ['too long', [{ Key: 'k', Value: 'v'.repeat(256) }], 'InvalidParameterValue'],
    ['too many', Array.from({ length: 51 }, (_, i) => ({ Key: `k${i}`, Value: '' })), 'TagLimitExceeded'],
  ])('are refused when %s', (_name, Tags, code) => {
    const { ec2 } = localEc2();
    const id = ec2.RunInstances(one, platform).Instances![0]!.InstanceId!;
    expect(failure(() => ec2.CreateTags({ Resources: [id], Tags }, platform))).toBe(code);
  });
});
