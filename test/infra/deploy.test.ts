import { GetItemCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { CreateSecurityGroupCommand, EC2Client } from '@aws-sdk/client-ec2';
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { readSettings } from '../../src/lib/settings/read-settings';
import { MotoServer, motoPath } from '../contract/moto-server';
import { readEvent } from '../fixtures/events/read-event';
import { DeployedFunction } from './deployed-function';
import { ServiceCopy } from './package-stage';

/**
 * `serverless deploy` against moto, and the functions as they arrived there. Moto makes no build project, alarm, policy of
 * a queue or topic, and no event invoke configuration; it runs no function either: that is done here.
 */
const moto = motoPath();
const stack = 'ami-bakery-platform';
const account = '111111111111';
const region = 'eu-west-1';

(moto === undefined ? describe.skip : describe)('deployed to moto', () => {
  const server = new MotoServer();
  const credentials = { accessKeyId: 'testing', secretAccessKey: 'testing' };
  let service: ServiceCopy;
  const functions = new Map<string, DeployedFunction>();
  const fetched = async (name: string): Promise<DeployedFunction> => {
    const known =
      functions.get(name) ??
      (await DeployedFunction.fetch({ endpoint: server.endpoint, region }, stack, name));
    functions.set(name, known);
    return known;
  };

  beforeAll(async () => {
    service = await ServiceCopy.make();
    await server.start(moto!, { MOTO_ACCOUNT_ID: account });
    await service.deploy('platform', server.endpoint, region);
  }, 180_000);
  afterAll(async () => {
    for (const fetched of functions.values()) await fetched.remove();
    await server.stop();
    await service.remove();
  });

  /** The SDK sends to the host in a queue's URL, whatever the endpoint is. */
  const queueInMoto = (settings: string) =>
    settings.replace(`https://sqs.${region}.amazonaws.com`, server.endpoint);

  async function received(): Promise<unknown[]> {
    const sqs = new SQSClient({ endpoint: server.endpoint, region, credentials });
    const QueueUrl = `${server.endpoint}/${account}/${stack}.fifo`;
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 0 }),
    );
    return Messages.map(({ Body }) => JSON.parse(Body ?? '') as unknown);
  }

  test('every function has settings of this account that it accepts', async () => {
    for (const name of ['push', 'tick', 'build', 'parameter', 'upstream', 'command', 'janitor', 'reconcile'])
      expect(readSettings({ BAKERY_SETTINGS: (await fetched(name)).settings })).toMatchObject({
        account,
        region,
        table: stack,
        queueUrl: `https://sqs.${region}.amazonaws.com/${account}/${stack}.fifo`,
        topicArn: `arn:aws:sns:${region}:${account}:${stack}-images`,
        buildProject: `${stack}-packer`,
      });
  }, 60_000);

  test('a push comes through to the queue', async () => {
    const push = await fetched('push');
    const event = readEvent('codecommit-referenceUpdated-push') as { detail: object };
    const ours = {
      ...event,
      detail: { ...event.detail, repositoryName: 'golden-images', referenceName: 'main' },
    };
    await push.invoke(ours, queueInMoto);
    expect(await received()).toContainEqual(expect.objectContaining({ kind: 'push', branch: 'main' }));
  }, 60_000);

  test('a command is recorded in the ledger and comes through to the queue', async () => {
    const command = await fetched('command');
    const asked = { command: 'bake', image: 'web', by: 'somebody', why: 'a test', id: 'command-1' };
    expect(await command.invoke(asked, queueInMoto)).toEqual({ accepted: true, commandId: 'command-1' });
    expect(await received()).toContainEqual({ kind: 'command', commandId: 'command-1' });
    const dynamodb = new DynamoDBClient({ endpoint: server.endpoint, region, credentials });
    const Key = { pk: { S: 'STATE' }, sk: { S: 'COMMAND#command-1' } };
    const { Item } = await dynamodb.send(new GetItemCommand({ TableName: stack, Key }));
    expect(Item).toBeDefined();
  }, 60_000);

  test('the janitor reports what it would remove', async () => {
    const ec2 = new EC2Client({ endpoint: server.endpoint, region, credentials });
    const Tags = [
      { Key: 'bakery', Value: 'platform' },
      { Key: 'bakery:bake', Value: 'b-01jgfjjz000000000000000000' },
      { Key: 'bakery:image', Value: 'base-al2023/x86_64' },
    ];
    const { GroupId } = await ec2.send(
      new CreateSecurityGroupCommand({
        GroupName: 'packer_left',
        Description: 'left over',
        TagSpecifications: [{ ResourceType: 'security-group', Tags }],
      }),
    );
    const janitor = await fetched('janitor');
    const report = await janitor.invoke({ dryRun: true }, queueInMoto);
    expect(report).toMatchObject({
      bakery: 'platform',
      dryRun: true,
      leftovers: [{ kind: 'security-group', id: GroupId, outcome: 'found' }],
    });
  }, 60_000);
});
