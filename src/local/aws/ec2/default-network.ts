import type { AccountState } from './state';

/** Gives an account the default VPC of a region: three subnets, one security group. */
export function seedDefaultNetwork(
  state: AccountState,
  { account, region }: { account: string; region: string },
  id: (prefix: string) => string,
): AccountState {
  const vpcId = id('vpc');
  addVpc(state, { account, vpcId, cidr: '172.31.0.0/16', isDefault: true });
  for (const [index, zone] of ['a', 'b', 'c'].entries()) {
    const cidr = `172.31.${index * 16}.0/20`;
    addSubnet(state, { account, region, vpcId, subnetId: id('subnet'), zone, cidr, isDefault: true });
  }
  addSecurityGroup(state, { vpcId, groupId: id('sg'), name: 'default' });
  return state;
}

export function addVpc(
  state: AccountState,
  vpc: { account: string; vpcId: string; cidr?: string; isDefault?: boolean },
): void {
  state.vpcs.set(vpc.vpcId, {
    VpcId: vpc.vpcId,
    OwnerId: vpc.account,
    CidrBlock: vpc.cidr ?? '10.0.0.0/16',
    IsDefault: vpc.isDefault ?? false,
    State: 'available',
    InstanceTenancy: 'default',
  });
}

export function addSubnet(
  state: AccountState,
  subnet: {
    account: string;
    region: string;
    vpcId: string;
    subnetId: string;
    /** The letter of the availability zone. */
    zone?: string;
    cidr?: string;
    isDefault?: boolean;
  },
): void {
  state.subnets.set(subnet.subnetId, {
    SubnetId: subnet.subnetId,
    VpcId: subnet.vpcId,
    OwnerId: subnet.account,
    AvailabilityZone: `${subnet.region}${subnet.zone ?? 'a'}`,
    CidrBlock: subnet.cidr ?? '10.0.0.0/24',
    AvailableIpAddressCount: 4091,
    DefaultForAz: subnet.isDefault ?? false,
    MapPublicIpOnLaunch: subnet.isDefault ?? false,
    State: 'available',
  });
}

export function addSecurityGroup(
  state: AccountState,
  group: { vpcId: string; groupId: string; name: string; description?: string },
): void {
  state.groups.set(group.groupId, {
    GroupId: group.groupId,
    GroupName: group.name,
    Description: group.description ?? `${group.name} VPC security group`,
    VpcId: group.vpcId,
    IpPermissions: [],
  });
}
