import { runningInVpc } from './build-grant';
import type { BuildGrant } from './build-grant';

/** What the build of the container may do: push into its one repository. Nothing of it is written by committers. */
export const containerActions: BuildGrant[] = [
  {
    actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
    on: ['ContainerLogs'],
    why: "CodeBuild writes the build's log.",
  },
  {
    actions: ['ecr:GetAuthorizationToken'],
    on: ['*'],
    why: 'Docker logs in to ECR. ECR knows no resource-level permission for it.',
  },
  {
    actions: [
      'ecr:BatchCheckLayerAvailability',
      'ecr:BatchGetImage',
      'ecr:CompleteLayerUpload',
      'ecr:DescribeImages',
      'ecr:InitiateLayerUpload',
      'ecr:PutImage',
      'ecr:UploadLayerPart',
    ],
    on: ['ContainerRepository'],
    why: 'Asks whether the image is there, and pushes it.',
  },
  {
    when: 'base in ECR',
    actions: ['ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
    on: ['ecr:BASE_REPOSITORY'],
    why: 'Pulls the image that it is built on.',
  },
  ...runningInVpc,
];

/** What EventBridge needs to start that build when a deployment has ended. */
export const containerStartActions: BuildGrant[] = [
  {
    actions: ['codebuild:StartBuild'],
    on: ['ContainerProject'],
    why: 'Starts the build of the container, and no other.',
  },
];
