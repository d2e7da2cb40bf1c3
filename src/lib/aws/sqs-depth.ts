import { GetQueueAttributesCommand, GetQueueUrlCommand, SQSClient } from '@aws-sdk/client-sqs';
import { call } from './classify';
import type { ClientFactory } from './clients';
import { AwsError } from './errors';

/** How many messages wait in a queue, by its name; undefined where there is no such queue. */
export type QueueDepth = (name: string) => Promise<number | undefined>;

export const sqsDepth =
  (clients: ClientFactory): QueueDepth =>
  async (QueueName) => {
    const client = clients(SQSClient);
    try {
      const { QueueUrl } = await call('sqs.GetQueueUrl', () =>
        client.send(new GetQueueUrlCommand({ QueueName })),
      );
      const { Attributes = {} } = await call('sqs.GetQueueAttributes', () =>
        client.send(
          new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['ApproximateNumberOfMessages'] }),
        ),
      );
      return Number(Attributes['ApproximateNumberOfMessages'] ?? 0);
    } catch (error) {
      if (error instanceof AwsError && error.code === 'NOT_FOUND') return undefined;
      throw error;
    }
  };
