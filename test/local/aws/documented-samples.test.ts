import { platform, twoAccounts } from './world';

/**
 * Operations that no independent implementation has right, or has at all, held to the answers that AWS's API references
 * document: the page is named at each.
 */
const at = { ...platform, caller: 'test' };
const elsewhere = { account: '222222222222', region: 'eu-west-1', caller: 'test' };

function failure(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    return (error as Error).name;
  }
  return 'none';
}

// https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetCommandInvocation.html
it('GetCommandInvocation: of a command that nobody sent, InvocationDoesNotExist', async () => {
  const CommandId = '00000000-0000-4000-a000-000000000000';
  const input = { CommandId, InstanceId: 'i-0a1b2c3d4e5f60718' };
  const asked = twoAccounts().services.call('SSM', 'GetCommandInvocation', input, at);
  await expect(asked).rejects.toMatchObject({ name: 'InvocationDoesNotExist' });
});

describe('SNS', () => {
  const { sns } = twoAccounts();
  const TopicArn = `arn:aws:sns:eu-west-1:${platform.account}:images`;
  const Endpoint = `arn:aws:lambda:eu-west-1:${platform.account}:function:f`;

  // https://docs.aws.amazon.com/sns/latest/api/API_GetTopicAttributes.html
  it('GetTopicAttributes: the policy is a JSON text among them, and SetTopicAttributes changes it', () => {
    const policy = () => sns.GetTopicAttributes({ TopicArn }, at).Attributes!['Policy']!;
    expect(JSON.parse(policy())).toHaveProperty('Statement');
    const AttributeValue = JSON.stringify({ Version: '2012-10-17', Statement: [] });
    sns.SetTopicAttributes({ TopicArn, AttributeName: 'Policy', AttributeValue }, at);
    expect(JSON.parse(policy())).toMatchObject({ Statement: [] });
    expect(failure(() => sns.GetTopicAttributes({ TopicArn: `${TopicArn}-none` }, at))).toBe(
      'NotFoundException',
    );
  });

  // https://docs.aws.amazon.com/sns/latest/api/API_GetSubscriptionAttributes.html
  it('GetSubscriptionAttributes: endpoint and protocol; the redrive policy once it is set; gone when unsubscribed', () => {
    const { SubscriptionArn } = sns.Subscribe({ TopicArn, Protocol: 'lambda', Endpoint }, at);
    const read = () => sns.GetSubscriptionAttributes({ SubscriptionArn }, at).Attributes;
    expect(read()).toMatchObject({ TopicArn, Protocol: 'lambda', Endpoint, Owner: platform.account });
    expect(read()).not.toHaveProperty('RedrivePolicy');
    const AttributeValue = JSON.stringify({
      deadLetterTargetArn: `arn:aws:sqs:eu-west-1:${platform.account}:dead`,
    });
    sns.SetSubscriptionAttributes({ SubscriptionArn, AttributeName: 'RedrivePolicy', AttributeValue }, at);
    expect(read()).toMatchObject({ RedrivePolicy: AttributeValue });
    expect(sns.ListSubscriptions({}, at).Subscriptions).toMatchObject([{ SubscriptionArn, TopicArn }]);
    sns.Unsubscribe({ SubscriptionArn });
    expect(failure(read)).toBe('NotFoundException');
    expect(sns.ListSubscriptions({}, at).Subscriptions).toEqual([]);
  });
});

