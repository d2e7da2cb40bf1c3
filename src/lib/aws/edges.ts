/**
 * What the rest of the bakery asks of AWS: one interface per call family, implemented one file each beside this one.
 * An edge follows every page, holds no policy, and throws `AwsError` (errors.ts) and nothing else.
 */
import type { BuildRequest } from '../lifecycle/bake';
import type { Leftover, LeftoverKind } from '../lifecycle/leftover';
import type {
  AmiObservation,
  AmiReference,
  BuildObservation,
  KeyObservation,
  LaunchPermissions,
  RetiringAmi,
  SnapshotObservation,
  UsageReport,
} from '../lifecycle/observation';

export type {
  AmiObservation,
  AmiReference,
  BuildObservation,
  KeyObservation,
  LaunchPermissions,
  Leftover,
  LeftoverKind,
  RetiringAmi,
  SnapshotObservation,
  UsageReport,
};

export interface CommitFolder {
  /** Of the folder itself. */
  treeId: string;
  folders: { name: string; treeId: string }[];
  files: { name: string; blobId: string }[];
  symlinks: { name: string; blobId: string }[];
  submodules: { name: string; commitId: string }[];
}

/** Reads an image repo. CodeCommit today; anything else that has commits, folders and files can implement it. */
export interface RepoReader {
  /** Commit at the head of the branch; undefined where the branch does not exist. */
  head(): Promise<string | undefined>;
  /** Undefined where there is no such file in the commit. */
  file(commitId: string, path: string): Promise<Uint8Array | undefined>;
  /** One level; '' is the root. Undefined where there is no such folder. */
  folder(commitId: string, path: string): Promise<CommitFolder | undefined>;
}

export interface Builds {
  /** One attempt, no SDK retry beyond what the token makes safe. Answers the build's id. */
  start(request: BuildRequest): Promise<string>;
  /** Any number of ids; those unknown to CodeBuild are missing from the answer. */
  get(buildIds: string[]): Promise<Map<string, BuildObservation>>;
  /** Newest builds first, at most `limit`, to find one by its BAKE_ID. */
  newest(projectName: string, limit: number): Promise<BuildObservation[]>;
}

export interface Amis {
  /** By id; those EC2 does not show are missing from the answer. */
  get(region: string, amiIds: string[]): Promise<Map<string, AmiObservation>>;
  /** Available AMIs that match, any order, all pages. */
  find(region: string, owners: string[], filters: Record<string, string[]>): Promise<AmiObservation[]>;
  /** Ids of the AMIs an AMI was made from, nearest first (GetImageAncestry). */
  ancestry(region: string, amiId: string): Promise<string[]>;
  /** Sets tags on AMIs and snapshots. */
  tag(region: string, resourceIds: string[], tags: Record<string, string>): Promise<void>;
  /** Who may launch the AMI now. ARNs for organisations and OUs. */
  launchPermissions(region: string, amiId: string): Promise<LaunchPermissions>;
  /** Adds and removes; each list may be empty. */
  changeLaunchPermissions(
    region: string,
    amiId: string,
    change: { add: LaunchPermissions; remove: LaunchPermissions },
  ): Promise<void>;
}

export interface CopyRequest {
  /** Where to; the call goes there. */
  region: string;
  source: { region: string; amiId: string };
  name: string;
  description: string;
  /** The same under the same token is copied once. */
  token: string;
  /** ARN; absent: the copy keeps the encryption of its source. */
  keyArn?: string;
  /** Of the AMI and its snapshots, from their first moment. */
  tags: Record<string, string>;
}

/** AMIs in further regions and under further keys. */
export interface AmiCopies {
  /** Begins a copy, which goes on for minutes; answers its id. */
  begin(request: CopyRequest): Promise<string>;
  /** Own AMIs in whatever state; `*` and `?` in the name as in DescribeImages. */
  named(region: string, name: string): Promise<AmiObservation[]>;
  /** Any number of ids; those EC2 does not show are missing from the answer. */
  snapshots(region: string, snapshotIds: string[]): Promise<SnapshotObservation[]>;
  /** Deregisters an AMI that failed, with what there is of its snapshots. */
  discard(region: string, amiId: string): Promise<void>;
  /** Who may make volumes of a snapshot, and thereby copy an AMI; accounts only. */
  changeSnapshotPermissions(
    region: string,
    snapshotId: string,
    change: { add: string[]; remove: string[] },
  ): Promise<void>;
}

/** Taking AMIs out of use, and back: reversible, but for whom they were shared with. */
export interface ImageLife {
  /**
   * Nobody can launch or copy it from now on, and nobody but its owner sees it. All launch permissions go, for good.
   * Instances that run stay. One that is neither available nor disabled throws AwsError UNAVAILABLE.
   */
  disable(region: string, amiId: string): Promise<void>;
  /** Makes it available again, to its owner alone. */
  enable(region: string, amiId: string): Promise<void>;
}

