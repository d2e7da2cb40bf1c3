import type { Known } from '../definitions/known';
import type { AmiObservation, LaunchPermissions } from '../lifecycle/observation';
import type { CheckedImage, Subject } from './subject';

/** What was seen of an account, for the checks to judge. What could not be read is unknown, never absent. */
export interface Facts {
  subject: Subject;
  /** False before the first deployment: then nothing that the stack makes is missed. */
  deployed: Known<boolean>;
  images: Known<CheckedImage[]>;
  regions: RegionFacts[];
  keys: KeyFacts[];
  network: NetworkFacts;
  instanceTypes: Known<InstanceTypeFacts>;
  builds: BuildFacts;
  repo: Known<{ repository: boolean; branch: boolean }>;
  profiles: ProfileFacts[];
  rights: RightsFacts[];
  topic: Known<TopicFacts | undefined>;
  subscriptions: SubscriptionFacts[];
  deadLetters: { queue: string; waiting: Known<number | undefined> }[];
  drift: DriftFacts[];
  strangers: Known<ParameterFacts[]>;
}

export interface RegionFacts {
  region: string;
  /** How many the account owns. */
  amis: Known<number>;
  /** EC2 said that the caller may not even look, in this region. */
  refused: boolean;
  amiQuota: Known<number | undefined>;
  ebs: Known<EbsDefaults>;
}

export interface EbsDefaults {
  encryptedByDefault: boolean;
  /** `alias/aws/ebs` or the ARN of a key. */
  defaultKey: string;
}

/** A key as it is asked for, in a region, by images. */
export interface KeyFacts {
  region: string;
  /** Id, alias or ARN, as written. */
  asked: string;
  /** Where it is asked for. */
  by: string[];
  /** Images that are encrypted with it and shared. */
  images: CheckedImage[];
  key: Known<ObservedKey | undefined>;
  policy: Known<string | undefined>;
  grants: Known<KeyGrant[]>;
}

export interface ObservedKey {
  arn: string;
  /** The account that owns it. */
  account: string;
  state: string;
  /** AWS made it for a service: nobody can change its policy. */
  managedByAws: boolean;
  spec: string;
  usage: string;
}

export interface KeyGrant {
  grantee: string;
  operations: string[];
}

export interface NetworkFacts {
  /** The subnet of build instances, and those of CodeBuild itself. */
  subnets: Known<ObservedSubnet[]>;
  routeTables: Known<ObservedRouteTable[]>;
  endpoints: Known<ObservedEndpoint[]>;
  securityGroups: Known<{ id: string; vpcId: string }[]>;
}

export interface ObservedSubnet {
  id: string;
  vpcId: string;
  zone: string;
  givesPublicIps: boolean;
}

export interface ObservedRouteTable {
  id: string;
  vpcId: string;
  /** Of subnets without a table of their own. */
  main: boolean;
  subnetIds: string[];
  routes: { destination: string; target: string; active: boolean }[];
}

export interface ObservedEndpoint {
  vpcId: string;
  /** Without `com.amazonaws.REGION.`. */
  service: string;
  kind: string;
  available: boolean;
  privateDns: boolean;
  subnetIds: string[];
  routeTableIds: string[];
}

export interface InstanceTypeFacts {
  /** Architectures of each type that exists. */
  architectures: ReadonlyMap<string, readonly string[]>;
  /** Types offered in each zone, of those asked for. */
  offered: ReadonlyMap<string, readonly string[]>;
}

export interface BuildFacts {
  quota: Known<{ code: string; name: string; value: number } | undefined>;
  project: Known<{ limit?: number } | undefined>;
}

export interface ProfileFacts {
  /** Name, without its path. */
  profile: string;
  /** Role that the settings say is in it. */
  role?: string;
  /** Who names it. */
  by: string[];
  seen: Known<ObservedProfile | undefined>;
  /** Of its role: what Session Manager needs. */
  sessions: Known<Right[]>;
  /** Of the role of builds, on the role in the profile. */
  pass: Known<Right[]>;
}

export interface ObservedProfile {
  arn: string;
  roles: { arn: string; name: string; trust: string }[];
}

/** What a role may do, as IAM's own simulation has it. */
export interface Right {
  action: string;
  allowed: boolean;
  /** Undefined where IAM did not say: no organisation, no boundary. */
  allowedByOrganization?: boolean;
  allowedByBoundary?: boolean;
}

export interface RightsFacts {
  role: string;
  region: string;
  rights: Known<Right[]>;
}

export interface TopicFacts {
  arn: string;
  policy: string;
}

export interface SubscriptionFacts {
  bakery: string;
  account: string;
  topicArn: string;
  seen: Known<ObservedSubscription | undefined>;
}

export interface ObservedSubscription {
  arn: string;
  confirmed: boolean;
  filterPolicy?: string;
  filterScope: string;
}

/** A channel of an image in a region: what the ledger says beside what is there. */
export interface DriftFacts {
  image: CheckedImage;
  channel: string;
  region: string;
  amiId: string;
  parameter?: string;
  /** Undefined: there is no such parameter. */
  value: Known<string | undefined>;
  ami: Known<AmiObservation | undefined>;
  permissions: Known<LaunchPermissions>;
  /** Keys of its snapshots; undefined for one that is not encrypted. */
  keys: Known<(string | undefined)[]>;
}

export interface ParameterFacts {
  region: string;
  name: string;
  value: string;
  /** In the ledger. */
  known: boolean;
  /** Value of its tag `bakery`; asked for only of those that the ledger does not know. */
  keeper?: string;
  /** Set where it has as many versions as SSM keeps. */
  oldest?: { version: number; labels: string[] };
}
