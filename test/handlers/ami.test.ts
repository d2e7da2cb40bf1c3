import { onAmi } from '../../src/handlers/ami';
import { change, readEvent } from '../fixtures/events/read-event';
import { bakerySettings } from '../settings/settings';
import { TestRuntime } from './runtime';

const withKeys = { ...bakerySettings, ceilings: { kmsKeys: ['alias/golden'] } };
const handle = async (settings: typeof bakerySettings, event: unknown) => {
  const runtime = new TestRuntime(settings, '2026-11-22T12:00:00Z');
  await onAmi(runtime)(event);
  return runtime;
};

test('an AMI that came to its end wakes a bakery that encrypts at home', async () => {
  const { sent } = await handle(withKeys, change(readEvent('ami-failed'), 'region', withKeys.region));
  expect(sent).toMatchObject([{ body: { kind: 'ami', state: 'failed', amiId: 'ami-0123456789abcdef0' } }]);
});

test('a bakery without keys sends nothing for the AMIs of its own region: they are no copies', async () => {
  const event = change(readEvent('ami-available'), 'region', bakerySettings.region);
  const { sent, counted } = await handle(bakerySettings, event);
  expect(sent).toEqual([]);
  expect(counted).toEqual([]);
});

test('what is no such event is refused and counted', async () => {
  const { sent, counted } = await handle(withKeys, change(readEvent('ami-available'), 'detail.ImageId', 'x'));
  expect(sent).toEqual([]);
  expect(counted).toEqual(['MALFORMED']);
});
