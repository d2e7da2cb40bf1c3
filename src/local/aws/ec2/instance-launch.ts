import type { BlockDeviceMapping, Reservation, RunInstancesRequest } from '@aws-sdk/client-ec2';
import type { CallSite } from '../world';
import { ec2Failure, required } from './failures';
import { checkArchitecture, usableImage } from './image-visibility';
import { moveInstance } from './instance-state';
import type { Ec2Model } from './model';
import { groupIdentifier, type StoredImage, type StoredInstance, type StoredSecurityGroup } from './state';

/** Launches what was asked for, after the checks of RunInstances, and answers the reservation's id. */
export function launch(model: Ec2Model, input: RunInstancesRequest, at: CallSite): string {
  const image = usableImage(model, input.ImageId, at.account, at.region);
  const type = input.InstanceType ?? 'm1.small';
  checkArchitecture(type, image);
  const place = placement(model, input, at);
  if (input.KeyName !== undefined && !model.account(at).keyPairs.has(input.KeyName)) {
    throw ec2Failure('InvalidKeyPair.NotFound', `The key pair '${input.KeyName}' does not exist`);
  }
  image.image.LastLaunchedTime = new Date(model.now).toISOString();
  const reservationId = model.id('r');
  const count = required(input.MaxCount, 'MaxCount');
  for (let i = 0; i < count; i += 1) launchOne(model, input, at, { image, type, place, reservationId });
  return reservationId;
}

interface Placement {
  subnetId: string;
  vpcId: string;
  zone: string | undefined;
  groups: StoredSecurityGroup[];
}

function launchOne(
  model: Ec2Model,
  input: RunInstancesRequest,
  at: CallSite,
  launching: { image: StoredImage; type: string; place: Placement; reservationId: string },
): void {
  const { image, type, place, reservationId } = launching;
  const InstanceId = model.id('i');
  const address = `10.0.${model.world.chance.below(256)}.${4 + model.world.chance.below(250)}`;
  const mappings = mergedMappings(image.image.BlockDeviceMappings ?? [], input.BlockDeviceMappings ?? []);
  const stored: StoredInstance = {
    reservationId,
    shutdownBehavior: input.InstanceInitiatedShutdownBehavior ?? 'stop',
    disableApiTermination: input.DisableApiTermination ?? false,
    userData: input.UserData,
    instance: {
      InstanceId,
      ImageId: image.image.ImageId,
      InstanceType: type as never,
      Architecture: image.image.Architecture,
      ClientToken: input.ClientToken,
      EnaSupport: true,
      Hypervisor: 'xen',
      IamInstanceProfile:
        input.IamInstanceProfile === undefined
          ? undefined
          : { Arn: input.IamInstanceProfile.Arn ?? profileArn(at.account, input.IamInstanceProfile.Name) },
      InstanceLifecycle: input.InstanceMarketOptions?.MarketType === 'spot' ? 'spot' : undefined,
      KeyName: input.KeyName,
      LaunchTime: new Date(model.now),
      MetadataOptions: { HttpTokens: 'optional', ...input.MetadataOptions, State: 'applied' },
      Monitoring: { State: 'disabled' },
      Placement: { AvailabilityZone: place.zone, Tenancy: 'default' },
      PrivateDnsName: `ip-${address.replaceAll('.', '-')}.${at.region}.compute.internal`,
      PrivateIpAddress: address,
      RootDeviceName: image.image.RootDeviceName,
      RootDeviceType: 'ebs',
      SecurityGroups: place.groups.map(groupIdentifier),
      SourceDestCheck: true,
      State: { Code: 0, Name: 'pending' },
      SubnetId: place.subnetId,
      VirtualizationType: 'hvm',
      VpcId: place.vpcId,
      BlockDeviceMappings: mappings.map((mapping) =>
        attachVolume(model, input, at, InstanceId, place, mapping),
      ),
    },
  };
  model.account(at).instances.set(InstanceId, stored);
  model.setTagsAsSpecified(at, InstanceId, 'instance', input.TagSpecifications);
  moveInstance(model, at, stored, 'running');
}

const profileArn = (account: string, name: string | undefined): string =>
  `arn:aws:iam::${account}:instance-profile/${name}`;

