import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { SQSEvent } from 'aws-lambda';
import type { LocalAws } from '../../../src/local/aws/create-world';
import { FunctionError } from '../../../src/local/aws/functions';
import { mapQueue } from '../../../src/local/aws/queue-mapping';
import { queueUrl } from '../../../src/local/aws/sqs';
import { clientOf, platform, twoAccounts } from './world';

describe('an asynchronous invocation', () => {
  it('is repeated after one minute and after two more, then goes to the on-failure destination', async () => {
    const aws = twoAccounts();
    const records: unknown[] = [];
    aws.functions.register(platform, 'push', () => Promise.reject(new TypeError('bad event')), {
      onFailure: (record) => records.push(record),
    });
    aws.functions.invokeAsync(platform, 'push', { id: 1 });
    await aws.scheduler.pass(600_000);
    expect(
      aws.functions.invocations.map(({ attempt, atMs }) => [attempt, new Date(atMs).toISOString()]),
    ).toEqual([
      [1, '2026-11-22T02:00:00.000Z'],
      [2, '2026-11-22T02:01:00.000Z'],
      [3, '2026-11-22T02:03:00.000Z'],
    ]);
    expect(records).toMatchObject([
      {
        requestContext: { condition: 'RetriesExhausted', approximateInvokeCount: 3 },
        requestPayload: { id: 1 },
        responsePayload: { errorType: 'TypeError', errorMessage: 'bad event' },
      },
    ]);
    expect(aws.scheduler.errors).toEqual([]);
  });

  it('to a function that is not there is a mistake of the caller', () => {
    expect(() => twoAccounts().functions.invokeAsync(platform, 'none', {})).toThrow('no function none');
  });
});

describe('Lambda.Invoke', () => {
  const invoke = (aws: LocalAws, more: object = {}) =>
    clientOf(aws, platform, LambdaClient).send(
      new InvokeCommand({ FunctionName: 'reconcile', Payload: Buffer.from('{"observe":true}'), ...more }),
    );
  const payload = (bytes: Uint8Array | undefined) => JSON.parse(Buffer.from(bytes!).toString()) as unknown;

  it('answers what the function answers', async () => {
    const aws = twoAccounts();
    aws.functions.register(platform, 'reconcile', (event) => ({ got: event }));
    const answer = await invoke(aws);
    expect(answer.StatusCode).toBe(200);
    expect(payload(answer.Payload)).toEqual({ got: { observe: true } });
  });

  it('answers 200 with FunctionError where the function throws', async () => {
    const aws = twoAccounts();
    aws.functions.register(platform, 'reconcile', () => Promise.reject(new RangeError('no')));
    const answer = await invoke(aws);
    expect(answer).toMatchObject({ StatusCode: 200, FunctionError: 'Unhandled' });
    expect(payload(answer.Payload)).toMatchObject({ errorType: 'RangeError', errorMessage: 'no' });
  });

  it('answers 202 at once for an event', async () => {
    const aws = twoAccounts();
    const seen: unknown[] = [];
    aws.functions.register(platform, 'reconcile', (event) => void seen.push(event));
    expect((await invoke(aws, { InvocationType: 'Event' })).StatusCode).toBe(202);
    expect(seen).toEqual([]);
    await aws.scheduler.settle();
    expect(seen).toEqual([{ observe: true }]);
  });

  it('knows no function of another name', async () => {
    await expect(invoke(twoAccounts())).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });
});

it('a synchronous invocation throws with what the function threw as its cause', async () => {
  const aws = twoAccounts();
  const thrown = new Error('broken');
  aws.functions.register(platform, 'reconcile', () => Promise.reject(thrown));
  const error = await aws.functions.invoke(platform, 'reconcile', {}).catch((e: unknown) => e);
  expect(error).toBeInstanceOf(FunctionError);
  expect((error as FunctionError).cause).toBe(thrown);
});

