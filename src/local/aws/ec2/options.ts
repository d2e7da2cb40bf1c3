/** What a local EC2 can be told to be like. Times are ms of the world's clock. */
export interface Ec2Options {
  /** From CreateImage to `available`. AWS: minutes, "sometimes up to 24 hours". */
  imageReadyMs?: number;
  /** From CopyImage to `available`. */
  copyReadyMs?: number;
  /** From a launch, stop or termination to the state it leads to. */
  instanceStepMs?: number;
  /** Until an account that an AMI was shared with sees it: DescribeImages is eventually consistent. */
  shareDelayMs?: number;
  /** Until DescribeImages shows an AMI that was made: it is eventually consistent. */
  showDelayMs?: number;
  /** Copies of an account that a region takes at once (EC2 user guide, "AMI quotas"). */
  copiesAtOnce?: number;
  /** Largest page of an operation that was asked for pages. */
  pageLimit?: number;
  /** ARNs of the organisation and the organisational units that an account is in. */
  memberships?: (account: string) => readonly string[];
  /** Whether a KMS key can be used; a copy to one that cannot fails late, as in AWS. All can where left out. */
  keyUsable?: (account: string, region: string, key: string) => boolean;
  /** ARN of what a request calls a key; what it says where left out. */
  keyArn?: (account: string, region: string, key: string) => string;
  /** Whether a key is the one that AWS keeps for EBS. */
  isDefaultKey?: (account: string, region: string, key: string) => boolean;
  /** From CreateImageUsageReport to `available`. */
  reportReadyMs?: number;
  /** Parameters of the account and region, for who looks what they name. */
  parameters?: (at: { account: string; region: string }) => { arn: string; value: string }[];
  /** Lets an image or a copy with this name end in `failed`. */
  imageFails?: (name: string) => boolean;
}

export const ec2Defaults = {
  imageReadyMs: 200,
  copyReadyMs: 200,
  instanceStepMs: 0,
  shareDelayMs: 0,
  showDelayMs: 0,
  copiesAtOnce: 100,
  pageLimit: 1000,
  memberships: () => [],
  keyUsable: () => true,
  keyArn: (_account, _region, key) => key,
  isDefaultKey: (_account, _region, key) => key.endsWith('alias/aws/ebs'),
  reportReadyMs: 60_000,
  parameters: () => [],
  imageFails: () => false,
} satisfies Required<Ec2Options>;
