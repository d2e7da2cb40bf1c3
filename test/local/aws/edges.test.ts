import { createClientFactory } from '../../../src/lib/aws/clients';
import { dynamoTable } from '../../../src/lib/aws/dynamodb';
import { ec2Amis } from '../../../src/lib/aws/ec2';
import { invokeFunction } from '../../../src/lib/aws/lambda';
import { snsTopic } from '../../../src/lib/aws/sns';
import { sqsQueue } from '../../../src/lib/aws/sqs';
import { ssmParameters } from '../../../src/lib/aws/ssm';
import { callerIdentity } from '../../../src/lib/aws/sts';
import { clientsFor } from '../../../src/local/aws/create-world';
import { throttled } from '../../../src/local/aws/failure';
import { queueUrl } from '../../../src/local/aws/sqs';
import { platform, region, twoAccounts } from './world';

const amiId = 'ami-0123456789abcdef0';

/** The bakery's own edges on the local AWS: nothing above the clients can tell. */
function edges() {
  const aws = twoAccounts({ dynamodb: { pageBytes: 200 } });
  aws.ec2.seedPublicImage({ region, amiId, name: 'al2023', owner: '137112412989', architecture: 'arm64' });
  const clients = createClientFactory({
    region,
    prepare: clientsFor(aws, { account: platform.account, caller: 'lambda:reconcile' }),
  });
  return { aws, clients };
}

it('parameters: pending, then read back; created once', async () => {
  const { aws, clients } = edges();
  const parameters = ssmParameters(clients);
  const write = {
    name: '/bakery/web/arm64/stable',
    amiId,
    create: true,
    description: 'web',
    tags: { a: 'b' },
  };
  expect(await parameters.putAmi(region, write)).toBe(1);
  expect((await parameters.get(region, [write.name])).size).toBe(0);
  await aws.scheduler.settle();
  const names = [write.name, ...Array.from({ length: 15 }, (_, i) => `/none/${i}`)];
  expect((await parameters.get(region, names)).get(write.name)).toMatchObject({
    value: amiId,
    version: 1,
    dataType: 'aws:ec2:image',
  });
  expect(await parameters.tags(region, write.name)).toEqual({ a: 'b' });
  expect(await parameters.tags(region, '/none')).toBeUndefined();
  await expect(parameters.putAmi(region, write)).rejects.toMatchObject({ code: 'PARAMETER_EXISTS' });
});

it('ledger: every page, conditions, all or nothing', async () => {
  const table = dynamoTable(edges().clients, 'ledger');
  const item = (sk: string) => ({ pk: 'STATE', sk, version: 1, note: 'x'.repeat(100) });
  for (let i = 0; i < 9; i += 1) {
    await table.write([{ kind: 'put', item: item(`IMAGE#${i}`), condition: { kind: 'absent' } }]);
  }
  expect(await table.query('STATE', { skPrefix: 'IMAGE#' })).toHaveLength(9);
  expect(await table.get('STATE', 'IMAGE#3')).toEqual(item('IMAGE#3'));
  const refused = table.write([
    { kind: 'put', item: { ...item('IMAGE#0'), version: 2 }, condition: { kind: 'version', version: 1 } },
    { kind: 'put', item: item('IMAGE#1'), condition: { kind: 'version', version: 7 } },
    { kind: 'check', pk: 'STATE', sk: 'IMAGE#2', condition: { kind: 'version', version: 1 } },
  ]);
  await expect(refused).rejects.toMatchObject({ code: 'CONDITION_FAILED', failedConditions: [1] });
  expect((await table.get('STATE', 'IMAGE#0'))?.['version']).toBe(1);
});

it('queue, topic, function, identity and images', async () => {
  const { aws, clients } = edges();
  const queue = sqsQueue(clients, queueUrl(platform, 'reconcile.fifo'));
  await queue.send({ body: '{}', deduplicationId: 'tick-1' });
  await queue.send({ body: '{}', deduplicationId: 'tick-1' });
  expect(aws.sqs.queue(platform, 'reconcile.fifo').messages).toHaveLength(1);
  const topicArn = `arn:aws:sns:${region}:${platform.account}:images`;
  await snsTopic(clients).publish(topicArn, { body: '{}', attributes: { image: 'web' } });
  aws.functions.register(platform, 'reconcile', () => ({ decisions: [] }));
  expect(await invokeFunction(clients, 'reconcile', { observe: true })).toMatchObject({
    answer: { decisions: [] },
  });
  expect((await callerIdentity(clients)).account).toBe(platform.account);
  const amis = await ec2Amis(clients).get(region, [amiId, 'ami-0ffffffffffffffff']);
  expect([...amis.keys()]).toEqual([amiId]);
});

it('faults arrive as the bakery classifies them', async () => {
  const { aws, clients } = edges();
  aws.faults.add({ label: 'throttle', when: ({ service }) => service === 'SSM', before: throttled });
  await expect(ssmParameters(clients).get(region, ['/x'])).rejects.toMatchObject({ code: 'THROTTLED' });
});
