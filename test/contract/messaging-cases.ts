import {
  ListSubscriptionsByTopicCommand,
  PublishCommand,
  SNSClient,
  SubscribeCommand,
} from '@aws-sdk/client-sns';
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { errorName } from './backend';
import type { Backend } from './backend';

export function sqsCases(backend: () => Backend): void {
  const sqs = () => backend().client(SQSClient);
  const send = (
    QueueUrl: string,
    MessageBody: string,
    MessageDeduplicationId = MessageBody,
    MessageGroupId = 'one',
  ) => sqs().send(new SendMessageCommand({ QueueUrl, MessageBody, MessageGroupId, MessageDeduplicationId }));
  const receive = async (QueueUrl: string, MaxNumberOfMessages = 10) =>
    (
      await sqs().send(
        new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages, MessageSystemAttributeNames: ['All'] }),
      )
    ).Messages ?? [];

  it('GetQueueUrl: by name; unknown ones fail', async () => {
    await backend().createQueue('contract-url.fifo');
    const { QueueUrl } = await sqs().send(new GetQueueUrlCommand({ QueueName: 'contract-url.fifo' }));
    expect(QueueUrl).toContain('/123456789012/contract-url.fifo');
    expect(await errorName(sqs().send(new GetQueueUrlCommand({ QueueName: 'none.fifo' })))).toBe(
      'QueueDoesNotExist',
    );
  });

  it('messages of a group come in order; equal deduplication ids are one message', async () => {
    const url = await backend().createQueue('contract-order.fifo');
    await send(url, 'a');
    await send(url, 'b');
    await send(url, 'other body', 'a');
    const messages = await receive(url);
    expect(messages.map(({ Body }) => Body)).toEqual(['a', 'b']);
    expect(messages[0]!.Attributes).toMatchObject({
      MessageGroupId: 'one',
      MessageDeduplicationId: 'a',
      ApproximateReceiveCount: '1',
    });
  });

  it('a group waits while one of its messages is received, another does not', async () => {
    const url = await backend().createQueue('contract-groups.fifo');
    await send(url, 'a1', 'a1', 'a');
    await send(url, 'a2', 'a2', 'a');
    const [first] = await receive(url, 1);
    expect(first?.Body).toBe('a1');
    expect(await receive(url)).toEqual([]);
    await send(url, 'b1', 'b1', 'b');
    expect((await receive(url)).map(({ Body }) => Body)).toEqual(['b1']);
    await sqs().send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: first!.ReceiptHandle }));
    expect((await receive(url)).map(({ Body }) => Body)).toEqual(['a2']);
  });

  it('a message that is shown again counts its receives', async () => {
    const url = await backend().createQueue('contract-again.fifo');
    await send(url, 'a');
    const [first] = await receive(url);
    const ReceiptHandle = first!.ReceiptHandle!;
    await sqs().send(
      new ChangeMessageVisibilityCommand({ QueueUrl: url, ReceiptHandle, VisibilityTimeout: 0 }),
    );
    const [second] = await receive(url);
    expect(second?.Attributes?.['ApproximateReceiveCount']).toBe('2');
  });

  it('GetQueueAttributes: counts', async () => {
    const url = await backend().createQueue('contract-count.fifo');
    await send(url, 'a');
    const answer = await sqs().send(
      new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['All'] }),
    );
    expect(answer.Attributes).toMatchObject({ ApproximateNumberOfMessages: '1', FifoQueue: 'true' });
  });

  it('SendMessage: a FIFO queue needs a group and a deduplication id', async () => {
    const url = await backend().createQueue('contract-group.fifo');
    expect(await errorName(sqs().send(new SendMessageCommand({ QueueUrl: url, MessageBody: 'x' })))).toBe(
      'MissingParameter',
    );
    const ungrouped = new SendMessageCommand({ QueueUrl: url, MessageBody: 'x', MessageGroupId: 'g' });
    expect(await errorName(sqs().send(ungrouped))).toBe('InvalidParameterValue');
  });
}

export function snsCases(backend: () => Backend): void {
  const sns = () => backend().client(SNSClient);

  it('Publish: answers an id; an unknown topic fails', async () => {
    const TopicArn = await backend().createTopic('contract-publish');
    expect((await sns().send(new PublishCommand({ TopicArn, Message: 'x' }))).MessageId).toMatch(
      /^[0-9a-f-]{36}$/,
    );
    const none = TopicArn.replace('contract-publish', 'none');
    expect(await errorName(sns().send(new PublishCommand({ TopicArn: none, Message: 'x' })))).toBe(
      'NotFoundException',
    );
  });

  it('Publish: 256 KB and no more; subjects of at most 100 characters', async () => {
    const TopicArn = await backend().createTopic('contract-size');
    const publish = (Message: string, Subject?: string) =>
      errorName(sns().send(new PublishCommand({ TopicArn, Message, Subject })));
    expect(await publish('x'.repeat(256 * 1024))).toBe('none');
    expect(await publish('x'.repeat(256 * 1024 + 1))).toBe('InvalidParameterException');
    expect(await publish('x', 's'.repeat(101))).toBe('InvalidParameterException');
  });

  it('Subscribe: a function, once', async () => {
    const TopicArn = await backend().createTopic('contract-subscribe');
    const Endpoint = 'arn:aws:lambda:eu-west-1:123456789012:function:upstream';
    const subscribe = () => sns().send(new SubscribeCommand({ TopicArn, Protocol: 'lambda', Endpoint }));
    const first = await subscribe();
    expect((await subscribe()).SubscriptionArn).toBe(first.SubscriptionArn);
    const { Subscriptions } = await sns().send(new ListSubscriptionsByTopicCommand({ TopicArn }));
    expect(Subscriptions).toMatchObject([{ Protocol: 'lambda', Endpoint, TopicArn, Owner: '123456789012' }]);
  });
}
