import { composePublished } from '../src/lib/announcement/compose';

/** Names that settings, events and answers of the measured world agree on. */
const region = 'eu-west-1';
const account = '111111111111';
const upstreamAccount = '222222222222';
const upstreamTopicArn = `arn:aws:sns:${region}:${upstreamAccount}:bakery-announcements`;

const announcement = composePublished(
  { bakery: 'platform', account: upstreamAccount },
  'base-al2023/arm64',
  'stable',
  {
    inputHash: '3f2a'.repeat(16),
    contentDigest: '9c0d'.repeat(16),
    notBefore: 0,
    commitId: '3e59'.repeat(10),
    inputs: [{ path: 'base-al2023', objectId: '4b82'.repeat(10) }],
    bakeId: 'b-01jd0000000000000000000000',
    image: 'base-al2023/arm64',
    sequence: Date.parse('2026-01-01T00:00:00Z'),
    amis: { [region]: 'ami-0123456789abcdef0' },
    ancestry: [],
    bakedAtMs: Date.parse('2026-01-01T00:00:00Z'),
  },
  [],
);

const eventBridge = (source: string, detailType: string, detail: object) => ({
  version: '0',
  id: '7f0bd6d1-0c5a-4b50-9c2f-1d3a5a5b6c7d',
  'detail-type': detailType,
  source,
  account,
  time: '2026-11-21T10:00:00Z',
  region,
  resources: [],
  detail,
});

/** An event that each function passes on: it calls AWS. */
export const sendingEvents: Record<string, unknown> = {
  push: eventBridge('aws.codecommit', 'CodeCommit Repository State Change', {
    event: 'referenceUpdated',
    repositoryName: 'golden-images',
    repositoryId: '12345678-1234-5678-abcd-12345678abcd',
    referenceType: 'branch',
    referenceName: 'main',
    referenceFullName: 'refs/heads/main',
    commitId: '3e5983EXAMPLE',
    oldCommitId: '4c5d2EXAMPLE',
  }),
  tick: eventBridge('aws.events', 'Scheduled Event', {}),
  build: eventBridge('aws.codebuild', 'CodeBuild Build State Change', {
    'build-status': 'SUCCEEDED',
    'project-name': 'bakery-packer',
    'build-id': `arn:aws:codebuild:${region}:${account}:build/bakery-packer:8745a7a9-c340-456a-9166-edf953571bee`,
    'current-phase': 'COMPLETED',
    'additional-information': {
      environment: {
        'environment-variables': [
          { name: 'BAKE_ID', type: 'PLAINTEXT', value: 'b-01jd0000000000000000000000' },
        ],
      },
    },
  }),
  parameter: eventBridge('aws.ssm', 'Parameter Store Change', {
    operation: 'Update',
    name: '/bakery/base-al2023/arm64/stable',
    type: 'String',
  }),
  ami: eventBridge('aws.ec2', 'EC2 AMI State Change', {
    RequestId: '1f3dcEXAMPLE',
    ImageId: 'ami-0123456789abcdef0',
    State: 'available',
    ErrorMessage: '',
  }),
  approve: { command: 'approve', image: 'base-al2023', by: 'alice', why: 'looked at it', id: 'd-1' },
  command: { command: 'bake', image: 'base-al2023', by: 'alice', why: 'a new kernel', id: 'c-1' },
  upstream: {
    Records: [
      {
        EventSource: 'aws:sns',
        EventVersion: '1.0',
        EventSubscriptionArn: `${upstreamTopicArn}:2bcfbf39-05c3-41de-beaa-fcfcc21c8f55`,
        Sns: {
          Type: 'Notification',
          MessageId: '95df01b4-ee98-5cb9-9903-4c221d41eb5e',
          TopicArn: upstreamTopicArn,
          Subject: null,
          Message: announcement.body,
          Timestamp: '2026-01-01T00:00:00.000Z',
          MessageAttributes: {},
        },
      },
    ],
  },
};

/**
 * An event that leads to nothing, which is what most events do: a push to a branch that is not followed, a build that only
 * begins, somebody else's parameter, an announcement or a command that is refused. A tick always leads to something.
 */
export const idleEvents: Record<string, unknown> = {
  push: eventBridge('aws.codecommit', 'CodeCommit Repository State Change', {
    event: 'referenceUpdated',
    repositoryName: 'golden-images',
    repositoryId: '12345678-1234-5678-abcd-12345678abcd',
    referenceType: 'branch',
    referenceName: 'try-something',
    referenceFullName: 'refs/heads/try-something',
    commitId: '3e5983EXAMPLE',
    oldCommitId: '4c5d2EXAMPLE',
  }),
  tick: sendingEvents['tick'],
  build: eventBridge('aws.codebuild', 'CodeBuild Build State Change', {
    'build-status': 'IN_PROGRESS',
    'project-name': 'bakery-packer',
    'build-id': `arn:aws:codebuild:${region}:${account}:build/bakery-packer:8745a7a9-c340-456a-9166-edf953571bee`,
    'current-phase': 'SUBMITTED',
    'additional-information': { environment: { 'environment-variables': [] } },
  }),
  parameter: eventBridge('aws.ssm', 'Parameter Store Change', {
    operation: 'Update',
    name: '/somebody/elses',
    type: 'String',
  }),
  ami: eventBridge('aws.ec2', 'EC2 AMI State Change', {
    RequestId: '1f3dcEXAMPLE',
    ImageId: 'ami-0123456789abcdef0',
    State: 'pending',
    ErrorMessage: '',
  }),
  approve: { command: 'dance', image: 'base-al2023', by: 'alice', why: 'looked at it', id: 'd-1' },
  command: { command: 'dance', image: 'base-al2023', by: 'alice', why: 'a new kernel', id: 'c-1' },
  upstream: JSON.parse(
    JSON.stringify(sendingEvents['upstream']).replaceAll(upstreamTopicArn, `${upstreamTopicArn}-other`),
  ) as unknown,
};

/** Of AWS, by target; SQS answers for itself. */
export const recordedAnswers: Record<string, string[]> = {
  'DynamoDB_20120810.PutItem': ['{}'],
};

export const settings = {
  bakery: 'shop',
  account,
  region,
  mode: 'bake',
  repo: { name: 'golden-images', branch: 'main' },
  table: 'bakery-ledger',
  queueUrl: `http://replayed/${account}/bakery.fifo`,
  topicArn: `arn:aws:sns:${region}:${account}:bakery-announcements`,
  buildProject: 'bakery-packer',
  approvers: ['leads'],
  ceilings: { kmsKeys: ['alias/golden-ami'] },
  upstreams: [{ bakery: 'platform', account: upstreamAccount, topicArn: upstreamTopicArn }],
};
