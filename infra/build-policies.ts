/** Statements of build roles that depend on config/<stage>.yml. The permission test knows what each is for: build-grant.ts. */

export const policy = (PolicyName: string, Statement: object[]) => ({
  PolicyName,
  PolicyDocument: { Version: '2012-10-17', Statement },
});
export const allow = (Sid: string, Action: string[], Resource: unknown, Condition?: object) => ({
  Sid,
  Effect: 'Allow',
  Action,
  Resource,
  ...(Condition === undefined ? {} : { Condition }),
});
export const sub = (text: string) => ({ 'Fn::Sub': text });
const ec2 = (resource: string) =>
  sub(`arn:\${AWS::Partition}:ec2:\${AWS::Region}:\${AWS::AccountId}:${resource}`);

/** https://docs.aws.amazon.com/codebuild/latest/userguide/auth-and-access-control-iam-identity-based-access-control.html */
export const inVpc = (subnets: string[]) => [
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
export const throughSessionManager = [
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

export const giving = (profiles: { profile: string; role: string }[]) => [
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
export const usingKeys = (keys: string[]) => [
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

const pull = ['ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'];

/** A build's own image from ECR. */
export const pulling = (repository: unknown) => [
  allow('EcrLogin', ['ecr:GetAuthorizationToken'], '*'),
  allow('PullBuildImage', pull, repository),
];

/** The image that the container is built on; who pushes has logged in already. */
export const pullingBase = (repository: unknown) => [allow('PullBase', pull, repository)];

/** Repository of `ACCOUNT.dkr.ecr.REGION.amazonaws.com/NAME:TAG`; undefined for an image of any other place. */
export function ecrRepository(image: string | undefined): object | undefined {
  const [, account, region, name] =
    /^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.[^/]+\/([^:@]+)/.exec(image ?? '') ?? [];
  return account === undefined
    ? undefined
    : sub(`arn:\${AWS::Partition}:ecr:${region}:${account}:repository/${name}`);
}
