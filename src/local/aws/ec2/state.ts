import type {
  GroupIdentifier,
  Image,
  ImageUsageReport,
  ImageUsageReportEntry,
  Instance,
  LaunchTemplate,
  Snapshot,
  Subnet,
  Volume,
  Vpc,
} from '@aws-sdk/client-ec2';
import type { IpPermission } from '@aws-sdk/client-ec2';

/** An AMI as EC2 keeps it. Images are one per region, seen by accounts as `grants` and owner allow. */
export interface StoredImage {
  image: Omit<Image, 'Tags' | 'Public'> & { ImageId: string; OwnerId: string; Name: string };
  region: string;
  /** Entity (account id, organisation or OU ARN, or `all`) → world time it was added. */
  grants: Map<string, number>;
  deregistered: boolean;
  madeAtMs: number;
}

export interface StoredSnapshot {
  snapshot: Omit<Snapshot, 'Tags'> & { SnapshotId: string; OwnerId: string };
  /** Account ids, or `all`. */
  grants: Set<string>;
}

export interface StoredInstance {
  instance: Omit<Instance, 'Tags'> & { InstanceId: string };
  reservationId: string;
  shutdownBehavior: 'stop' | 'terminate';
  disableApiTermination: boolean;
  userData?: string;
  terminatedAtMs?: number;
}

export interface StoredSecurityGroup {
  GroupId: string;
  GroupName: string;
  Description: string;
  VpcId: string;
  IpPermissions: IpPermission[];
}

export interface StoredKeyPair {
  KeyPairId: string;
  KeyName: string;
  KeyType: 'rsa' | 'ed25519';
  KeyFingerprint: string;
  CreateTime: Date;
}

export interface StoredTemplate {
  template: LaunchTemplate & { LaunchTemplateId: string };
  /** `ImageId` of each version, oldest first; undefined where a version names none. */
  imageIds: (string | undefined)[];
}

export interface StoredReport {
  report: ImageUsageReport & { ReportId: string; ImageId: string };
  entries: ImageUsageReportEntry[];
}

/** What all accounts of a region share. */
export interface RegionState {
  images: Map<string, StoredImage>;
  snapshots: Map<string, StoredSnapshot>;
}

/** What an account has in a region. */
export interface AccountState {
  instances: Map<string, StoredInstance>;
  volumes: Map<string, Volume & { VolumeId: string }>;
  vpcs: Map<string, Vpc & { VpcId: string }>;
  subnets: Map<string, Subnet & { SubnetId: string; VpcId: string }>;
  groups: Map<string, StoredSecurityGroup>;
  keyPairs: Map<string, StoredKeyPair>;
  templates: Map<string, StoredTemplate>;
  /** Usage reports of its AMIs. */
  reports: StoredReport[];
  /** Tags belong to the account that set them: who an AMI is shared with sees none of its owner's. */
  tags: Map<string, Map<string, string>>;
  /** Client token → what was asked under it, and what it gave. */
  tokens: Map<string, { request: string; resourceId: string }>;
}

export const emptyRegion = (): RegionState => ({ images: new Map(), snapshots: new Map() });

export const emptyAccount = (): AccountState => ({
  instances: new Map(),
  volumes: new Map(),
  vpcs: new Map(),
  subnets: new Map(),
  groups: new Map(),
  keyPairs: new Map(),
  templates: new Map(),
  reports: [],
  tags: new Map(),
  tokens: new Map(),
});

export const groupIdentifier = (group: StoredSecurityGroup): GroupIdentifier => ({
  GroupId: group.GroupId,
  GroupName: group.GroupName,
});