describe('KMS', () => {
  const { kms } = twoAccounts();
  const KeyId = kms.createKey(at, { alias: 'alias/golden' });

  // https://docs.aws.amazon.com/kms/latest/APIReference/API_DescribeKey.html
  it('DescribeKey: by id, ARN and alias; states that the key goes through', () => {
    const state = (key: string) => kms.DescribeKey({ KeyId: key }, at).KeyMetadata?.KeyState;
    expect(state('alias/golden')).toBe('Enabled');
    kms.DisableKey({ KeyId }, at);
    expect(state(KeyId)).toBe('Disabled');
    kms.EnableKey({ KeyId }, at);
    kms.ScheduleKeyDeletion({ KeyId, PendingWindowInDays: 7 }, at);
    expect(state(KeyId)).toBe('PendingDeletion');
    expect(failure(() => kms.EnableKey({ KeyId }, at))).toBe('KMSInvalidStateException');
    // https://docs.aws.amazon.com/kms/latest/APIReference/API_CancelKeyDeletion.html: "the key state … is Disabled".
    kms.CancelKeyDeletion({ KeyId }, at);
    expect(state(KeyId)).toBe('Disabled');
    expect(failure(() => kms.DescribeKey({ KeyId: 'alias/none' }, at))).toBe('NotFoundException');
  });

  // https://docs.aws.amazon.com/kms/latest/APIReference/API_PutKeyPolicy.html
  it('PutKeyPolicy and GetKeyPolicy: the document as it was put', () => {
    const Policy = JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { AWS: '*' }, Action: 'kms:*', Resource: '*' }],
    });
    kms.PutKeyPolicy({ KeyId, PolicyName: 'default', Policy }, at);
    expect(JSON.parse(kms.GetKeyPolicy({ KeyId, PolicyName: 'default' }, at).Policy!)).toEqual(
      JSON.parse(Policy),
    );
  });

  // https://docs.aws.amazon.com/kms/latest/APIReference/API_ListGrants.html
  it('CreateGrant and ListGrants: every grant is on one of the pages', () => {
    const key = kms.createKey(at, {});
    const GranteePrincipal = `arn:aws:iam::${elsewhere.account}:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling`;
    const made = [1, 2, 3].map(
      (n) =>
        kms.CreateGrant({ KeyId: key, GranteePrincipal, Operations: ['Decrypt'], Name: `g${n}` }, at).GrantId,
    );
    const listed: (string | undefined)[] = [];
    let Marker: string | undefined;
    do {
      const page = kms.ListGrants({ KeyId: key, Marker }, at);
      listed.push(...(page.Grants ?? []).map(({ GrantId }) => GrantId));
      Marker = page.NextMarker;
    } while (Marker !== undefined);
    expect(new Set(listed)).toEqual(new Set(made));
  });
});

describe('IAM', () => {
  const { iam } = twoAccounts();
  const trust = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }],
  };
  const RoleName = 'packer-build';
  const role = iam.putRole(platform.account, { name: RoleName });

  // https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetInstanceProfile.html
  it('GetInstanceProfile: its role, with a trust policy that is URL-encoded', () => {
    iam.CreateInstanceProfile({ InstanceProfileName: RoleName }, at);
    iam.AddRoleToInstanceProfile({ InstanceProfileName: RoleName, RoleName }, at);
    iam.UpdateAssumeRolePolicy({ RoleName, PolicyDocument: JSON.stringify(trust) }, at);
    const { Roles } = iam.GetInstanceProfile({ InstanceProfileName: RoleName }, at).InstanceProfile!;
    expect(Roles).toMatchObject([{ RoleName }]);
    expect(JSON.parse(decodeURIComponent(Roles![0]!.AssumeRolePolicyDocument!))).toEqual(trust);
    expect(failure(() => iam.GetInstanceProfile({ InstanceProfileName: 'none' }, at))).toBe(
      'NoSuchEntityException',
    );
  });

  // https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html
  it('SimulatePrincipalPolicy: denied until a policy allows it', () => {
    const decision = (action: string) =>
      iam.SimulatePrincipalPolicy({ PolicySourceArn: role, ActionNames: [action] }, at).EvaluationResults?.[0]
        ?.EvalDecision;
    expect(decision('ssm:SendCommand')).toBe('implicitDeny');
    const allow = (Effect: string, Action: string) =>
      JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect, Action, Resource: '*' }] });
    iam.PutRolePolicy({ RoleName, PolicyName: 'a', PolicyDocument: allow('Allow', 'ssm:*') }, at);
    expect(decision('ssm:SendCommand')).toBe('allowed');
    iam.PutRolePolicy({ RoleName, PolicyName: 'b', PolicyDocument: allow('Deny', 'ssm:SendCommand') }, at);
    expect(decision('ssm:SendCommand')).toBe('explicitDeny');
    expect(decision('ssmmessages:OpenDataChannel')).toBe('implicitDeny');
    iam.AttachRolePolicy({ RoleName, PolicyArn: 'arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore' }, at);
    expect(decision('ssmmessages:OpenDataChannel')).toBe('allowed');
  });
});

