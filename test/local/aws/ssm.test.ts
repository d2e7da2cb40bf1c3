import {
  AddTagsToResourceCommand,
  GetParameterCommand,
  GetParametersByPathCommand,
  ListTagsForResourceCommand,
  PutParameterCommand,
  SSMClient,
} from '@aws-sdk/client-ssm';
import type { LocalAws } from '../../../src/local/aws/create-world';
import type { EventEnvelope } from '../../../src/local/aws/events';
import { clientOf, platform, region, shop, twoAccounts } from './world';

const amiId = 'ami-0123456789abcdef0';
const name = '/bakery/base-al2023/arm64/stable';
const ami = (more: object = {}) =>
  new PutParameterCommand({ Name: name, Value: amiId, Type: 'String', DataType: 'aws:ec2:image', ...more });

function withAmi(options: Parameters<typeof twoAccounts>[0] = {}) {
  const aws = twoAccounts(options);
  aws.ec2.seedPublicImage({ region, amiId, name: 'al2023', owner: '137112412989', architecture: 'arm64' });
  return { aws, ssm: clientOf(aws, platform, SSMClient) };
}

const read = async (ssm: SSMClient, Name = name) => {
  try {
    return (await ssm.send(new GetParameterCommand({ Name }))).Parameter?.Value;
  } catch (error) {
    return (error as Error).name;
  }
};

const changes = (aws: LocalAws) =>
  aws.deliveries.records
    .map(({ event }) => event as EventEnvelope)
    .filter(({ source }) => source === 'aws.ssm');

describe('an aws:ec2:image', () => {
  it('is answered with a version at once and stored later', async () => {
    const { aws, ssm } = withAmi();
    expect((await ssm.send(ami())).Version).toBe(1);
    expect(await read(ssm)).toBe('ParameterNotFound');
    await aws.scheduler.settle();
    expect(await read(ssm)).toBe(amiId);
    expect(changes(aws)).toMatchObject([
      {
        version: '0',
        'detail-type': 'Parameter Store Change',
        source: 'aws.ssm',
        account: platform.account,
        region,
        resources: [`arn:aws:ssm:${region}:${platform.account}:parameter${name}`],
        detail: { operation: 'Create', name, type: 'String' },
      },
    ]);
  });

  it('that EC2 does not show is never stored: the 200 was worth nothing', async () => {
    const { aws, ssm } = withAmi();
    await ssm.send(ami());
    await aws.scheduler.settle();
    expect((await ssm.send(ami({ Value: 'ami-0fffffffffffffff0', Overwrite: true }))).Version).toBe(2);
    await aws.scheduler.settle();
    expect(await read(ssm)).toBe(amiId);
    expect(changes(aws)[1]!.detail).toEqual({
      exception: 'Unable to Describe Resource',
      dataType: 'aws:ec2:image',
      name,
      type: 'String',
      operation: 'Update',
    });
  });

  it('cannot be created twice while the first is validated', async () => {
    const { ssm } = withAmi();
    await ssm.send(ami());
    await expect(ssm.send(ami())).rejects.toMatchObject({ name: 'ParameterAlreadyExists' });
  });

  it('can be told to refuse writes that overlap', async () => {
    const { ssm } = withAmi({ ssm: { refuseConcurrentWrites: true } });
    await ssm.send(ami());
    await expect(ssm.send(ami({ Overwrite: true }))).rejects.toMatchObject({ name: 'TooManyUpdates' });
  });

  it('must look like an AMI id', async () => {
    const { ssm } = withAmi();
    await expect(ssm.send(ami({ Value: 'latest' }))).rejects.toMatchObject({ name: 'ValidationException' });
  });
});

it('reads can lag behind writes', async () => {
  const { aws, ssm } = withAmi({ ssm: { readLagMs: 500 } });
  const put = (Value: string) =>
    ssm.send(new PutParameterCommand({ Name: '/x', Value, Type: 'String', Overwrite: true }));
  await put('one');
  await aws.scheduler.pass(1_000);
  await put('two');
  expect(await read(ssm, '/x')).toBe('one');
  await aws.scheduler.pass(500);
  expect(await read(ssm, '/x')).toBe('two');
});

it('accounts do not see each other', async () => {
  const { aws, ssm } = withAmi();
  await ssm.send(new PutParameterCommand({ Name: '/x', Value: 'mine', Type: 'String' }));
  expect(await read(clientOf(aws, shop, SSMClient), '/x')).toBe('ParameterNotFound');
});

describe('public parameters', () => {
  const latest = '/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64';

  it('are read by every account, also by path, and written by none', async () => {
    const { aws } = withAmi();
    aws.ssm.publish(region, latest, amiId);
    for (const account of [platform, shop]) {
      const ssm = clientOf(aws, account, SSMClient);
      expect(await read(ssm, latest)).toBe(amiId);
      const Path = '/aws/service/ami-amazon-linux-latest';
      const found = await ssm.send(new GetParametersByPathCommand({ Path }));
      expect(found.Parameters).toMatchObject([{ Name: latest, DataType: 'aws:ec2:image', Version: 1 }]);
      const write = new PutParameterCommand({ Name: latest, Value: amiId, Overwrite: true });
      await expect(ssm.send(write)).rejects.toMatchObject({ name: 'AccessDeniedException' });
    }
  });

  it('get a new version with each new AMI', async () => {
    const { aws, ssm } = withAmi();
    aws.ssm.publish(region, latest, amiId);
    aws.ssm.publish(region, latest, 'ami-0aaaaaaaaaaaaaaa0');
    const { Parameter } = await ssm.send(new GetParameterCommand({ Name: latest }));
    expect(Parameter).toMatchObject({ Value: 'ami-0aaaaaaaaaaaaaaa0', Version: 2 });
  });
});

describe('what moto answers otherwise', () => {
  it.each([
    [
      'ListTagsForResource',
      new ListTagsForResourceCommand({ ResourceType: 'Parameter', ResourceId: '/none' }),
    ],
    [
      'AddTagsToResource',
      new AddTagsToResourceCommand({ ResourceType: 'Parameter', ResourceId: '/none', Tags: [] }),
    ],
  ])('%s of a parameter that is not there', async (_operation, command) => {
    const { ssm } = withAmi();
    await expect(ssm.send(command as ListTagsForResourceCommand)).rejects.toMatchObject({
      name: 'InvalidResourceId',
    });
  });

  it('PutParameter: more than 4 KB needs the advanced tier', async () => {
    const { ssm } = withAmi();
    const put = (more: object) =>
      ssm.send(new PutParameterCommand({ Name: '/x', Value: 'x'.repeat(4097), Type: 'String', ...more }));
    await expect(put({})).rejects.toMatchObject({ name: 'ValidationException' });
    expect((await put({ Tier: 'Advanced' })).Tier).toBe('Advanced');
  });
});
