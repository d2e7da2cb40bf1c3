import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DescribeImagesCommand, EC2Client } from '@aws-sdk/client-ec2';
import { CreateTopicCommand, SNSClient } from '@aws-sdk/client-sns';
import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import { VirtualClock } from '../../src/local/aws/clock';
import { createWorld } from '../../src/local/aws/create-world';
import { attachLocal } from '../../src/local/aws/middleware';
import type { AnyClient } from '../../src/local/aws/middleware';

interface ClientConfig {
  region: string;
  endpoint?: string;
  maxAttempts?: number;
  credentials?: { accessKeyId: string; secretAccessKey: string };
}

/** An AWS to hold the cases against, with the resources that CloudFormation would have made. */
export interface Backend {
  client<C extends AnyClient>(Client: new (config: ClientConfig) => C): C;
  account: string;
  createTable(name: string): Promise<void>;
  /** Answers the URL. */
  createQueue(name: string): Promise<string>;
  /** Answers the ARN. */
  createTopic(name: string): Promise<string>;
  /** An AMI of Amazon's that everybody may launch. */
  publicImage(): Promise<string>;
  /** Makes calls as close to each other as the backend can bear. */
  together<T>(calls: (() => Promise<T>)[]): Promise<T[]>;
  /** Lets what happens later happen. */
  settle(): Promise<void>;
}

const region = 'eu-west-1';

export function localBackend(): Backend {
  const account = '123456789012';
  const aws = createWorld({
    clock: new VirtualClock(Date.parse('2026-11-22T02:00:00Z')),
    seed: 1,
    accounts: [{ id: account, region }],
  });
  const at = { account, region };
  const amiId = 'ami-0123456789abcdef0';
  aws.ec2.seedPublicImage({ region, amiId, name: 'al2023', owner: '137112412989', architecture: 'arm64' });
  return {
    account,
    publicImage: () => Promise.resolve(amiId),
    client: (Client) => {
      const client = new Client({ region });
      attachLocal(client, { services: aws.services, site: { ...at, caller: 'contract' } });
      return client;
    },
    createTable: (name) => Promise.resolve(aws.dynamodb.createTable(at, name)),
    createQueue: (name) => Promise.resolve(aws.sqs.createQueue(at, name)),
    createTopic: (name) => Promise.resolve(aws.sns.createTopic(at, name)),
    together: (calls) => Promise.all(calls.map((call) => call())),
    settle: async () => {
      await aws.scheduler.settle();
    },
  };
}

/** `endpoint` of a running moto server. */
export function motoBackend(endpoint: () => string): Backend {
  const credentials = { accessKeyId: 'testing', secretAccessKey: 'testing' };
  const client: Backend['client'] = (Client) =>
    new Client({ region, endpoint: endpoint(), maxAttempts: 1, credentials });
  return {
    account: '123456789012',
    client,
    // Its threads check a condition and write without a lock: at once, two of twenty conditional puts have gone through.
    together: async (calls) => {
      const answers = [];
      for (const call of calls) answers.push(await call());
      return answers;
    },
    publicImage: async () => {
      const Filters = [{ Name: 'architecture', Values: ['arm64'] }];
      const found = await client(EC2Client).send(new DescribeImagesCommand({ Owners: ['amazon'], Filters }));
      return found.Images![0]!.ImageId!;
    },
    createTable: async (TableName) => {
      const keys = [
        { AttributeName: 'pk', KeyType: 'HASH' as const },
        { AttributeName: 'sk', KeyType: 'RANGE' as const },
      ];
      await client(DynamoDBClient).send(
        new CreateTableCommand({
          TableName,
          KeySchema: keys,
          AttributeDefinitions: keys.map(({ AttributeName }) => ({
            AttributeName,
            AttributeType: 'S' as const,
          })),
          BillingMode: 'PAY_PER_REQUEST',
        }),
      );
    },
    createQueue: async (QueueName) => {
      const created = await client(SQSClient).send(
        new CreateQueueCommand({ QueueName, Attributes: { FifoQueue: 'true' } }),
      );
      return created.QueueUrl!;
    },
    createTopic: async (Name) => {
      const created = await client(SNSClient).send(new CreateTopicCommand({ Name }));
      return created.TopicArn!;
    },
    settle: () => Promise.resolve(),
  };
}

/** The name of the error a call throws; `none` where it goes through. */
export async function errorName(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return 'none';
  } catch (error) {
    return (error as Error).name;
  }
}