// https://docs.aws.amazon.com/servicequotas/2019-06-24/apireference/API_ListServiceQuotas.html
describe('Service Quotas', () => {
  it('a quota that was changed is listed with its value, and defaults stay what they are', () => {
    const { quotas } = twoAccounts();
    const defaults = quotas.ListAWSDefaultServiceQuotas({ ServiceCode: 'ec2' }).Quotas ?? [];
    const [first] = defaults;
    expect(first).toMatchObject({ ServiceCode: 'ec2', QuotaCode: expect.stringMatching(/^L-/) as string });
    quotas.set(at, first!.QuotaCode!, 7);
    expect(quotas.ListServiceQuotas({ ServiceCode: 'ec2' }, at).Quotas).toMatchObject([
      { QuotaCode: first!.QuotaCode, Value: 7 },
    ]);
    expect(quotas.ListAWSDefaultServiceQuotas({ ServiceCode: 'ec2' }).Quotas?.[0]?.Value).toBe(first!.Value);
    const DesiredValue = 20;
    const asked = { ServiceCode: 'ec2', QuotaCode: first!.QuotaCode!, DesiredValue };
    expect(quotas.RequestServiceQuotaIncrease(asked, at)).toMatchObject({
      RequestedQuota: { DesiredValue },
    });
  });
});

