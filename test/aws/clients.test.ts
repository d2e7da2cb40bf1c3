import { SQSClient } from '@aws-sdk/client-sqs';
import { SSMClient } from '@aws-sdk/client-ssm';
import { createClientFactory } from '../../src/lib/aws/clients';

test('a client is made once for each service, region and number of tries', () => {
  const made: string[] = [];
  const clients = createClientFactory({
    region: 'eu-west-1',
    prepare: (client, region) => made.push(`${client.constructor.name} ${region}`),
  });
  expect(clients(SSMClient)).toBe(clients(SSMClient, { region: 'eu-west-1' }));
  expect(clients(SSMClient, { region: 'us-east-1' })).not.toBe(clients(SSMClient));
  expect(clients(SSMClient, { maxAttempts: 1 })).not.toBe(clients(SSMClient));
  expect(clients(SQSClient)).toBeInstanceOf(SQSClient);
  expect(made).toEqual([
    'SSMClient eu-west-1',
    'SSMClient us-east-1',
    'SSMClient eu-west-1',
    'SQSClient eu-west-1',
  ]);
});

test('a client has time-outs, a limit of tries and the name of the bakery', async () => {
  const clients = createClientFactory({ region: 'eu-west-1' });
  const { config } = clients(SSMClient);
  await expect(config.maxAttempts()).resolves.toBe(4);
  const { retryMode } = config;
  expect(typeof retryMode === 'function' ? await retryMode() : retryMode).toBe('standard');
  expect(config.customUserAgent).toEqual([['ami-bakery']]);
  await expect(clients(SSMClient, { maxAttempts: 1 }).config.maxAttempts()).resolves.toBe(1);
});
