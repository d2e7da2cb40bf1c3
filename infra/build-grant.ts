/** Actions that the role of a build has, and why. The permission test holds the role against lists of these. */
export interface BuildGrant {
  actions: string[];
  /** ARNs without `arn:PARTITION:`; words in capitals are the deployment's. */
  on: string[];
  only?: GrantCondition;
  /** Only where config/<stage>.yml asks for it. */
  when?: GrantOption;
  why: string;
}

export type GrantCondition =
  | 'is tagged with a bake'
  | 'tags it with a bake'
  | 'as it is made'
  | 'tags an own one with a bake'
  | 'is an own result of a bake'
  | 'tags it with a bake, as a test'
  | 'is tagged as a test'
  | 'as it is launched'
  | 'for CodeBuild in its subnets'
  | 'to EC2'
  | 'through EC2'
  | 'for AWS services';

export type GrantOption =
  | 'image repo here'
  | 'image repo of another account'
  | 'vpc'
  | 'session manager'
  | 'instance profiles'
  | 'keys'
  | 'image in ECR'
  | 'base in ECR';

export const ec2Here = (resource: string): string => `ec2:REGION:ACCOUNT:${resource}`;

/** CodeBuild checks the commit out; from another account the build does, with a role there. */
export const readingTheRepo: BuildGrant[] = [
  {
    when: 'image repo here',
    actions: ['codecommit:GitPull'],
    on: ['codecommit:REPO_REGION:ACCOUNT:REPO'],
    why: 'The commit is checked out.',
  },
  {
    when: 'image repo of another account',
    actions: ['sts:AssumeRole'],
    on: ['REPO_ROLE'],
    why: 'CodeCommit lets nobody of another account in: the build checks the commit out with a role of that account.',
  },
];

export const runningInVpc: BuildGrant[] = [
  {
    when: 'vpc',
    actions: ['ec2:DescribeDhcpOptions', 'ec2:DescribeNetworkInterfaces'],
    on: ['*'],
    why: 'CodeBuild looks at the network it is to run in.',
  },
  {
    when: 'vpc',
    actions: ['ec2:CreateNetworkInterface', 'ec2:DeleteNetworkInterface'],
    on: [ec2Here('network-interface/*'), ec2Here('subnet/*'), ec2Here('security-group/*')],
    why: "CodeBuild's own interface in the VPC.",
  },
  {
    when: 'vpc',
    actions: ['ec2:CreateNetworkInterfacePermission'],
    on: [ec2Here('network-interface/*')],
    only: 'for CodeBuild in its subnets',
    why: 'The same.',
  },
];

export const givingProfiles: BuildGrant[] = [
  {
    when: 'instance profiles',
    actions: ['iam:GetInstanceProfile'],
    on: ['iam::ACCOUNT:instance-profile/PROFILE'],
    why: 'Whether the profile exists.',
  },
  {
    when: 'instance profiles',
    actions: ['iam:PassRole'],
    on: ['iam::ACCOUNT:role/PROFILE_ROLE'],
    only: 'to EC2',
    why: 'Gives the role in the profile to the instance, and no other role.',
  },
];

export const usingKeys: BuildGrant[] = [
  {
    when: 'keys',
    actions: [
      'kms:Decrypt',
      'kms:DescribeKey',
      'kms:GenerateDataKeyWithoutPlaintext',
      'kms:ReEncryptFrom',
      'kms:ReEncryptTo',
    ],
    on: ['KEY'],
    only: 'through EC2',
    why: 'Volumes and snapshots that are encrypted with a key of the account.',
  },
  {
    when: 'keys',
    actions: ['kms:CreateGrant'],
    on: ['KEY'],
    only: 'for AWS services',
    why: 'EC2 uses the key while the instance runs.',
  },
];

export const pullingTheImage: BuildGrant[] = [
  {
    when: 'image in ECR',
    actions: ['ecr:GetAuthorizationToken'],
    on: ['*'],
    why: 'CodeBuild logs in to ECR. ECR knows no resource-level permission for it.',
  },
  {
    when: 'image in ECR',
    actions: ['ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
    on: ['ecr:ECR_REPOSITORY'],
    why: 'CodeBuild pulls the build image.',
  },
];