describe('a FIFO queue mapped to a function', () => {
  const bodies = (event: unknown) => (event as SQSEvent).Records.map(({ body }) => body);

  function mapped(handler: (event: unknown) => unknown) {
    const aws = twoAccounts();
    const batches: string[][] = [];
    aws.functions.register(platform, 'reconcile', (event) => {
      batches.push(bodies(event));
      return handler(event);
    });
    mapQueue(aws, { ...platform, queueName: 'reconcile.fifo', functionName: 'reconcile' });
    const sqs = clientOf(aws, platform, SQSClient);
    const send = (body: string) =>
      sqs.send(
        new SendMessageCommand({
          QueueUrl: queueUrl(platform, 'reconcile.fifo'),
          MessageBody: body,
          MessageGroupId: 'bakery',
          MessageDeduplicationId: body,
        }),
      );
    const queue = aws.sqs.queue(platform, 'reconcile.fifo');
    return { aws, batches, send, queue };
  }

  it('gets batches of at most ten, in order, and none twice', async () => {
    const { aws, batches, send, queue } = mapped(() => undefined);
    for (let i = 0; i < 12; i += 1) await send(`m${i}`);
    await aws.scheduler.settle();
    expect(batches.map(({ length }) => length)).toEqual([10, 2]);
    expect(batches.flat()).toEqual(Array.from({ length: 12 }, (_, i) => `m${i}`));
    expect(queue.messages).toEqual([]);
    expect(aws.scheduler.nextDueMs).toBeUndefined();
  });

  it('runs one batch of a group at a time', async () => {
    let running = 0;
    let most = 0;
    const { aws, send } = mapped(async () => {
      running += 1;
      most = Math.max(most, running);
      await aws.scheduler.sleep(1_000, 'works');
      running -= 1;
    });
    await send('a');
    await aws.scheduler.pass(100);
    await send('b');
    await aws.scheduler.settle();
    expect(most).toBe(1);
    expect(aws.functions.invocations).toHaveLength(2);
  });

  it('sees failed messages again after the visibility time-out, in order, and at last in the dead-letter queue', async () => {
    const { aws, batches, send, queue } = mapped(() => Promise.reject(new Error('down')));
    await send('a');
    await aws.scheduler.pass(29_000);
    expect(batches).toEqual([['a']]);
    await send('b');
    await aws.scheduler.pass(120_000);
    expect(batches.slice(0, 3)).toEqual([['a'], ['a', 'b'], ['a', 'b']]);
    await aws.scheduler.pass(120_000);
    expect(queue.messages).toEqual([]);
    expect(aws.sqs.queue(platform, 'failed.fifo').messages.map(({ body }) => body)).toEqual(['a', 'b']);
  });

  it('keeps only what the function reports as failed', async () => {
    let calls = 0;
    const { aws, batches, send, queue } = mapped((event) => {
      calls += 1;
      const failed = (event as SQSEvent).Records.filter(({ body }) => body === 'b' && calls === 1);
      return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) };
    });
    await send('a');
    await send('b');
    await aws.scheduler.pass(60_000);
    expect(batches).toEqual([['a', 'b'], ['b']]);
    expect(queue.messages).toEqual([]);
  });

  it('gets a batch twice, or later, where faults say so', async () => {
    const { aws, batches, send } = mapped(() => undefined);
    aws.deliveries.addFault({
      label: 'twice',
      when: ({ kind }) => kind === 'sqs',
      times: 1,
      duplicate: true,
    });
    await send('a');
    await aws.scheduler.settle();
    expect(batches).toEqual([['a'], ['a']]);
    aws.deliveries.addFault({ label: 'lost', when: ({ kind }) => kind === 'sqs', times: 1, drop: true });
    await send('b');
    await aws.scheduler.pass(29_000);
    expect(batches).toHaveLength(2);
    await aws.scheduler.pass(2_000);
    expect(batches[2]).toEqual(['b']);
  });
});
