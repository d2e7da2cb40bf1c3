import {
  ec2Here,
  givingProfiles,
  pullingTheImage,
  readingTheRepo,
  runningInVpc,
  usingKeys,
} from './build-grant';
import type { BuildGrant } from './build-grant';

/**
 * What the role of a test build may do: launch the AMI in question, run the checks on it through Systems Manager, end it.
 * The checks were written by committers, and so may anything else in this build have been. Instances of bakes are none of
 * its business, so that its own carry a tag more.
 */
export const testActions: BuildGrant[] = [
  {
    actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
    on: ['TestLogs'],
    why: "CodeBuild writes the build's log.",
  },
  ...readingTheRepo,
  {
    actions: ['ec2:DescribeImages', 'ec2:DescribeInstances'],
    on: ['*'],
    why: 'Waits for the instance. EC2 knows no resource-level permissions for these.',
  },
  {
    actions: ['ec2:RunInstances'],
    on: ['ec2:REGION::image/*'],
    only: 'is an own result of a bake',
    why: 'Launches AMIs that a bake made in this account, and no others.',
  },
  {
    actions: ['ec2:RunInstances'],
    on: [ec2Here('network-interface/*'), ec2Here('security-group/*'), ec2Here('subnet/*')],
    why: 'What an instance is launched into.',
  },
  {
    actions: ['ec2:RunInstances'],
    on: [ec2Here('instance/*'), ec2Here('volume/*')],
    only: 'tags it with a bake, as a test',
    why: 'Instances and volumes can be told from those of bakes, and are found by the janitor, from their first moment.',
  },
  {
    actions: ['ec2:CreateTags'],
    on: [ec2Here('instance/*'), ec2Here('network-interface/*'), ec2Here('volume/*')],
    only: 'as it is launched',
    why: 'Tags that come with the launch.',
  },
  {
    actions: ['ec2:TerminateInstances'],
    on: [ec2Here('instance/*')],
    only: 'is tagged as a test',
    why: 'Ends what it launched.',
  },
  {
    actions: ['ssm:SendCommand'],
    on: [ec2Here('instance/*')],
    only: 'is tagged as a test',
    why: 'Runs the checks without an open port, a key or a plug-in.',
  },
  {
    actions: ['ssm:SendCommand'],
    on: ['ssm:REGION::document/AWS-RunPowerShellScript', 'ssm:REGION::document/AWS-RunShellScript'],
    why: 'What is run is a script.',
  },
  {
    actions: ['ssm:DescribeInstanceInformation', 'ssm:GetCommandInvocation'],
    on: ['*'],
    why: "Whether the instance's agent is there, and what the checks said. Systems Manager knows no narrower permission.",
  },
  ...runningInVpc,
  ...givingProfiles,
  ...usingKeys,
  ...pullingTheImage,
];
