import type { Architecture, ImageKey, Share } from '../definitions/catalog';
import type { Settings } from '../settings/settings';

/** The deployment that is looked at: what somebody wrote, and the names that follow from it. */
export interface Subject {
  /** Where it is written, for cures: `config/prod.yml`. */
  source: string;
  settings: Settings;
  /** Roles of the stack; absent where it has none. */
  bakeRoleArn?: string;
  reconcileRoleArn?: string;
  /** What receives the announcements of upstreams. */
  upstreamFunctionArn: string;
  /** The stack makes the image repo. */
  makesRepo: boolean;
  /** CodeBuild's own network, where it runs in one. */
  buildVpc?: { vpcId: string; subnetIds: string[]; securityGroupIds: string[] };
  /** As the names of CodeBuild's quotas have it; absent for a consumer. */
  buildMachine?: { system: 'Linux' | 'ARM'; size: 'Small' | 'Medium' | 'Large' };
  /** Instance profiles that builds may give to instances, with the role in each. */
  profiles: { profile: string; role: string }[];
  /** ARNs of keys that builds encrypt volumes with. */
  buildKeys: string[];
  followers: { accounts: string[]; organizationId?: string };
  /** Names of the queues for what nobody could handle. */
  deadLetterQueues: string[];
}

/** An image of bakery.yml with what preflight needs of it. */
export interface CheckedImage {
  key: ImageKey;
  architecture: Architecture;
  /** Within the ceilings. */
  share: Share;
  instanceType: string;
  instanceProfile?: string;
  /** Every region it goes to, with the key that is asked for there. */
  regions: { region: string; kmsKey?: string }[];
  /** What the ledger says of its channels; empty before the first bake. */
  channels: CheckedChannel[];
}

export interface CheckedChannel {
  channel: string;
  /** A move is under way: parameters and permissions may lag behind. */
  moving: boolean;
  /** By region. */
  amis: Record<string, string>;
  /** Names by region, as they were confirmed. */
  parameters: Record<string, string>;
}

/** Accounts, organisations and OUs beyond the owner. */
export const isShared = ({ share }: Pick<CheckedImage, 'share'>): boolean =>
  share.accounts.length + share.organizations.length + share.organizationalUnits.length > 0;

/** `arn:aws` or the partition that the region is in. */
export const partitionOf = (region: string): string =>
  region.startsWith('cn-') ? 'aws-cn' : region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';

/** Every region that the deployment acts in, its own first. */
export const regionsOf = (settings: Settings, images: readonly CheckedImage[]): string[] => [
  ...new Set([
    settings.region,
    ...settings.ceilings.regions,
    ...images.flatMap(({ regions }) => regions.map(({ region }) => region)),
  ]),
];
