import { VirtualClock } from '../../../src/local/aws/clock';
import { clientsFor, createWorld } from '../../../src/local/aws/create-world';
import type { LocalAws, WorldOptions } from '../../../src/local/aws/create-world';
import type { AnyClient } from '../../../src/local/aws/middleware';

export const region = 'eu-west-1';
export const platform = { account: '111111111111', region };
export const shop = { account: '222222222222', region };

/** Two accounts with what the bakery has in each, at a fixed time. */
export function twoAccounts(options: Partial<WorldOptions> = {}): LocalAws {
  const resources = {
    region,
    tables: ['ledger'],
    queues: [
      {
        name: 'reconcile.fifo',
        visibilityTimeoutMs: 30_000,
        deadLetter: { queueName: 'failed.fifo', maxReceiveCount: 3 },
      },
      { name: 'failed.fifo' },
    ],
    topics: [{ name: 'images', maySubscribe: [shop.account] }],
  };
  return createWorld({
    clock: new VirtualClock(Date.parse('2026-11-22T02:00:00Z')),
    seed: 7,
    accounts: [
      { id: platform.account, ...resources },
      { id: shop.account, ...resources },
    ],
    ...options,
  });
}

export function clientOf<C extends AnyClient>(
  aws: LocalAws,
  account: { account: string },
  Client: new (config: { region: string }) => C,
): C {
  const client = new Client({ region });
  clientsFor(aws, { ...account, caller: 'test' })(client, region);
  return client;
}
