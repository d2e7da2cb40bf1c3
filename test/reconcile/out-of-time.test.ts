import { minuteMs } from '../../src/lib/definitions/instant';
import { accounts, MemoryBakery, region } from '../support/memory-bakery';
import { platformFiles } from '../support/starter';

test('a run that is short of time begins nothing new, and the next one goes on where it stopped', async () => {
  const bakery = new MemoryBakery();
  const at = { account: accounts.platform, region };
  let short = true;
  const { reconcile } = bakery.functions.get(accounts.platform)!;
  bakery.aws.functions.register(at, 'reconcile', (event, context) =>
    reconcile(event, { ...context, getRemainingTimeInMillis: () => (short ? 10_000 : 300_000) }),
  );
  bakery.push(accounts.platform, platformFiles());
  await bakery.settle();
  expect(bakery.builds()).toEqual([]);
  short = false;
  await bakery.pass(5 * minuteMs);
  await bakery.tick(accounts.platform);
  for (const decision of Object.values(await bakery.decisions(accounts.platform))) {
    expect(decision).toMatch(/^current: /);
  }
  bakery.close();
});