/** The end of an AMI's life: what only retirement may. */
export interface AmiRetirement extends ImageLife {
  /** Own ones by id; those EC2 does not show are missing from the answer. */
  look(region: string, amiIds: string[]): Promise<Map<string, RetiringAmi>>;
  /** Accounts, ARNs and `all` that may launch it. */
  sharedWith(region: string, amiId: string): Promise<string[]>;
  /** From then on others find it only when they ask for deprecated ones; whoever has its id can use it as before. */
  deprecate(region: string, amiId: string, atMs: number): Promise<void>;
  undeprecate(region: string, amiId: string): Promise<void>;
  /** With its snapshots, for good; answers those that stay, and why. A protected one throws AwsError ACCESS_DENIED. */
  deregister(region: string, amiId: string): Promise<{ snapshotId: string; code: string }[]>;
}

/** Who uses AMIs. */
export interface AmiReferences {
  /** In this account: instances, launch templates in all versions, parameters, Image Builder recipes. Every page. */
  find(region: string, amiIds: string[]): Promise<AmiReference[]>;
  /** In other accounts: the reports there are, with what they say. Every page. */
  usage(region: string, amiIds: string[]): Promise<UsageReport[]>;
  /** Asks for such a report, which takes its time; the same under the same token is asked for once. */
  askUsage(region: string, amiId: string, token: string): Promise<void>;
}

export interface ScalingReferences {
  /** Launch configurations, and overrides of groups with mixed instances. Every page. */
  all(region: string): Promise<AmiReference[]>;
}

/** Keys of KMS. */
export interface Keys {
  /** By id, ARN, alias or ARN of an alias; undefined where there is none. */
  find(region: string, key: string): Promise<KeyObservation | undefined>;
}

/** Ending builds: what only the janitor may. */
export interface BuildStopper {
  /** CodeBuild kills it without a signal. One that has ended stays as it is. */
  stop(buildId: string): Promise<void>;
}

/** What carries the tag `bakery:bake`, in a region. */
export interface Leftovers {
  /** All of a kind that the account owns, every page; whose they are is for the caller to tell. */
  find(region: string, kind: LeftoverKind): Promise<Leftover[]>;
  /** Whether anybody but the owner may launch an AMI. */
  isShared(region: string, amiId: string): Promise<boolean>;
  /** Ends or deletes it. One that is gone already throws AwsError NOT_FOUND, or nothing where EC2 does not say so. */
  remove(leftover: Pick<Leftover, 'region' | 'kind' | 'id'>): Promise<void>;
}

export interface ParameterValue {
  name: string;
  value: string;
  version: number;
  dataType: string;
}

export interface Parameters {
  /** Any number of names, in batches of ten (GetParameters limit); missing ones are missing from the answer. */
  get(region: string, names: string[]): Promise<Map<string, ParameterValue>>;
  /**
   * Writes a String of data type aws:ec2:image, without SDK retries. Answers the version SSM gave, which proves nothing
   * yet. `create` refuses with PARAMETER_EXISTS where there is one.
   */
  putAmi(
    region: string,
    write: {
      name: string;
      amiId: string;
      create: boolean;
      description: string;
      tags?: Record<string, string>;
    },
  ): Promise<number>;
  /** One that is gone already is no error. */
  delete(region: string, name: string): Promise<void>;
  /** Tags of a parameter; undefined where there is no such parameter. */
  tags(region: string, name: string): Promise<Record<string, string> | undefined>;
}

export interface Topic {
  publish(
    topicArn: string,
    message: { subject?: string; body: string; attributes: Record<string, string> },
  ): Promise<void>;
}

export interface Queue {
  /** FIFO, one message group; equal `deduplicationId`s within five minutes are one message. */
  send(message: { body: string; deduplicationId: string }): Promise<void>;
}

/** Single-table DynamoDB in plain JSON values; all reads consistent. */
export interface Table {
  /** All items of a partition, every page. */
  query(
    pk: string,
    options?: { skPrefix?: string; limit?: number; newestFirst?: boolean },
  ): Promise<TableItem[]>;
  get(pk: string, sk: string): Promise<TableItem | undefined>;
  /** All or nothing; at most 100 writes. A refused condition throws AwsError CONDITION_FAILED with the indexes. */
  write(writes: TableWrite[]): Promise<void>;
}

export type TableItem = { pk: string; sk: string } & Record<string, unknown>;

export type TableCondition =
  | { kind: 'absent' }
  | { kind: 'version'; version: number }
  | { kind: 'any' }
  /** Absent, or its number attribute is lower than the value. */
  | { kind: 'absent-or-lower'; attribute: string; value: number };

export type TableWrite =
  | { kind: 'put'; item: TableItem; condition: TableCondition }
  | { kind: 'delete'; pk: string; sk: string; condition: TableCondition }
  | { kind: 'check'; pk: string; sk: string; condition: TableCondition };
