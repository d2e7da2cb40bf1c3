import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { mockClient } from 'aws-sdk-client-mock';
import { atColdStart, triggerRuntime } from '../../src/handlers/cold-start';
import { handler, onPush } from '../../src/handlers/push';
import { readEvent } from '../fixtures/events/read-event';
import { bakerySettings } from '../settings/settings';

const names = ['BAKERY_SETTINGS', 'AWS_REGION', 'AWS_LAMBDA_FUNCTION_NAME'] as const;
const before = names.map((name) => [name, process.env[name]] as const);
afterEach(() => {
  for (const [name, value] of before)
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
});

test('in Lambda, wrong settings fail the start of the function and are named', () => {
  process.env['AWS_LAMBDA_FUNCTION_NAME'] = 'push';
  process.env['BAKERY_SETTINGS'] = JSON.stringify({ ...bakerySettings, account: 'me', mode: 'go' });
  expect(() => atColdStart(triggerRuntime, onPush)).toThrow(/SETTINGS_INVALID: 2 problem[^]*account[^]*mode/);
});

test('elsewhere a module can be loaded without settings, and says with the first call that they are missing', async () => {
  delete process.env['BAKERY_SETTINGS'];
  await expect(handler({})).rejects.toThrow('BAKERY_SETTINGS');
});

test('the exported handler, from the environment to the queue', async () => {
  process.env['BAKERY_SETTINGS'] = JSON.stringify(bakerySettings);
  const aws = mockClient(SQSClient);
  aws.on(SendMessageCommand).resolves({});
  const write = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
  await atColdStart(triggerRuntime, onPush)(readEvent('codecommit-referenceUpdated-push'));
  expect(write.mock.calls.flat().join('')).toContain('"message":"sent to the queue"');
  write.mockRestore();
  expect(aws.commandCalls(SendMessageCommand)[0]?.args[0].input).toMatchObject({
    QueueUrl: bakerySettings.queueUrl,
    MessageBody: expect.stringContaining('"kind":"push"') as string,
  });
});
