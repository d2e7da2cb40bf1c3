import {
  ec2Here,
  givingProfiles,
  pullingTheImage,
  readingTheRepo,
  runningInVpc,
  usingKeys,
} from './build-grant';
import type { BuildGrant } from './build-grant';

const images = 'ec2:REGION::image/*';
const snapshots = 'ec2:REGION::snapshot/*';

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
export const bakeActions: BuildGrant[] = [
  {
    actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
    on: ['BakeLogs'],
    why: "CodeBuild writes the build's log.",
  },
  ...readingTheRepo,
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
    on: [ec2Here('key-pair/packer_*')],
    why: "The temporary key of the build's instance.",
  },
  {
    actions: ['ec2:RunInstances'],
    on: [
      images,
      snapshots,
      ec2Here('key-pair/packer_*'),
      ec2Here('network-interface/*'),
      ec2Here('security-group/*'),
      ec2Here('subnet/*'),
    ],
    why: 'What an instance is launched from and into.',
  },
  {
    actions: ['ec2:RunInstances'],
    on: [ec2Here('instance/*'), ec2Here('volume/*')],
    only: 'tags it with a bake',
    why: 'Instances and volumes carry a bake’s id from their first moment, or are not launched.',
  },
  {
    actions: ['ec2:CreateSecurityGroup'],
    on: [ec2Here('security-group/*')],
    only: 'tags it with a bake',
    why: 'The temporary security group, where the settings name none.',
  },
  { actions: ['ec2:CreateSecurityGroup'], on: [ec2Here('vpc/*')], why: 'The same: where it is made.' },
  {
    actions: ['ec2:AuthorizeSecurityGroupIngress', 'ec2:DeleteSecurityGroup'],
    on: [ec2Here('security-group/*')],
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
    on: [ec2Here('instance/*')],
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
      ec2Here('instance/*'),
      ec2Here('key-pair/packer_*'),
      ec2Here('network-interface/*'),
      ec2Here('security-group/*'),
      ec2Here('volume/*'),
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
  ...runningInVpc,
  {
    when: 'session manager',
    actions: ['ssm:StartSession'],
    on: [ec2Here('instance/*')],
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
  ...givingProfiles,
  ...usingKeys,
  ...pullingTheImage,
];