describe('EC2', () => {
  const aws = twoAccounts();
  const { ec2 } = aws;
  const base = 'ami-0aaaaaaaaaaaaaaa1';
  ec2.seedPublicImage({ region: 'eu-west-1', amiId: base, name: 'al2023', owner: '137112412989' });
  const launch = () =>
    ec2.RunInstances({ ImageId: base, InstanceType: 't3.micro', MinCount: 1, MaxCount: 1 }, at).Instances![0]!
      .InstanceId!;

  // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_EnableImageDeprecation.html
  it('deprecation and deregistration protection: put on, seen, and taken off', async () => {
    const instance = launch();
    await aws.scheduler.settle();
    const { ImageId } = ec2.CreateImage({ InstanceId: instance, Name: 'documented' }, at);
    await aws.scheduler.settle();
    const image = () => ec2.DescribeImages({ ImageIds: [ImageId!] }, at).Images![0]!;
    ec2.EnableImageDeprecation({ ImageId, DeprecateAt: new Date('2027-11-22T02:00:00Z') }, at);
    expect(image().DeprecationTime).toMatch(/^2027-11-22/);
    ec2.DisableImageDeprecation({ ImageId }, at);
    expect(image().DeprecationTime).toBeUndefined();
    ec2.EnableImageDeregistrationProtection({ ImageId }, at);
    expect(failure(() => ec2.DeregisterImage({ ImageId }, at))).not.toBe('none');
    ec2.DisableImageDeregistrationProtection({ ImageId }, at);
    expect(failure(() => ec2.DeregisterImage({ ImageId }, at))).toBe('none');
  });

  // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifySnapshotAttribute.html
  it('ModifySnapshotAttribute: DescribeSnapshotAttribute shows who may make volumes of it', async () => {
    const instance = launch();
    await aws.scheduler.settle();
    const { ImageId } = ec2.CreateImage({ InstanceId: instance, Name: 'snapshot' }, at);
    await aws.scheduler.settle();
    const [device] = ec2.DescribeImages({ ImageIds: [ImageId!] }, at).Images![0]!.BlockDeviceMappings!;
    const SnapshotId = device!.Ebs!.SnapshotId!;
    const Attribute = 'createVolumePermission';
    ec2.ModifySnapshotAttribute(
      { SnapshotId, Attribute, OperationType: 'add', UserIds: ['222222222222'] },
      at,
    );
    expect(ec2.DescribeSnapshotAttribute({ SnapshotId, Attribute }, at).CreateVolumePermissions).toEqual([
      { UserId: '222222222222' },
    ]);
  });

  // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstanceStatus.html
  it('DescribeInstanceStatus: running instances only; ModifyInstanceAttribute: taken', async () => {
    const id = launch();
    await aws.scheduler.settle();
    const status = () => ec2.DescribeInstanceStatus({ InstanceIds: [id] }, at).InstanceStatuses;
    expect(status()).toMatchObject([{ InstanceId: id, InstanceState: { Name: 'running' } }]);
    expect(
      failure(() => ec2.ModifyInstanceAttribute({ InstanceId: id, EnaSupport: { Value: true } }, at)),
    ).toBe('none');
    ec2.TerminateInstances({ InstanceIds: [id] }, at);
    await aws.scheduler.settle();
    expect(status()).toEqual([]);
  });

  // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstanceTypes.html
  it('DescribeInstanceTypes: the architecture of what is asked for', () => {
    const { InstanceTypes } = ec2.DescribeInstanceTypes({ InstanceTypes: ['m7g.large'] });
    expect(InstanceTypes).toMatchObject([
      { InstanceType: 'm7g.large', ProcessorInfo: { SupportedArchitectures: ['arm64'] } },
    ]);
  });

  // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_EnableEbsEncryptionByDefault.html
  it('encryption by default: off, on, off; the key is aws/ebs until another is named', () => {
    const on = () => ec2.GetEbsEncryptionByDefault({}, at).EbsEncryptionByDefault;
    expect(on()).toBe(false);
    ec2.EnableEbsEncryptionByDefault({}, at);
    expect(on()).toBe(true);
    ec2.DisableEbsEncryptionByDefault({}, at);
    expect(on()).toBe(false);
    expect(ec2.GetEbsDefaultKmsKeyId({}, at).KmsKeyId).toContain('alias/aws/ebs');
    ec2.ModifyEbsDefaultKmsKeyId({ KmsKeyId: 'alias/golden' }, at);
    expect(ec2.GetEbsDefaultKmsKeyId({}, at).KmsKeyId).toContain('alias/golden');
  });

  // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ReplaceRoute.html
  it('routes and endpoints: made, found, replaced', () => {
    const { VpcId } = ec2.DescribeVpcs({}, at).Vpcs![0]!;
    const Filters = [{ Name: 'vpc-id', Values: [VpcId!] }];
    const table = () => ec2.DescribeRouteTables({ Filters }, at).RouteTables![0]!;
    const { RouteTableId } = table();
    const route = { RouteTableId, DestinationCidrBlock: '10.9.0.0/16' };
    ec2.CreateRoute({ ...route, NatGatewayId: 'nat-0a1b2c3d' }, at);
    expect(table().Routes).toContainEqual(expect.objectContaining({ NatGatewayId: 'nat-0a1b2c3d' }));
    ec2.ReplaceRoute({ ...route, GatewayId: 'igw-0a1b2c3d' }, at);
    expect(table().Routes).toContainEqual(expect.objectContaining({ GatewayId: 'igw-0a1b2c3d' }));
    const ServiceName = 'com.amazonaws.eu-west-1.ssm';
    ec2.CreateVpcEndpoint({ VpcId, ServiceName, VpcEndpointType: 'Interface' }, at);
    expect(ec2.DescribeVpcEndpoints({ Filters }, at).VpcEndpoints).toMatchObject([
      { ServiceName, State: 'available' },
    ]);
  });
});
