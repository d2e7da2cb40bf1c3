import { GetItemCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { CreateSecurityGroupCommand, EC2Client } from '@aws-sdk/client-ec2';
import { DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { readSettings } from '../../src/lib/settings/read-settings';
import { MotoServer, motoPath } from '../contract/moto-server';
import { readEvent } from '../fixtures/events/read-event';
import { DeployedFunction } from './deployed-function';
import { LocalAwsOverHttp } from './local-aws';
import { ServiceCopy } from './package-stage';

/**
 * `serverless deploy` against moto, and the functions as they arrived there. Moto makes no build project, alarm, policy of
 * a queue or topic, and no event invoke configuration; it runs no function either: that is done here. What reconcile asks
 * of CodeCommit, CodeBuild and EC2 is answered by the services of the local bakery, over HTTP; queue, ledger, parameters
 * and topics are moto's.
 */
const moto = motoPath();
const stack = 'ami-bakery-platform';
const account = '111111111111';
const region = 'eu-west-1';

(moto === undefined ? describe.skip : describe)('deployed to moto', () => {
  const server = new MotoServer();
  const credentials = { accessKeyId: 'testing', secretAccessKey: 'testing' };
  const local = new LocalAwsOverHttp({ account, region });
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
    await local.start();
    await service.deploy('platform', server.endpoint, region);
  }, 180_000);
  afterAll(async () => {
    for (const fetched of functions.values()) await fetched.remove();
    await local.stop();
    await server.stop();
    await service.remove();
  });

  /** The SDK sends to the host in a queue's URL, whatever the endpoint is. */
  const queueInMoto = (settings: string) =>
    settings.replace(`https://sqs.${region}.amazonaws.com`, server.endpoint);

  const sqsOf = () => new SQSClient({ endpoint: server.endpoint, region, credentials });
  const QueueUrl = () => `${server.endpoint}/${account}/${stack}.fifo`;

  async function received(): Promise<unknown[]> {
    const { Messages = [] } = await sqsOf().send(
      new ReceiveMessageCommand({ QueueUrl: QueueUrl(), MaxNumberOfMessages: 10, VisibilityTimeout: 0 }),
    );
    return Messages.map(({ Body }) => JSON.parse(Body ?? '') as unknown);
  }

  test('every function has settings of this account that it accepts', async () => {
    for (const name of [
      'push',
      'tick',
      'build',
      'ami',
      'parameter',
      'upstream',
      'command',
      'approve',
      'janitor',
      'retire',
      'reconcile',
    ])
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

  /** What Lambda's event source mapping does: reconcile gets the messages of the queue, which are gone afterwards. */
  async function deliver(): Promise<void> {
    const sqs = sqsOf();
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl: QueueUrl(), MaxNumberOfMessages: 10, VisibilityTimeout: 60 }),
    );
    expect(Messages).not.toEqual([]);
    const Records = Messages.map(({ MessageId, ReceiptHandle, Body }) => ({
      messageId: MessageId,
      receiptHandle: ReceiptHandle,
      body: Body,
      eventSource: 'aws:sqs',
      eventSourceARN: `arn:aws:sqs:${region}:${account}:${stack}.fifo`,
      awsRegion: region,
    }));
    // The examples plan only, until somebody says otherwise.
    const baking = (settings: string) => queueInMoto(settings).replace('"mode":"observe"', '"mode":"bake"');
    const reconcile = await fetched('reconcile');
    const variables = { ...local.environment, AWS_ACCESS_KEY_ID: `LOCAL${account}` };
    await reconcile.invoke({ Records }, baking, variables);
    expect(reconcile.said).toContain('"troubles":0,"finished":true');
    for (const { ReceiptHandle } of Messages)
      await sqs.send(new DeleteMessageCommand({ QueueUrl: QueueUrl(), ReceiptHandle }));
  }

  test('a push, and later a command, come through to a build that is started', async () => {
    const ssm = new SSMClient({ endpoint: server.endpoint, region, credentials });
    const base = '/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64';
    const { Parameter } = await ssm.send(new GetParameterCommand({ Name: base }));
    local.putPublicAmi(Parameter?.Value ?? '');
    local.putProject(`${stack}-packer`);
    const commit = local.push('golden-images', 'main', {
      'bakery.yml': `version: 1\nimages:\n  web:\n    base: ssm:${base}\n    architectures: [x86_64]\n    template: web/\n`,
      'web/web.pkr.hcl': '',
    });

    const event = readEvent('codecommit-referenceUpdated-push') as { detail: object };
    const detail = {
      ...event.detail,
      repositoryName: 'golden-images',
      referenceName: 'main',
      commitId: commit,
    };
    await (await fetched('push')).invoke({ ...event, id: 'a-push', detail }, queueInMoto);
    await deliver();
    const started = {
      commit,
      variables: expect.objectContaining({
        BAKE_ID: expect.stringMatching(/^b-[0-9a-z]{26}$/) as string,
        BAKERY_IMAGE: 'web/x86_64',
      }) as Record<string, string>,
    };
    expect(local.builds(`${stack}-packer`)).toEqual([started]);

    // It failed, in a way that is for a person to mend.
    await local.settle();
    const ended = readEvent('codebuild-FAILED') as { detail: object };
    const ofProject = { ...ended, detail: { ...ended.detail, 'project-name': `${stack}-packer` } };
    await (await fetched('build')).invoke(ofProject, queueInMoto);
    await deliver();
    expect(local.builds(`${stack}-packer`)).toHaveLength(1);

    const asked = { command: 'bake', image: 'web', by: 'somebody', why: 'mended', id: 'command-2' };
    await (await fetched('command')).invoke(asked, queueInMoto);
    await deliver();
    const builds = local.builds(`${stack}-packer`);
    expect(builds).toEqual([started, started]);
    expect(builds[1]!.variables['BAKE_ID']).not.toBe(builds[0]!.variables['BAKE_ID']);
  }, 120_000);

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