/** The launch's own mapping of a device goes over the image's; NoDevice takes it away. */
function mergedMappings(ofImage: BlockDeviceMapping[], ofLaunch: BlockDeviceMapping[]): BlockDeviceMapping[] {
  const byDevice = new Map(ofImage.map((mapping) => [mapping.DeviceName, mapping]));
  for (const mapping of ofLaunch) {
    const ebs = { ...byDevice.get(mapping.DeviceName)?.Ebs, ...mapping.Ebs };
    byDevice.set(mapping.DeviceName, { ...mapping, Ebs: ebs });
  }
  return [...byDevice.values()].filter(
    ({ NoDevice, VirtualName }) => NoDevice === undefined && VirtualName === undefined,
  );
}

function attachVolume(
  model: Ec2Model,
  input: RunInstancesRequest,
  at: CallSite,
  instanceId: string,
  place: Placement,
  { DeviceName, Ebs }: BlockDeviceMapping,
) {
  const VolumeId = model.id('vol');
  const DeleteOnTermination = Ebs?.DeleteOnTermination ?? true;
  const attachment = { InstanceId: instanceId, VolumeId, Device: DeviceName, DeleteOnTermination };
  model.account(at).volumes.set(VolumeId, {
    VolumeId,
    AvailabilityZone: place.zone,
    CreateTime: new Date(model.now),
    Encrypted: (Ebs?.Encrypted ?? false) || Ebs?.KmsKeyId !== undefined,
    KmsKeyId: Ebs?.KmsKeyId,
    Size: Ebs?.VolumeSize ?? 8,
    SnapshotId: Ebs?.SnapshotId,
    VolumeType: Ebs?.VolumeType ?? 'gp2',
    State: 'in-use',
    Attachments: [{ ...attachment, State: 'attached', AttachTime: new Date(model.now) }],
  });
  model.setTagsAsSpecified(at, VolumeId, 'volume', input.TagSpecifications);
  return {
    DeviceName,
    Ebs: { VolumeId, DeleteOnTermination, Status: 'attached' as const, AttachTime: new Date(model.now) },
  };
}

function placement(model: Ec2Model, input: RunInstancesRequest, at: CallSite): Placement {
  const own = model.account(at);
  const network = input.NetworkInterfaces?.[0];
  const subnetId = input.SubnetId ?? network?.SubnetId;
  const zone = input.Placement?.AvailabilityZone;
  const inDefault = [...own.subnets.values()].find(
    (subnet) => subnet.DefaultForAz === true && (zone === undefined || subnet.AvailabilityZone === zone),
  );
  const subnet = subnetId === undefined ? inDefault : own.subnets.get(subnetId);
  if (subnet === undefined) {
    throw subnetId === undefined
      ? ec2Failure('VPCIdNotSpecified', 'No default VPC for this user')
      : ec2Failure('InvalidSubnetID.NotFound', `The subnet ID '${subnetId}' does not exist`);
  }
  const wanted = input.SecurityGroupIds ?? network?.Groups ?? [];
  const groups = wanted.map((id) => {
    const group = own.groups.get(id);
    if (group === undefined) {
      throw ec2Failure('InvalidGroup.NotFound', `The security group '${id}' does not exist`);
    }
    if (group.VpcId !== subnet.VpcId) {
      throw ec2Failure(
        'InvalidParameter',
        `Security group ${id} and subnet ${subnet.SubnetId} belong to different networks.`,
      );
    }
    return group;
  });
  const fallback = [...own.groups.values()].filter(
    (g) => g.VpcId === subnet.VpcId && g.GroupName === 'default',
  );
  return {
    subnetId: subnet.SubnetId,
    vpcId: subnet.VpcId,
    zone: subnet.AvailabilityZone,
    groups: groups.length > 0 ? groups : fallback,
  };
}

/** What RunInstances answers. */
export function reservation(model: Ec2Model, at: CallSite, reservationId: string): Reservation {
  const instances = [...model.account(at).instances.values()].filter(
    (i) => i.reservationId === reservationId,
  );
  return {
    ReservationId: reservationId,
    OwnerId: at.account,
    Groups: [],
    Instances: instances.map(({ instance }) => ({
      ...instance,
      Tags: model.tagList(at, instance.InstanceId),
    })),
  };
}
