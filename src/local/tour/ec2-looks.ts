import { bakeTag } from '../../lib/lifecycle/adoption';
import type { Tour } from './step';

const at = (tour: Tour, account: string, caller: string) => {
  const { settings } = tour.bakery.deployments.find((deployment) => deployment.settings.account === account)!;
  return { account, region: settings.region, caller };
};

/** Ids of what carries a bake's id and is there by itself: disks that hang on an instance go with it. */
export function carryingBake(tour: Tour, account: string, bakeId: string): string[] {
  const { ec2 } = tour.bakery.aws;
  const site = at(tour, account, 'observer');
  const Filters = [{ Name: `tag:${bakeTag}`, Values: [bakeId] }];
  const instances = (ec2.DescribeInstances({ Filters }, site).Reservations ?? []).flatMap(
    ({ Instances }) => Instances ?? [],
  );
  return [
    ...instances.flatMap(({ InstanceId, State }) => (State?.Name === 'terminated' ? [] : InstanceId)),
    ...(ec2.DescribeVolumes({ Filters }, site).Volumes ?? []).flatMap(({ VolumeId, State }) =>
      State === 'in-use' ? [] : VolumeId,
    ),
    ...(ec2.DescribeSecurityGroups({ Filters }, site).SecurityGroups ?? []).map(({ GroupId }) => GroupId),
    ...(ec2.DescribeKeyPairs({ Filters }, site).KeyPairs ?? []).map(({ KeyPairId }) => KeyPairId),
    ...(ec2.DescribeImages({ Filters, Owners: ['self'] }, site).Images ?? []).map(({ ImageId }) => ImageId),
    ...(ec2.DescribeSnapshots({ Filters, OwnerIds: ['self'] }, site).Snapshots ?? []).map(
      ({ SnapshotId }) => SnapshotId,
    ),
  ].flatMap((id) => id ?? []);
}

/** Operations of EC2 that take something away. */
const removing = [
  'TerminateInstances',
  'DeleteVolume',
  'DeleteSecurityGroup',
  'DeleteKeyPair',
  'DeregisterImage',
  'DeleteSnapshot',
];

/** Ids that somebody had EC2 take away since the step began. */
export function removedBy(tour: Tour, caller: string): string[] {
  return removing.flatMap((operation) =>
    tour.record
      .calls('EC2', operation)
      .filter(({ site }) => site.caller === caller)
      .flatMap(({ input }) => Object.values(input as Record<string, string | string[]>).flat()),
  );
}

/** Things of other people in the same account. */
export interface Strangers {
  count: number;
  /** Those that are not there any more. */
  missing(): string[];
  /** The key pair that Packer makes where nobody gives it one, as the local bakery does. */
  keyOf(bakeId: string): void;
  remove(): void;
}

/** A machine with key and group that nobody tagged, and a machine that another bakery's build launched long ago. */
export function strangers(tour: Tour, account: string, amiId: string): Strangers {
  const { ec2 } = tour.bakery.aws;
  const site = at(tour, account, 'person:alice');
  const launch = (tags: Record<string, string>) =>
    ec2.RunInstances(
      {
        ImageId: amiId,
        InstanceType: 'm7i.large',
        MinCount: 1,
        MaxCount: 1,
        TagSpecifications: [
          {
            ResourceType: 'instance',
            Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
          },
        ],
      },
      site,
    ).Instances![0]!.InstanceId!;
  const instances = [
    launch({ Name: 'a machine of alice' }),
    launch({ bakery: 'another', 'bakery:image': 'web/x86_64', [bakeTag]: 'b-01jd0000000000000000000000' }),
  ];
  const groupId = ec2.CreateSecurityGroup({ GroupName: 'alice', Description: 'hers' }, site).GroupId!;
  const keyId = ec2.CreateKeyPair({ KeyName: 'alice', KeyType: 'ed25519' }, site).KeyPairId!;
  return {
    count: instances.length + 2,
    missing: () => {
      const running = tour.look
        .instances(account)
        .flatMap(({ InstanceId, State }) => (State?.Name === 'running' ? InstanceId : []));
      const groups = (ec2.DescribeSecurityGroups({}, site).SecurityGroups ?? []).map(
        ({ GroupId }) => GroupId,
      );
      const keys = (ec2.DescribeKeyPairs({}, site).KeyPairs ?? []).map(({ KeyPairId }) => KeyPairId);
      return [...instances, groupId, keyId].filter((id) => ![...running, ...groups, ...keys].includes(id));
    },
    keyOf: (bakeId) => {
      const orphan = tour.look
        .instances(account)
        .find(({ Tags }) => Tags?.some(({ Key, Value }) => Key === bakeTag && Value === bakeId));
      const TagSpecifications = [{ ResourceType: 'key-pair' as const, Tags: orphan?.Tags }];
      ec2.CreateKeyPair({ KeyName: `packer_${bakeId}`, KeyType: 'ed25519', TagSpecifications }, site);
    },
    remove: () => {
      ec2.TerminateInstances({ InstanceIds: instances }, site);
      ec2.DeleteSecurityGroup({ GroupId: groupId }, site);
      ec2.DeleteKeyPair({ KeyPairId: keyId }, site);
    },
  };
}
