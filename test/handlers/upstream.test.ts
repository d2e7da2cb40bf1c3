import { onUpstream } from '../../src/handlers/upstream';
import { writeInventory } from '../../src/lib/announcement/inventory';
import { platform, published } from '../announcement/published';
import { change, readEvent } from '../fixtures/events/read-event';
import { bakerySettings, upstreamSettings } from '../settings/settings';
import { TestRuntime } from './runtime';

const shopSettings = {
  ...bakerySettings,
  bakery: 'shop',
  account: '222222222222',
  upstreams: [upstreamSettings],
  wakeTopics: ['arn:aws:sns:us-east-1:137112412989:amazon-linux-2023-ami-updates'],
};
const shop = () => new TestRuntime(shopSettings, '2026-11-21T02:41:00Z');
const event = readEvent('sns-image-published');
const saying = (message: unknown) => change(event, 'Records.0.Sns.Message', JSON.stringify(message));
const said = JSON.parse((event['Records'] as { Sns: { Message: string } }[])[0]!.Sns.Message) as Record<
  string,
  unknown
>;

test('a trusted announcement is recorded first, then the bakery is woken', async () => {
  const runtime = shop();
  await onUpstream(runtime)(event);
  expect([...runtime.items.values()]).toEqual([
    expect.objectContaining({
      pk: 'STATE',
      sk: 'UPSTREAM#platform/base-al2023/arm64@stable',
      version: 1795232411000,
    }),
  ]);
  expect(runtime.sent).toEqual([
    {
      body: { kind: 'upstream', topicArn: upstreamSettings.topicArn, recorded: 1 },
      deduplicationId: 'upstream:b1f6c2d4-7a3e-5c08-9d1f-4e2a6b8c0d31',
    },
  ]);
});

test('the same or an older one changes nothing and wakes nobody', async () => {
  const runtime = shop();
  await onUpstream(runtime)(event);
  await onUpstream(runtime)(event);
  await onUpstream(runtime)(saying({ ...said, sequence: 1, bake: 'b-older' }));
  expect(runtime.sent).toHaveLength(1);
  expect(runtime.items.get('STATE UPSTREAM#platform/base-al2023/arm64@stable')).toMatchObject({
    version: 1795232411000,
  });
});

test('an inventory brings what was missed', async () => {
  const runtime = shop();
  await onUpstream(runtime)(event);
  const lines = Array.from({ length: 45 }, (_, index) => ({
    image: `i${index}/arm64` as const,
    channel: 'stable',
    published: published(),
  }));
  const [chunk] = writeInventory(platform, lines, runtime.nowMs());
  await onUpstream(runtime)(change(event, 'Records.0.Sns.Message', chunk!.body));
  expect(runtime.items.size).toBe(46);
  expect(runtime.sent.at(-1)?.body).toMatchObject({ recorded: 45 });
});

test.each<[string, Record<string, unknown>]>([
  ['TOPIC_NOT_FOLLOWED', change(event, 'Records.0.Sns.TopicArn', 'arn:aws:sns:eu-west-1:444444444444:x')],
  ['WRONG_ACCOUNT', saying({ ...said, account: '444444444444' })],
  ['BAKERY_MISMATCH', saying({ ...said, bakery: 'another' })],
  ['SEQUENCE_FUTURE', saying({ ...said, sequence: Date.parse('2027-01-01') })],
  ['MALFORMED', saying({ ...said, amis: [] })],
  ['MALFORMED', change(event, 'Records.0.Sns.Message', 'Hello')],
  ['MALFORMED', change(event, 'Records.0.Sns', undefined)],
])('%s: refused, counted, not retried', async (code, refused) => {
  const runtime = shop();
  await expect(onUpstream(runtime)(refused)).resolves.toBeUndefined();
  expect(runtime.counted).toEqual([code]);
  expect(runtime.items.size).toBe(0);
  expect(runtime.sent).toEqual([]);
});

test("a topic of Amazon's wakes the bakery, and nothing it says is believed", async () => {
  const runtime = shop();
  const [topicArn] = shopSettings.wakeTopics;
  await onUpstream(runtime)(change(event, 'Records.0.Sns.TopicArn', topicArn));
  expect(runtime.sent).toEqual([
    expect.objectContaining({ body: { kind: 'upstream', topicArn, recorded: 0 } }),
  ]);
  expect(runtime.items.size).toBe(0);
});

test('a revoked image is recorded in the place of its channel, and wakes the bakery', async () => {
  const runtime = shop();
  await onUpstream(runtime)(event);
  const { bakery, account, image, architecture, channel, sequence, bake, amis } = said;
  const revoked = {
    schema: 'ami-bakery/image-revoked/1',
    ...{ bakery, account, image, architecture, channel, sequence: (sequence as number) + 1, bake, amis },
    reason: 'CVE-2026-4711',
    revokedAt: '2026-11-21T02:40:00Z',
  };
  await onUpstream(runtime)(saying(revoked));
  await onUpstream(runtime)(saying(revoked));
  expect(runtime.items.get('STATE UPSTREAM#platform/base-al2023/arm64@stable')).toMatchObject({
    version: (sequence as number) + 1,
    data: { bakeId: bake, withdrawn: true, revoked: [bake], reasons: { [bake as string]: 'CVE-2026-4711' } },
  });
  expect(runtime.sent).toHaveLength(2);
  expect(runtime.counted).toEqual(['SEQUENCE_OLD']);
});

test('a retired image is known, and not acted on yet', async () => {
  const runtime = shop();
  const { bakery, account, image, architecture } = said;
  await onUpstream(runtime)(
    saying({
      schema: 'ami-bakery/image-retired/1',
      ...{ bakery, account, image, architecture },
      reason: 'out of support',
      retiredAt: '2026-11-21T02:40:00Z',
    }),
  );
  expect(runtime.messages).toEqual(['announcement not acted on yet']);
  expect(runtime.sent).toEqual([]);
});

test.each(['queue', 'table'] as const)('throws when the %s cannot be reached', async (part) => {
  const runtime = shop();
  runtime.failing = { [part]: new Error(`no ${part}`) };
  await expect(onUpstream(runtime)(event)).rejects.toThrow(`no ${part}`);
});
