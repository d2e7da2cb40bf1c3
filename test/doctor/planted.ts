import { RepositoryDoesNotExistException } from '@aws-sdk/client-codecommit';
import type { DoctorCode } from '../../src/lib/preflight/codes';
import { roleNames } from '../../src/local/bakery/doctor';
import { AwsFailure } from '../../src/local/aws/failure';
import type { PolicyText } from '../../src/local/aws/policy-evaluation';
import { accounts, region } from '../support/memory-bakery';
import type { HealthyWorld } from './healthy-world';
import {
  buildSubnet,
  deadLetters,
  everything,
  farRegion,
  keyPolicy,
  network,
  owner,
  place,
  profile,
} from './healthy-world';

/** A defect, in an account that is healthy otherwise. */
export interface Planted {
  code: DoctorCode;
  /** What was done to the account. */
  what: string;
  plant: (world: HealthyWorld) => unknown;
  /** In the account that the doctor looks at; the platform's where left out. */
  account?: string;
  /** Said in the finding: the value that was found. */
  found: string;
  /** Said in a cure. */
  cure: string;
}

const deny = (Action: string | string[], more: object = {}): PolicyText => ({
  Statement: [
    { Effect: 'Allow', Action: '*', Resource: '*' },
    { Effect: 'Deny', Action, Resource: '*', ...more },
  ],
});

const setTopicPolicy = (it: HealthyWorld, Statement: object[]) =>
  it.aws.sns.SetTopicAttributes(
    {
      TopicArn: it.topicArn(),
      AttributeName: 'Policy',
      AttributeValue: JSON.stringify({ Version: '2012-10-17', Statement }),
    },
    owner,
  );

const subscriptionOf = (it: HealthyWorld): string => {
  const at = { account: accounts.shop, region, caller: 'person:bob' };
  const { Subscriptions = [] } = it.aws.sns.ListSubscriptions({}, at);
  return Subscriptions.find(({ Protocol }) => Protocol === 'lambda')!.SubscriptionArn!;
};

const bobs = { account: accounts.shop, region, caller: 'person:bob' };

const put = (Name: string, Value: string, more: object = {}) => ({
  Name,
  Value,
  Type: 'String' as const,
  Overwrite: true,
  ...more,
});

const leaveNoWayOut = (it: HealthyWorld) => {
  const { RouteTables = [] } = it.aws.ec2.DescribeRouteTables({}, owner);
  const table = RouteTables.find(({ RouteTableId }) => RouteTableId === it.routeTable())!;
  table.Routes!.splice(1);
};

