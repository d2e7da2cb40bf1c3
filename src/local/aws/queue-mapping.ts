import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import type { Deliveries } from './deliveries';
import { FunctionError } from './functions';
import type { LocalFunctions } from './functions';
import { md5, messageAttributes } from './sqs';
import type { LocalSqs } from './sqs';
import type { QueuedMessage } from './sqs-queue';
import type { World } from './world';

export interface QueueMapping {
  account: string;
  region: string;
  queueName: string;
  functionName: string;
  /** At most 10 for a FIFO queue (documented). */
  batchSize?: number;
  /** From the message to the function. */
  deliveryMs?: number;
}

interface Parts {
  world: Pick<World, 'clock' | 'scheduler'>;
  sqs: LocalSqs;
  functions: LocalFunctions;
  deliveries: Deliveries;
}

/**
 * Lambda's poller of a FIFO queue: batches in order, none of a message group that has one under way; what failed is
 * seen again after the visibility time-out; `batchItemFailures` are honoured.
 */
export function mapQueue(parts: Parts, mapping: QueueMapping): void {
  const { account, region, queueName, functionName } = mapping;
  const queue = parts.sqs.queue(mapping, queueName);
  const size = Math.min(mapping.batchSize ?? 10, 10);
  const pollAfter = (delayMs: number) =>
    parts.world.scheduler.after(delayMs, `sqs polls ${queueName}`, () => poll());

  const poll = (): void => {
    const batch = queue.receive(size);
    if (batch.length === 0) return;
    const event = sqsEvent(mapping, batch);
    const delivery = { kind: 'sqs' as const, account, region, to: [functionName], event };
    const sent = parts.deliveries.send(delivery, 0, () => deliver(batch, event));
    if (!sent) pollAfter(queue.visibilityTimeoutMs);
  };

  const deliver = async (batch: QueuedMessage[], event: SQSEvent): Promise<void> => {
    try {
      const answer = await parts.functions.invoke(mapping, functionName, event);
      for (const message of succeeded(batch, answer)) queue.delete(message.receiptHandle!);
    } catch (error) {
      // A failed invocation is on record there, and its messages come back; anything else is a fault of the world.
      if (!(error instanceof FunctionError)) throw error;
    } finally {
      if (queue.nextVisibleMs !== undefined) {
        pollAfter(Math.max(0, queue.nextVisibleMs - parts.world.clock.now()));
      }
    }
  };

  parts.sqs.onMessage(mapping, queueName, () => pollAfter(mapping.deliveryMs ?? 5));
}

/** All of the batch, but those the function reports; an answer that names an unknown message fails them all. */
function succeeded(batch: QueuedMessage[], answer: unknown): QueuedMessage[] {
  const failures = (answer as SQSBatchResponse | undefined | null)?.batchItemFailures ?? [];
  const failed = new Set(failures.map(({ itemIdentifier }) => itemIdentifier));
  const known = new Set(batch.map(({ messageId }) => messageId));
  if ([...failed].some((id) => !known.has(id))) return [];
  return batch.filter(({ messageId }) => !failed.has(messageId));
}

function sqsEvent(mapping: QueueMapping, batch: QueuedMessage[]): SQSEvent {
  return {
    Records: batch.map((message) => ({
      messageId: message.messageId,
      receiptHandle: message.receiptHandle!,
      body: message.body,
      attributes: messageAttributes(message) as unknown as SQSEvent['Records'][number]['attributes'],
      messageAttributes: {},
      md5OfBody: md5(message.body),
      eventSource: 'aws:sqs',
      eventSourceARN: `arn:aws:sqs:${mapping.region}:${mapping.account}:${mapping.queueName}`,
      awsRegion: mapping.region,
    })),
  };
}
