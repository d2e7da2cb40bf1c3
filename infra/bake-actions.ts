/**
 * What the role of a bake may do: what Packer's amazon-ebs builder and CodeBuild need of it, and no more. The permission
 * test holds the role against this list. Sources:
 * https://developer.hashicorp.com/packer/integrations/hashicorp/amazon#iam-task-or-instance-role (Packer's own list), and
 * the calls that builds of the starter templates were seen to make.
 *
 * Of Packer's list these are left out on purpose. A build runs what committers wrote, so it could use them on any image:
 * DeregisterImage, DeleteSnapshot (also of published images), ModifyImageAttribute, ModifySnapshotAttribute (sharing is
 * the bakery's), CopyImage (copying is the bakery's), RegisterImage, CreateVolume, AttachVolume, CreateSnapshot (of other
 * builders: chroot, ebssurrogate).
 */
export interface BakeGrant {
  actions: string[];
  /** ARNs without `arn:PARTITION:`; words in capitals are the deployment's. */
  on: string[];
  only?:
    | 'is tagged with a bake'
    | 'tags it with a bake'
    | 'as it is made'
    | 'tags an own one with a bake'
    | 'for CodeBuild in its subnets'
    | 'to EC2'
    | 'through EC2'
    | 'for AWS services';
  /** Only where config/<stage>.yml asks for it. */
  when?: 'vpc' | 'session manager' | 'instance profiles' | 'keys' | 'image in ECR';
  why: string;
}

const here = (resource: string): string => `ec2:REGION:ACCOUNT:${resource}`;
const images = 'ec2:REGION::image/*';
const snapshots = 'ec2:REGION::snapshot/*';

export const bakeActions: BakeGrant[] = [
  {
    actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
    on: ['BakeLogs'],
    why: "CodeBuild writes the build's log.",
  },
  {
    actions: ['codecommit:GitPull'],
    on: ['codecommit:REGION:ACCOUNT:REPO'],
    why: 'CodeBuild checks the commit out.',
  },
  {
    actions: [
      'ec2:DescribeImages',
      'ec2:DescribeInstanceStatus',
      'ec2:DescribeInstanceTypeOfferings',
      'ec2:DescribeInstances',
      'ec2:DescribeRegions',
      'ec2:DescribeSecurityGroups',
      'ec2:DescribeSnapshots',
      'ec2:DescribeSubnets',
      'ec2:DescribeTags',
      'ec2:DescribeVolumes',
      'ec2:DescribeVpcs',
    ],
    on: ['*'],
    why: 'Packer looks at what it uses. EC2 knows no resource-level permissions for these.',
  },
  {
    actions: ['ec2:CreateKeyPair', 'ec2:DeleteKeyPair', 'ec2:ImportKeyPair'],
    on: [here('key-pair/packer_*')],
    why: "The temporary key of the build's instance.",
  },
  {
    actions: ['ec2:RunInstances'],
    on: [
      images,
      snapshots,
      here('key-pair/packer_*'),
      here('network-interface/*'),
      here('security-group/*'),
      here('subnet/*'),
    ],
    why: 'What an instance is launched from and into.',
  },
  {
    actions: ['ec2:RunInstances'],
    on: [here('instance/*'), here('volume/*')],
    only: 'tags it with a bake',
    why: 'Instances and volumes carry a bake’s id from their first moment, or are not launched.',
  },
  {
    actions: ['ec2:CreateSecurityGroup'],
    on: [here('security-group/*')],
    only: 'tags it with a bake',
    why: 'The temporary security group, where the settings name none.',
  },
  { actions: ['ec2:CreateSecurityGroup'], on: [here('vpc/*')], why: 'The same: where it is made.' },
  {
    actions: ['ec2:AuthorizeSecurityGroupIngress', 'ec2:DeleteSecurityGroup'],
    on: [here('security-group/*')],
    only: 'is tagged with a bake',
    why: 'Opens the temporary security group and removes it.',
  },
  {
    actions: [
      'ec2:CreateImage',
      'ec2:GetPasswordData',
      'ec2:ModifyInstanceAttribute',
      'ec2:StopInstances',
      'ec2:TerminateInstances',
    ],
    on: [here('instance/*')],
    only: 'is tagged with a bake',
    why: 'The life of a build instance, Windows included. No other instance can be stopped, or made an image of.',
  },
  {
    actions: ['ec2:CreateImage'],
    on: [images, snapshots],
    why: 'The image that is made, and its snapshots.',
  },
  {
    actions: ['ec2:CreateTags'],
    on: [
      here('instance/*'),
      here('key-pair/packer_*'),
      here('network-interface/*'),
      here('security-group/*'),
      here('volume/*'),
      images,
      snapshots,
    ],
    only: 'as it is made',
    why: 'Tags that come with the call that makes something.',
  },
  {
    actions: ['ec2:CreateTags'],
    on: [images, snapshots],
    only: 'tags an own one with a bake',
    why: 'Packer tags an image in a call of its own, after it was made.',
  },
  {
    when: 'vpc',
    actions: ['ec2:DescribeDhcpOptions', 'ec2:DescribeNetworkInterfaces'],
    on: ['*'],
    why: 'CodeBuild looks at the network it is to run in.',
  },
  {
    when: 'vpc',
    actions: ['ec2:CreateNetworkInterface', 'ec2:DeleteNetworkInterface'],
    on: [here('network-interface/*'), here('subnet/*'), here('security-group/*')],
    why: "CodeBuild's own interface in the VPC.",
  },
  {
    when: 'vpc',
    actions: ['ec2:CreateNetworkInterfacePermission'],
    on: [here('network-interface/*')],
    only: 'for CodeBuild in its subnets',
    why: 'The same.',
  },
  {
    when: 'session manager',
    actions: ['ssm:StartSession'],
    on: [here('instance/*')],
    only: 'is tagged with a bake',
    why: 'The way to an instance without an open port.',
  },
  {
    when: 'session manager',
    actions: ['ssm:StartSession'],
    on: ['ssm:REGION::document/AWS-StartPortForwardingSession'],
    why: 'What Packer does in a session.',
  },
  {
    when: 'session manager',
    actions: ['ssm:TerminateSession'],
    on: ['ssm:REGION:ACCOUNT:session/AWSCodeBuild-*'],
    why: 'Ends it. Sessions are named after the session of the role that began them.',
  },
  {
    when: 'instance profiles',
    actions: ['iam:GetInstanceProfile'],
    on: ['iam::ACCOUNT:instance-profile/PROFILE'],
    why: 'Packer asks whether the profile exists.',
  },
  {
    when: 'instance profiles',
    actions: ['iam:PassRole'],
    on: ['iam::ACCOUNT:role/PROFILE_ROLE'],
    only: 'to EC2',
    why: 'Gives the role in the profile to the instance, and no other role.',
  },
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