export const planted: readonly Planted[] = [
  {
    code: 'KMS_DEFAULT_KEY_SHARED',
    what: 'new volumes are encrypted with the default key, and an image is shared',
    plant: ({ aws }) => aws.ec2.ModifyEbsDefaultKmsKeyId({ KmsKeyId: 'alias/aws/ebs' }, owner),
    found: 'alias/aws/ebs',
    cure: `regions: { ${region}: { kmsKey:`,
  },
  {
    code: 'KMS_POLICY_LACKS_CONSUMERS',
    what: 'the key policy leaves one consumer out',
    plant: ({ aws, keyArn }) =>
      aws.kms.PutKeyPolicy(
        { KeyId: keyArn, PolicyName: 'default', Policy: JSON.stringify(keyPolicy([accounts.shop])) },
        owner,
      ),
    found: `account ${accounts.consumer}: kms:CreateGrant, kms:Decrypt`,
    cure: `arn:aws:iam::${accounts.consumer}:root`,
  },
  {
    code: 'KMS_GRANT_MISSING',
    what: 'the Auto Scaling role of a consumer has no grant',
    plant: ({ aws, keyArn }) => {
      const fresh = aws.kms.createKey(place, { policy: keyPolicy() });
      expect(fresh).not.toBe(keyArn);
      aws.ec2.ModifyEbsDefaultKmsKeyId({ KmsKeyId: fresh }, owner);
    },
    found: `Auto Scaling role of account ${accounts.shop}`,
    cure: 'aws kms create-grant',
  },
  {
    code: 'KMS_KEY_UNUSABLE',
    what: 'the key waits for its deletion',
    plant: ({ aws, keyArn }) => aws.kms.ScheduleKeyDeletion({ KeyId: keyArn }, owner),
    found: 'PendingDeletion',
    cure: 'aws kms cancel-key-deletion',
  },
  {
    code: 'KMS_KEY_UNUSABLE',
    what: 'the key is disabled',
    plant: ({ aws, keyArn }) => aws.kms.DisableKey({ KeyId: keyArn }, owner),
    found: 'Disabled',
    cure: 'aws kms enable-key',
  },
  {
    code: 'KMS_KEY_MISSING',
    what: 'a key of the configuration does not exist',
    plant: (it) => it.subject().buildKeys.push(`arn:aws:kms:${region}:${accounts.platform}:key/none`),
    found: 'key/none',
    cure: 'aws kms create-key',
  },
  {
    code: 'KMS_KEY_OTHER_REGION',
    what: 'a key of the configuration is of another region',
    plant: (it) => it.subject().buildKeys.push(`arn:aws:kms:us-east-1:${accounts.platform}:key/far`),
    found: 'is a key of us-east-1',
    cure: `a key of ${region}`,
  },
  {
    code: 'CODEBUILD_QUOTA_LOW',
    what: 'a new account may run one build at once',
    plant: ({ aws }) => aws.quotas.set(place, 'L-9D07B6EF', 1),
    found: '(L-9D07B6EF) is 1, and maxConcurrentBuilds is 4',
    cure: '--quota-code L-9D07B6EF --desired-value 4',
  },
  {
    code: 'AMI_QUOTA_NEARLY_USED',
    what: 'the region has room for three AMIs',
    plant: ({ aws }) => aws.quotas.set(place, 'L-B665C33B', 3),
    found: '3 of 3 AMIs',
    cure: '--quota-code L-B665C33B',
  },
  {
    code: 'NETWORK_MISSING',
    what: 'the subnet of CodeBuild is gone',
    plant: (it) => (it.subject().buildVpc!.subnetIds[0] = 'subnet-0fffffff'),
    found: 'no subnet subnet-0fffffff',
    cure: 'aws ec2 describe-subnets',
  },
  {
    code: 'NETWORK_MISSING',
    what: 'the security group is of another VPC',
    plant: (it) => {
      const groupId = 'sg-0fffffff';
      it.aws.ec2.seedVpc(place, { vpcId: 'vpc-0fffffff' });
      it.aws.ec2.seedSecurityGroup(place, { groupId, vpcId: 'vpc-0fffffff', name: 'other' });
      it.subject().buildVpc!.securityGroupIds[0] = groupId;
    },
    found: `sg-0fffffff is in vpc-0fffffff, and the settings say ${network.vpcId}`,
    cure: 'name one that is there',
  },
  {
    code: 'SUBNET_NO_WAY_OUT',
    what: 'the route to the NAT gateway was taken away',
    plant: (it) => leaveNoWayOut(it),
    found: 'it has no default route',
    cure: 'aws ec2 create-route',
  },
  {
    code: 'SUBNET_WITHOUT_PUBLIC_IP',
    what: 'the route leads to an internet gateway',
    plant: (it) =>
      it.aws.ec2.ReplaceRoute(
        { RouteTableId: it.routeTable(), DestinationCidrBlock: '0.0.0.0/0', GatewayId: 'igw-0a1b2c3d' },
        owner,
      ),
    found: 'leads to an internet gateway',
    cure: 'associatePublicIp: true',
  },
  {
    code: 'VPC_ENDPOINTS_MISSING',
    what: 'no NAT gateway, and endpoints for all but two services',
    plant: (it) => {
      leaveNoWayOut(it);
      for (const service of ['ec2', 'git-codecommit', 'logs', 'ssm', 'ssmmessages'])
        it.aws.ec2.CreateVpcEndpoint(
          {
            VpcId: network.vpcId,
            ServiceName: `com.amazonaws.${region}.${service}`,
            VpcEndpointType: 'Interface',
            SubnetIds: [buildSubnet],
            PrivateDnsEnabled: true,
          },
          owner,
        );
      it.aws.ec2.CreateVpcEndpoint(
        {
          VpcId: network.vpcId,
          ServiceName: `com.amazonaws.${region}.s3`,
          RouteTableIds: [it.routeTable()],
        },
        owner,
      );
    },
    found: 'lacks those of sts',
    cure: `com.amazonaws.${region}.ec2messages`,
  },
  {
    code: 'INSTANCE_TYPE_NOT_OFFERED',
    what: 'an image asks for a type that no zone has',
    plant: (it) => (it.subject().settings.defaultInstanceType.x86_64 = 'z9.huge'),
    found: 'no instance type z9.huge',
    cure: 'builder: { instanceType:',
  },
  {
    code: 'INSTANCE_TYPE_OTHER_ARCHITECTURE',
    what: 'an image is built on the other architecture',
    plant: (it) => (it.subject().settings.defaultInstanceType.x86_64 = 'm7g.large'),
    found: 'm7g.large runs arm64',
    cure: 'x86_64: m7i.large',
  },
  {
    code: 'INSTANCE_PROFILE_MISSING',
    what: 'the instance profile does not exist',
    plant: (it) => it.subject().profiles.push({ profile: 'forgotten', role: 'forgotten' }),
    found: 'no instance profile forgotten',
    cure: 'aws iam create-instance-profile',
  },
  {
    code: 'INSTANCE_PROFILE_NOT_TRUSTING_EC2',
    what: 'the role in the profile trusts Lambda alone',
    plant: ({ aws }) => {
      aws.iam.putRole(place.account, { name: profile, trusts: ['lambda.amazonaws.com'] });
      const PolicyArn = 'arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore';
      aws.iam.AttachRolePolicy({ RoleName: profile, PolicyArn }, owner);
    },
    found: 'does not name ec2.amazonaws.com',
    cure: 'aws iam update-assume-role-policy',
  },
  {
    code: 'INSTANCE_PROFILE_WITHOUT_SESSIONS',
    what: 'the role in the profile allows no session',
    plant: ({ aws }) => aws.iam.putRole(place.account, { name: profile, trusts: ['ec2.amazonaws.com'] }),
    found: 'may not ssm:UpdateInstanceInformation',
    cure: 'AmazonSSMManagedInstanceCore',
  },
  {
    code: 'PASS_ROLE_REFUSED',
    what: 'builds may not give the instance its role',
    plant: ({ aws }) =>
      aws.iam.putRole(place.account, {
        name: roleNames.bake,
        policies: [{ Statement: [{ Effect: 'Allow', Action: ['ec2:*', 'logs:*'], Resource: '*' }] }],
      }),
    found: `may not iam:PassRole on arn:aws:iam::${place.account}:role/${profile}`,
    cure: 'instanceProfiles: [{ profile: packer-build, role: packer-build }]',
  },
  {
    code: 'SCP_DENIES_ACTION',
    what: 'the organisation lets nobody make images',
    plant: ({ aws }) => aws.iam.setOrganizationPolicies(place.account, [everything, deny('ec2:CreateImage')]),
    found: 'ec2:CreateImage',
    cure: 'aws:PrincipalArn',
  },
  {
    code: 'SCP_DENIES_ACTION',
    what: 'the organisation denies the other region to roles',
    plant: ({ aws }) =>
      aws.iam.setOrganizationPolicies(place.account, [
        deny('*', { Condition: { StringNotEquals: { 'aws:RequestedRegion': [region] } } }),
      ]),
    found: `in ${farRegion}`,
    cure: 'Please except the role from the statement',
  },
  {
    code: 'SCP_DENIES_REGION',
    what: 'a region that images go to refuses every look',
    plant: ({ aws }) =>
      aws.faults.add({
        label: 'region denied',
        when: ({ service, at }) => service === 'EC2' && at.region === farRegion,
        before: () => new AwsFailure('UnauthorizedOperation', 'You are not authorized.', 403),
      }),
    found: `refuses in ${farRegion}`,
    cure: `Please add ${farRegion}`,
  },
  {
    code: 'BOUNDARY_DENIES_ACTION',
    what: 'the permissions boundary knows nothing of images',
    plant: ({ aws }) =>
      aws.iam.putRole(place.account, {
        name: roleNames.reconcile,
        policies: [everything],
        boundary: { Statement: [{ Effect: 'Allow', Action: ['ssm:*', 'ec2:Describe*'], Resource: '*' }] },
      }),
    found: 'ec2:ModifyImageAttribute',
    cure: '"Sid": "AmiBakery"',
  },
  {
    code: 'UPSTREAM_SUBSCRIPTION_MISSING',
    what: 'somebody ended the subscription',
    account: accounts.shop,
    plant: (it) => it.aws.sns.Unsubscribe({ SubscriptionArn: subscriptionOf(it) }),
    found: `no subscription to arn:aws:sns:${region}:${accounts.platform}:bakery-images`,
    cure: 'aws sns subscribe',
  },
  {
    code: 'UPSTREAM_FILTER_DROPS',
    what: 'a filter wants what no announcement carries',
    account: accounts.shop,
    plant: (it) =>
      it.aws.sns.SetSubscriptionAttributes(
        {
          SubscriptionArn: subscriptionOf(it),
          AttributeName: 'FilterPolicy',
          AttributeValue: '{"environment":["prod"]}',
        },
        bobs,
      ),
    found: 'no announcement carries the attribute environment',
    cure: 'aws sns set-subscription-attributes',
  },
  {
    code: 'TOPIC_OPEN',
    what: 'the topic lets the world subscribe',
    plant: (it) =>
      setTopicPolicy(it, [
        { Effect: 'Allow', Principal: '*', Action: 'sns:Subscribe', Resource: it.topicArn() },
      ]),
    found: '"Principal":"*"',
    cure: 'aws sns set-topic-attributes',
  },
  {
    code: 'TOPIC_LACKS_FOLLOWERS',
    what: 'the topic lets the owner alone subscribe',
    plant: (it) =>
      setTopicPolicy(it, [
        {
          Effect: 'Allow',
          Principal: { AWS: `arn:aws:iam::${place.account}:root` },
          Action: 'sns:*',
          Resource: it.topicArn(),
        },
      ]),
    found: `${accounts.shop}, ${accounts.consumer}`,
    cure: 'followers: {',
  },
  {
    code: 'TOPIC_MISSING',
    what: 'the topic is of another name',
    plant: (it) =>
      Object.assign(it.subject().settings, {
        topicArn: `arn:aws:sns:${region}:${place.account}:gone`,
      }),
    found: 'no topic',
    cure: 'serverless deploy --stage prod',
  },
  {
    code: 'DEAD_LETTERS',
    what: 'a message failed all its tries',
    plant: ({ aws }) => aws.sqs.queue(place, deadLetters).send('{}', 'bakery', 'once'),
    found: '1 message in bakery-dead.fifo',
    cure: 'aws sqs receive-message',
  },
  {
    code: 'PARAMETER_DRIFT',
    what: 'a person wrote another AMI into a parameter',
    plant: ({ aws }) =>
      aws.ssm.PutParameter(put('/bakery/web/x86_64/stable', 'ami-0123456789abcdef0'), owner),
    found: 'holds ami-0123456789abcdef0',
    cure: 'aws ssm put-parameter',
  },
  {
    code: 'AMI_GONE',
    what: 'a person deregistered a published AMI',
    plant: (it) => it.aws.ec2.DeregisterImage({ ImageId: it.amiOf('batch') }, owner),
    found: 'batch/x86_64@stable points to',
    cure: 'bakery bake batch/x86_64',
  },
  {
    code: 'LAUNCH_PERMISSIONS_DRIFT',
    what: 'a person shared an AMI with somebody',
    plant: (it) =>
      it.aws.ec2.ModifyImageAttribute(
        { ImageId: it.amiOf(), LaunchPermission: { Add: [{ UserId: '999999999999' }] } },
        owner,
      ),
    found: 'shared with 999999999999 besides',
    cure: '"Remove":[{"UserId":"999999999999"}]',
  },
  {
    code: 'PARAMETER_FOREIGN',
    what: 'a script keeps a parameter below the prefix',
    plant: ({ aws }) => aws.ssm.PutParameter(put('/bakery/old/x86_64/stable', 'ami-1'), owner),
    found: '/bakery/old/x86_64/stable',
    cure: 'aws ssm delete-parameter',
  },
  {
    code: 'PARAMETER_HISTORY_LABELLED',
    what: 'a hundred versions, and a label on the oldest',
    plant: async (it) => {
      const Name = '/bakery/web/x86_64/stable';
      const Value = it.amiOf('web');
      it.aws.ssm.LabelParameterVersion({ Name, ParameterVersion: 1, Labels: ['blessed'] }, owner);
      for (let version = 2; version <= 100; version += 1)
        await it.aws.ssm.PutParameter(put(Name, Value), owner);
    },
    found: 'the oldest, 1, carries the label blessed',
    cure: 'aws ssm unlabel-parameter-version',
  },
  {
    code: 'REPO_MISSING',
    what: 'the branch is of another name',
    plant: (it) => (it.subject().settings.repo!.branch = 'trunk'),
    found: 'no branch trunk',
    cure: 'git push',
  },
  {
    code: 'REPO_MISSING',
    what: 'there is no such image repo',
    plant: ({ aws }) =>
      aws.faults.add({
        label: 'no such repo',
        when: ({ service, at }) => service === 'CodeCommit' && at.caller === 'person:doctor',
        before: () => new RepositoryDoesNotExistException({ message: 'no', $metadata: {} }),
      }),
    found: 'no image repo golden-images',
    cure: 'aws codecommit create-repository',
  },
  {
    code: 'BUILD_PROJECT_MISSING',
    what: 'the project is of another name',
    plant: (it) => (it.subject().settings.buildProject = 'gone'),
    found: 'no CodeBuild project gone',
    cure: 'serverless deploy',
  },
  {
    code: 'BUILD_PROJECT_LIMIT',
    what: 'somebody lowered the limit of the project',
    plant: (it) => it.made.codebuild.putProject(place, { name: 'bakery-packer', concurrentBuildLimit: 1 }),
    found: 'runs 1 builds at once',
    cure: '--concurrent-build-limit 4',
  },
];
