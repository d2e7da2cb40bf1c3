import { CreateImageCommand, EC2Client, RunInstancesCommand } from '@aws-sdk/client-ec2';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { clientOf, platform, region, shop, twoAccounts } from './world';

const amiId = 'ami-0123456789abcdef0';

/** An AMI is made and written to a parameter, while a function watches. */
async function story(seed: number): Promise<string> {
  const aws = twoAccounts({ seed, trace: true, events: { jitterMs: 500 } });
  aws.ec2.seedPublicImage({ region, amiId, name: 'al2023', owner: '137112412989' });
  const seen: unknown[] = [];
  aws.functions.register(platform, 'watch', (event) => void seen.push(event));
  aws.bus.putRule(platform, { name: 'all', pattern: { account: [platform.account] }, targets: ['watch'] });
  const ec2 = clientOf(aws, platform, EC2Client);
  const run = await ec2.send(new RunInstancesCommand({ ImageId: amiId, MinCount: 1, MaxCount: 1 }));
  const InstanceId = run.Instances![0]!.InstanceId;
  const { ImageId } = await ec2.send(new CreateImageCommand({ InstanceId, Name: 'base' }));
  await aws.scheduler.settle();
  const Parameter = {
    Name: '/bakery/base',
    Value: ImageId,
    DataType: 'aws:ec2:image',
    Type: 'String' as const,
  };
  await clientOf(aws, platform, SSMClient).send(new PutParameterCommand(Parameter));
  await aws.scheduler.settle();
  return JSON.stringify([ImageId, seen, aws.scheduler.trace, aws.clock.now()]);
}

it('the same seed tells the same story, byte for byte; another seed another', async () => {
  const first = await story(3);
  expect(await story(3)).toBe(first);
  expect(await story(4)).not.toBe(first);
  expect(first).toContain('EC2 AMI State Change');
  expect(first).toContain('Parameter Store Change');
});

it('a parameter takes an AMI that was made here, and not one of another account', async () => {
  const aws = twoAccounts();
  aws.ec2.seedPublicImage({ region, amiId, name: 'al2023', owner: '137112412989' });
  const ec2 = clientOf(aws, platform, EC2Client);
  const run = await ec2.send(new RunInstancesCommand({ ImageId: amiId, MinCount: 1, MaxCount: 1 }));
  const InstanceId = run.Instances![0]!.InstanceId;
  const { ImageId } = await ec2.send(new CreateImageCommand({ InstanceId, Name: 'base' }));
  await aws.scheduler.settle();
  expect(aws.ec2.amiVisible(platform.account, region, ImageId!)).toBe(true);
  expect(aws.ec2.amiVisible(shop.account, region, ImageId!)).toBe(false);
});

it('a client is its account', async () => {
  const aws = twoAccounts();
  const identity = (at: typeof platform) =>
    clientOf(aws, at, STSClient).send(new GetCallerIdentityCommand({}));
  expect((await identity(platform)).Account).toBe(platform.account);
  expect((await identity(shop)).Account).toBe(shop.account);
});

it('takes further services in', async () => {
  const aws = twoAccounts({ extend: () => ({ CodeBuild: { BatchGetBuilds: () => ({ builds: [] }) } }) });
  expect(aws.services.knows('CodeBuild', 'BatchGetBuilds')).toBe(true);
  expect(aws.services.knows('CodeBuild', 'StartBuild')).toBe(false);
  const site = { ...platform, caller: 'test' };
  expect(await aws.services.call('CodeBuild', 'BatchGetBuilds', { ids: [] }, site)).toMatchObject({
    builds: [],
  });
});
