import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { mockClient } from 'aws-sdk-client-mock';
import { createClientFactory } from '../../src/lib/aws/clients';
import { invokeFunction } from '../../src/lib/aws/lambda';
import { snsTopic } from '../../src/lib/aws/sns';
import { sqsQueue } from '../../src/lib/aws/sqs';
import { callerIdentity } from '../../src/lib/aws/sts';

const clients = createClientFactory({ region: 'eu-west-1' });

test('a message for the queue has one group and its own deduplication id', async () => {
  const aws = mockClient(SQSClient);
  aws.on(SendMessageCommand).resolves({});
  await sqsQueue(clients, 'https://sqs/q.fifo').send({ body: '{}', deduplicationId: 'tick:1' });
  expect(aws.commandCalls(SendMessageCommand)[0]?.args[0].input).toEqual({
    QueueUrl: 'https://sqs/q.fifo',
    MessageBody: '{}',
    MessageGroupId: 'bakery',
    MessageDeduplicationId: 'tick:1',
  });
});

test('a message is published in the region of its topic, with attributes to filter by', async () => {
  const aws = mockClient(SNSClient);
  aws.on(PublishCommand).resolves({});
  await snsTopic(clients).publish('arn:aws:sns:us-east-1:111111111111:t', {
    subject: 's',
    body: 'b',
    attributes: { image: 'web' },
  });
  const [sent] = aws.commandCalls(PublishCommand);
  expect(sent?.args[0].input).toMatchObject({
    Subject: 's',
    Message: 'b',
    MessageAttributes: { image: { DataType: 'String', StringValue: 'web' } },
  });
  await expect((sent?.thisValue as SNSClient).config.region()).resolves.toBe('us-east-1');
});

test('a function answers, or tells what it threw', async () => {
  const aws = mockClient(LambdaClient);
  const payload = (value: unknown) => Buffer.from(JSON.stringify(value)) as never;
  aws.on(InvokeCommand).resolvesOnce({ Payload: payload({ accepted: true }) });
  await expect(invokeFunction(clients, 'command', {})).resolves.toEqual({
    ok: true,
    answer: { accepted: true },
  });
  aws.on(InvokeCommand).resolves({
    FunctionError: 'Unhandled',
    Payload: payload({ errorType: 'SettingsError', errorMessage: 'm' }),
  });
  await expect(invokeFunction(clients, 'command', {})).resolves.toEqual({
    ok: false,
    errorType: 'SettingsError',
    errorMessage: 'm',
  });
});

test('who calls', async () => {
  mockClient(STSClient).on(GetCallerIdentityCommand).resolves({ Account: '111111111111', Arn: 'arn:x' });
  await expect(callerIdentity(clients)).resolves.toEqual({ account: '111111111111', arn: 'arn:x' });
});
