import { createHash } from 'node:crypto';
import type * as Sqs from '@aws-sdk/client-sqs';
import { QueueDoesNotExist } from '@aws-sdk/client-sqs';
import { AwsFailure } from './failure';
import { PerSite } from './per-site';
import { FifoQueue } from './sqs-queue';
import type { QueuedMessage, QueueOptions } from './sqs-queue';
import type { CallSite, World } from './world';

/** A message larger than this is refused (documented). */
const MESSAGE_BYTES = 1024 * 1024;

interface Place {
  account: string;
  region: string;
}

/** SQS, FIFO queues only: the bakery has no other. */
export class LocalSqs {
  readonly #queues = new PerSite<Map<string, FifoQueue>>(() => new Map());
  readonly #listeners = new Map<FifoQueue, () => void>();

  constructor(private readonly world: Pick<World, 'clock' | 'chance'>) {}

  /** Makes a queue as CloudFormation would; answers its URL. */
  createQueue(at: Place, name: string, options: QueueOptions = {}): string {
    if (!name.endsWith('.fifo'))
      throw new Error(`the local SQS has FIFO queues only; ${name} must end in .fifo`);
    const bury = (message: QueuedMessage) => {
      const target = this.queue(at, options.deadLetter!.queueName);
      target.send(message.body, message.groupId, message.deduplicationId);
      this.#listeners.get(target)?.();
    };
    this.#queues.at(at).set(name, new FifoQueue(name, options, this.world, bury));
    return queueUrl(at, name);
  }

  queue(at: Place, name: string): FifoQueue {
    const queue = this.#queues.at(at).get(name);
    if (queue !== undefined) return queue;
    throw new QueueDoesNotExist({ message: 'The specified queue does not exist.', $metadata: {} });
  }

  /** `listener` is called after each message that is not a duplicate. */
  onMessage(at: Place, name: string, listener: () => void): void {
    this.#listeners.set(this.queue(at, name), listener);
  }

  GetQueueUrl(input: Sqs.GetQueueUrlRequest, at: CallSite): Sqs.GetQueueUrlResult {
    const owner = { account: input.QueueOwnerAWSAccountId ?? at.account, region: at.region };
    this.queue(owner, input.QueueName!);
    return { QueueUrl: queueUrl(owner, input.QueueName!) };
  }

  SendMessage(input: Sqs.SendMessageRequest, at: CallSite): Sqs.SendMessageResult {
    const queue = this.#byUrl(input.QueueUrl, at);
    const body = input.MessageBody ?? '';
    if (body === '')
      throw new AwsFailure('MissingParameter', 'The request must contain the parameter MessageBody.');
    if (Buffer.byteLength(body) > MESSAGE_BYTES) {
      throw new AwsFailure(
        'InvalidParameterValue',
        'One or more parameters are invalid. Reason: Message must be shorter than 1048576 bytes.',
      );
    }
    if (input.MessageGroupId === undefined) {
      throw new AwsFailure('MissingParameter', 'The request must contain the parameter MessageGroupId.');
    }
    if (input.MessageDeduplicationId === undefined) {
      throw new AwsFailure(
        'InvalidParameterValue',
        'The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly',
      );
    }
    const sent = queue.send(body, input.MessageGroupId, input.MessageDeduplicationId);
    if (sent.fresh) this.#listeners.get(queue)?.();
    return {
      MessageId: sent.messageId,
      MD5OfMessageBody: md5(body),
      SequenceNumber: String(sent.sequence).padStart(20, '0'),
    };
  }

  ReceiveMessage(input: Sqs.ReceiveMessageRequest, at: CallSite): Sqs.ReceiveMessageResult {
    const queue = this.#byUrl(input.QueueUrl, at);
    const hiddenMs = input.VisibilityTimeout === undefined ? undefined : input.VisibilityTimeout * 1000;
    const messages = queue.receive(Math.min(input.MaxNumberOfMessages ?? 1, 10), hiddenMs);
    if (messages.length === 0) return {};
    return {
      Messages: messages.map((message) => ({
        MessageId: message.messageId,
        ReceiptHandle: message.receiptHandle,
        Body: message.body,
        MD5OfBody: md5(message.body),
        Attributes: messageAttributes(message),
      })),
    };
  }

  DeleteMessage(input: Sqs.DeleteMessageRequest, at: CallSite): object {
    this.#byUrl(input.QueueUrl, at).delete(input.ReceiptHandle!);
    return {};
  }

  ChangeMessageVisibility(input: Sqs.ChangeMessageVisibilityRequest, at: CallSite): object {
    this.#byUrl(input.QueueUrl, at).hide(input.ReceiptHandle!, input.VisibilityTimeout! * 1000);
    return {};
  }

  GetQueueAttributes(input: Sqs.GetQueueAttributesRequest, at: CallSite): Sqs.GetQueueAttributesResult {
    const queue = this.#byUrl(input.QueueUrl, at);
    const nowMs = this.world.clock.now();
    const hidden = queue.messages.filter(({ visibleFromMs }) => visibleFromMs > nowMs).length;
    return {
      Attributes: {
        ApproximateNumberOfMessages: String(queue.messages.length - hidden),
        ApproximateNumberOfMessagesNotVisible: String(hidden),
        FifoQueue: 'true',
        VisibilityTimeout: String(queue.visibilityTimeoutMs / 1000),
      },
    };
  }

  #byUrl(url: string | undefined, at: CallSite): FifoQueue {
    const [, account, name] = /(\d+)\/([^/]+)$/.exec(url ?? '') ?? [];
    return this.queue({ account: account ?? at.account, region: at.region }, name ?? '');
  }
}

/** As ReceiveMessage gives them, and the Lambda mapping with them. */
export function messageAttributes(message: QueuedMessage): Record<string, string> {
  return {
    ApproximateReceiveCount: String(message.receiveCount),
    SentTimestamp: String(message.sentAtMs),
    SequenceNumber: String(message.sequence).padStart(20, '0'),
    MessageGroupId: message.groupId,
    MessageDeduplicationId: message.deduplicationId,
    ApproximateFirstReceiveTimestamp: String(message.firstReceivedAtMs ?? message.sentAtMs),
  };
}

export const queueUrl = (at: Place, name: string): string =>
  `https://sqs.${at.region}.amazonaws.com/${at.account}/${name}`;

export const md5 = (text: string): string => createHash('md5').update(text).digest('hex');
