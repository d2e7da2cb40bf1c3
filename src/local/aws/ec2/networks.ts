import type {
  AuthorizeSecurityGroupIngressRequest,
  CreateSecurityGroupRequest,
  CreateSecurityGroupResult,
  DeleteSecurityGroupRequest,
  DescribeSecurityGroupsRequest,
  DescribeSecurityGroupsResult,
  DescribeSubnetsRequest,
  DescribeSubnetsResult,
  DescribeVpcsRequest,
  DescribeVpcsResult,
  Subnet,
  Vpc,
} from '@aws-sdk/client-ec2';
import type { CallSite } from '../world';
import { ec2Failure, required } from './failures';
import { filtered, type FilterFields } from './filters';
import type { Ec2Model } from './model';
import { page } from './pages';
import type { StoredSecurityGroup } from './state';

const vpcFields: FilterFields<Vpc> = {
  'vpc-id': ({ VpcId }) => VpcId,
  cidr: ({ CidrBlock }) => CidrBlock,
  'is-default': ({ IsDefault }) => IsDefault,
  isDefault: ({ IsDefault }) => IsDefault,
  state: ({ State }) => State,
};
const subnetFields: FilterFields<Subnet> = {
  'subnet-id': ({ SubnetId }) => SubnetId,
  'vpc-id': ({ VpcId }) => VpcId,
  'availability-zone': ({ AvailabilityZone }) => AvailabilityZone,
  availabilityZone: ({ AvailabilityZone }) => AvailabilityZone,
  'cidr-block': ({ CidrBlock }) => CidrBlock,
  'default-for-az': ({ DefaultForAz }) => DefaultForAz,
  defaultForAz: ({ DefaultForAz }) => DefaultForAz,
  state: ({ State }) => State,
};
const groupFields: FilterFields<StoredSecurityGroup> = {
  'group-id': ({ GroupId }) => GroupId,
  'group-name': ({ GroupName }) => GroupName,
  description: ({ Description }) => Description,
  'vpc-id': ({ VpcId }) => VpcId,
};

/** VPCs and subnets (seeded, read only) and security groups. */
export function networkOperations(model: Ec2Model) {
  const group = (id: string | undefined, at: CallSite): StoredSecurityGroup => {
    const wanted = required(id, 'GroupId');
    const found = model.account(at).groups.get(wanted);
    if (found === undefined) {
      throw ec2Failure('InvalidGroup.NotFound', `The security group '${wanted}' does not exist`);
    }
    return found;
  };
  return {
    DescribeVpcs(input: DescribeVpcsRequest, at: CallSite): DescribeVpcsResult {
      const { vpcs } = model.account(at);
      const asked = byId(vpcs, input.VpcIds, 'InvalidVpcID.NotFound', 'vpc');
      const found = filtered(asked, input.Filters, vpcFields, ({ VpcId }) => model.tagsOf(at, VpcId));
      const { items, next } = page(found, input, { ...model.options, least: 5 });
      return { Vpcs: items.map((vpc) => ({ ...vpc, Tags: model.tagList(at, vpc.VpcId) })), NextToken: next };
    },

    DescribeSubnets(input: DescribeSubnetsRequest, at: CallSite): DescribeSubnetsResult {
      const { subnets } = model.account(at);
      const asked = byId(subnets, input.SubnetIds, 'InvalidSubnetID.NotFound', 'subnet');
      const found = filtered(asked, input.Filters, subnetFields, (s) => model.tagsOf(at, s.SubnetId));
      const { items, next } = page(found, input, { ...model.options, least: 5 });
      return { Subnets: items.map((s) => ({ ...s, Tags: model.tagList(at, s.SubnetId) })), NextToken: next };
    },

    DescribeSecurityGroups(input: DescribeSecurityGroupsRequest, at: CallSite): DescribeSecurityGroupsResult {
      const { groups } = model.account(at);
      const asked = byId(groups, input.GroupIds, 'InvalidGroup.NotFound', 'security group').filter(
        ({ GroupName }) => input.GroupNames === undefined || input.GroupNames.includes(GroupName),
      );
      const found = filtered(asked, input.Filters, groupFields, (g) => model.tagsOf(at, g.GroupId));
      const { items, next } = page(found, input, { ...model.options, least: 5 });
      return {
        SecurityGroups: items.map((found) => ({
          ...found,
          OwnerId: at.account,
          Tags: model.tagList(at, found.GroupId),
        })),
        NextToken: next,
      };
    },

    CreateSecurityGroup(input: CreateSecurityGroupRequest, at: CallSite): CreateSecurityGroupResult {
      const own = model.account(at);
      const name = required(input.GroupName, 'GroupName');
      const description = required(input.Description, 'GroupDescription');
      const vpcId = input.VpcId ?? [...own.vpcs.values()].find((vpc) => vpc.IsDefault)?.VpcId;
      if (vpcId === undefined) throw ec2Failure('VPCIdNotSpecified', 'No default VPC for this user');
      if (!own.vpcs.has(vpcId)) {
        throw ec2Failure('InvalidVpcID.NotFound', `The vpc ID '${vpcId}' does not exist`);
      }
      if ([...own.groups.values()].some((g) => g.VpcId === vpcId && g.GroupName === name)) {
        throw ec2Failure(
          'InvalidGroup.Duplicate',
          `The security group '${name}' already exists for VPC '${vpcId}'`,
        );
      }
      const GroupId = model.id('sg');
      own.groups.set(GroupId, {
        GroupId,
        GroupName: name,
        Description: description,
        VpcId: vpcId,
        IpPermissions: [],
      });
      model.setTagsAsSpecified(at, GroupId, 'security-group', input.TagSpecifications);
      return { GroupId, Tags: model.tagList(at, GroupId) };
    },

    AuthorizeSecurityGroupIngress(input: AuthorizeSecurityGroupIngressRequest, at: CallSite) {
      const { IpPermissions: held } = group(input.GroupId, at);
      const { IpProtocol, FromPort, ToPort, CidrIp } = input;
      const asked = input.IpPermissions ?? [{ IpProtocol, FromPort, ToPort, IpRanges: [{ CidrIp }] }];
      for (const permission of asked) {
        if (held.some((other) => JSON.stringify(other) === JSON.stringify(permission))) {
          throw ec2Failure('InvalidPermission.Duplicate', 'the specified rule already exists');
        }
        held.push(permission);
      }
      return { Return: true };
    },

    DeleteSecurityGroup(input: DeleteSecurityGroupRequest, at: CallSite) {
      const { GroupId } = group(input.GroupId, at);
      const own = model.account(at);
      for (const { instance } of own.instances.values()) {
        const uses = instance.SecurityGroups?.some((used) => used.GroupId === GroupId);
        if (uses && instance.State?.Name !== 'terminated') {
          throw ec2Failure('DependencyViolation', `resource ${GroupId} has a dependent object`);
        }
      }
      own.groups.delete(GroupId);
      return { Return: true, GroupId };
    },
  };
}

function byId<T>(all: Map<string, T>, ids: string[] | undefined, code: string, noun: string): T[] {
  if (ids === undefined || ids.length === 0) return [...all.values()];
  return ids.map((id) => {
    const found = all.get(id);
    if (found === undefined) throw ec2Failure(code, `The ${noun} ID '${id}' does not exist`);
    return found;
  });
}
