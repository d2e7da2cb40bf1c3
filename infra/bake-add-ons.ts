import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StageConfig } from './stage-config';

const absent = { Ref: 'AWS::NoValue' };

/** https://docs.aws.amazon.com/codebuild/latest/userguide/build-env-ref-available.html */
const standardImages = {
  x86_64: 'aws/codebuild/amazonlinux-x86_64-standard:5.0',
  arm64: 'aws/codebuild/amazonlinux-aarch64-standard:3.0',
};

/** The build project's properties and its role's statements that depend on config/<stage>.yml. */
export function bakeAddOns({ settings, stack }: StageConfig) {
  const { bake } = stack;
  return {
    type: bake.architecture === 'arm64' ? 'ARM_CONTAINER' : 'LINUX_CONTAINER',
    image: bake.image ?? standardImages[bake.architecture],
    // AWS's own images are fetched by CodeBuild, others with the project's role.
    imagePullCredentials: bake.image?.startsWith('aws/') === false ? 'SERVICE_ROLE' : 'CODEBUILD',
    computeType: bake.computeType,
    buildspec: readFileSync(join(import.meta.dirname, '../packer/environment/buildspec.yml'), 'utf8'),
    environment: Object.entries(bake.environment).map(([Name, Value]) => ({
      Name,
      Value,
      Type: 'PLAINTEXT',
    })),
    concurrentBuildLimit: settings.maxConcurrentBuilds,
    vpc:
      bake.vpc === undefined
        ? absent
        : { VpcId: bake.vpc.id, Subnets: bake.vpc.subnets, SecurityGroupIds: bake.vpc.securityGroups },
    managedPolicies: bake.managedPolicies.length > 0 ? bake.managedPolicies : absent,
    policies: {
      vpc: bake.vpc === undefined ? absent : policy('run-in-vpc', inVpc(bake.vpc.subnets)),
      sessionManager:
        settings.network.sshInterface === 'session_manager'
          ? policy('reach-instances', throughSessionManager)
          : absent,
      instanceProfiles:
        bake.instanceProfiles.length === 0 ? absent : policy('give-profiles', giving(bake.instanceProfiles)),
      keys: bake.kmsKeys.length === 0 ? absent : policy('use-keys', usingKeys(bake.kmsKeys)),
      image:
        bake.image !== undefined && /\.dkr\.ecr\./.test(bake.image)
          ? policy('pull-image', pulling(bake.image))
          : absent,
    },
  };
}

const policy = (PolicyName: string, Statement: object[]) => ({
  PolicyName,
  PolicyDocument: { Version: '2012-10-17', Statement },
});
const allow = (Sid: string, Action: string[], Resource: unknown, Condition?: object) => ({
  Sid,
  Effect: 'Allow',
  Action,
  Resource,
  ...(Condition === undefined ? {} : { Condition }),
});
const sub = (text: string) => ({ 'Fn::Sub': text });
const ec2 = (resource: string) =>
  sub(`arn:\${AWS::Partition}:ec2:\${AWS::Region}:\${AWS::AccountId}:${resource}`);

/** https://docs.aws.amazon.com/codebuild/latest/userguide/auth-and-access-control-iam-identity-based-access-control.html */
const inVpc = (subnets: string[]) => [
  allow('SeeNetwork', ['ec2:DescribeDhcpOptions', 'ec2:DescribeNetworkInterfaces'], '*'),
  allow(
    'NetworkInterfaces',
    ['ec2:CreateNetworkInterface', 'ec2:DeleteNetworkInterface'],
    ['network-interface/*', 'subnet/*', 'security-group/*'].map(ec2),
  ),
  allow('InterfacesForCodeBuild', ['ec2:CreateNetworkInterfacePermission'], ec2('network-interface/*'), {
    StringEquals: { 'ec2:AuthorizedService': 'codebuild.amazonaws.com' },
    ArnEquals: { 'ec2:Subnet': subnets.map((subnet) => ec2(`subnet/${subnet}`)) },
  }),
];

/** Port forwarding to the bake's own instances; https://developer.hashicorp.com/packer/integrations/hashicorp/amazon */
const throughSessionManager = [
  allow('SessionsWithBuildInstances', ['ssm:StartSession'], ec2('instance/*'), {
    StringLike: { 'ssm:resourceTag/bakery:bake': 'b-*' },
  }),
  allow(
    'SessionsForwardPorts',
    ['ssm:StartSession'],
    [sub('arn:${AWS::Partition}:ssm:${AWS::Region}::document/AWS-StartPortForwardingSession')],
  ),
  allow(
    'EndOwnSessions',
    ['ssm:TerminateSession'],
    sub('arn:${AWS::Partition}:ssm:${AWS::Region}:${AWS::AccountId}:session/AWSCodeBuild-*'),
  ),
];

const giving = (profiles: { profile: string; role: string }[]) => [
  allow(
    'SeeProfiles',
    ['iam:GetInstanceProfile'],
    profiles.map(({ profile }) =>
      sub(`arn:\${AWS::Partition}:iam::\${AWS::AccountId}:instance-profile/${profile}`),
    ),
  ),
  allow(
    'GiveRolesToInstances',
    ['iam:PassRole'],
    profiles.map(({ role }) => sub(`arn:\${AWS::Partition}:iam::\${AWS::AccountId}:role/${role}`)),
    { StringEquals: { 'iam:PassedToService': 'ec2.amazonaws.com' } },
  ),
];

/** What EC2 does with a key on behalf of whoever launches: https://docs.aws.amazon.com/ebs/latest/userguide/ebs-encryption-requirements.html */
const usingKeys = (keys: string[]) => [
  allow(
    'EncryptVolumes',
    [
      'kms:Decrypt',
      'kms:DescribeKey',
      'kms:GenerateDataKeyWithoutPlaintext',
      'kms:ReEncryptFrom',
      'kms:ReEncryptTo',
    ],
    keys,
    { StringEquals: { 'kms:ViaService': sub('ec2.${AWS::Region}.${AWS::URLSuffix}') } },
  ),
  allow('LetEc2UseKeys', ['kms:CreateGrant'], keys, { Bool: { 'kms:GrantIsForAWSResource': 'true' } }),
];

/** ACCOUNT.dkr.ecr.REGION.amazonaws.com/NAME:TAG */
function pulling(image: string) {
  const [, account, region, name] = /^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.[^/]+\/([^:@]+)/.exec(image) ?? [];
  return [
    allow('EcrLogin', ['ecr:GetAuthorizationToken'], '*'),
    allow(
      'PullBuildImage',
      ['ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
      sub(`arn:\${AWS::Partition}:ecr:${region}:${account}:repository/${name}`),
    ),
  ];
}
