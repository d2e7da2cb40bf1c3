import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { call } from './classify';
import type { ClientFactory } from './clients';
import type { Queue } from './edges';

/** One group: whoever receives from the queue works alone. */
const messageGroupId = 'bakery';

/** The bakery's FIFO queue. A send that the SDK repeats is one message, thanks to its deduplication id. */
export function sqsQueue(clients: ClientFactory, queueUrl: string): Queue {
  return {
    async send({ body, deduplicationId }) {
      await call('sqs.SendMessage', () =>
        clients(SQSClient).send(
          new SendMessageCommand({
            QueueUrl: queueUrl,
            MessageBody: body,
            MessageGroupId: messageGroupId,
            MessageDeduplicationId: deduplicationId,
          }),
        ),
      );
    },
  };
}
