import fc from 'fast-check';
import { onUpstream } from '../../src/handlers/upstream';
import { composePublished } from '../../src/lib/announcement/compose';
import { writeInventory } from '../../src/lib/announcement/inventory';
import { maxMessageBytes } from '../../src/lib/announcement/message';
import { readAnnouncement } from '../../src/lib/announcement/read-announcement';
import { trust } from '../../src/lib/announcement/trust';
import { catalogSk, metaSk, upstreamSk } from '../../src/lib/ledger/keys';
import { nowMs, platform, published, shop, upstream } from '../announcement/published';
import { TestRuntime } from '../handlers/runtime';
import { bakerySettings } from '../settings/settings';
import { hostileText, hostileValue, mutated } from './hostile';
import { always, within } from './runs';

const parsed = (body: string) => JSON.parse(body) as Record<string, unknown>;
const image = 'base-al2023/arm64';
const valid = [
  parsed(composePublished(platform, image, 'stable', published(), [{ bakeId: 'b-1', why: 'x' }]).body),
  parsed(
    writeInventory(
      platform,
      [{ image, channel: 'stable', published: published(), revoked: [{ bakeId: 'b-1', why: 'x' }] }],
      nowMs,
    )[0]!.body,
  ),
  {
    schema: 'ami-bakery/image-revoked/1',
    ...platform,
    image: 'base-al2023',
    architecture: 'arm64',
    channel: 'stable',
    sequence: nowMs,
    bake: 'b-1',
    amis: { 'eu-west-1': 'ami-0c3d5e7f9a1b2c4d6' },
    reason: 'CVE',
    revokedAt: '2026-11-21T02:41:00Z',
  },
  {
    schema: 'ami-bakery/image-retired/1',
    ...platform,
    image: 'base-al2023',
    architecture: 'arm64',
    reason: 'old',
    retiredAt: '2026-11-21T02:41:00Z',
  },
] as const;

const text: fc.Arbitrary<string> = fc.oneof(
  { weight: 6, arbitrary: mutated<object>(...valid).map((it) => JSON.stringify(it)) },
  { weight: 1, arbitrary: hostileText },
  { weight: 1, arbitrary: hostileValue.map((it) => JSON.stringify(it)) },
);

const seen = { topicArn: upstream.topicArn, upstreams: [upstream], nowMs, self: shop };
const refusals = [
  'MALFORMED',
  'TOPIC_NOT_FOLLOWED',
  'WRONG_ACCOUNT',
  'BAKERY_MISMATCH',
  'SEQUENCE_OLD',
  'SEQUENCE_FUTURE',
];

/** A refusal with its code and short; or records that can only be written where records of that bakery are. */
function holds(message: string): void {
  const read = within(2_000, () => readAnnouncement(message));
  const verdict = 'refuse' in read ? read : trust(read.announcement, seen);
  if ('refuse' in verdict) {
    expect(refusals).toContain(verdict.refuse);
    expect(verdict.why.length).toBeLessThanOrEqual(500);
  } else if ('accept' in verdict)
    for (const record of verdict.accept) {
      expect(record).toMatchObject(platform);
      const key = upstreamSk(record.bakery, record.image, record.channel);
      expect(key).toMatch(/^UPSTREAM#platform\/[A-Za-z0-9._-]+\/(x86_64|arm64)@[A-Za-z0-9._-]+$/);
      expect([catalogSk, metaSk]).not.toContain(key);
      expect(record.sequence).toBeLessThanOrEqual(nowMs + 86_400_000);
      expect(Number.isSafeInteger(record.publishedAtMs)).toBe(true);
      expect(Object.entries(record.amis).every(([, id]) => id.startsWith('ami-'))).toBe(true);
      expect(JSON.stringify(record).length).toBeLessThan(200_000);
    }
}

it('any announcement is believed within bounds or refused with its code', () =>
  always<[string]>(800, [text], holds));

it('from any topic, the function ends well, logs little and writes only upstreams', () =>
  always<[string, string]>(
    300,
    [text, fc.oneof(fc.constant(upstream.topicArn), hostileText)],
    async (Message, TopicArn) => {
      const runtime = new TestRuntime(
        { ...bakerySettings, ...shop, upstreams: [upstream] },
        new Date(nowMs).toISOString(),
      );
      const Records = [{ EventSource: 'aws:sns', Sns: { MessageId: 'm-1', TopicArn, Message } }];
      await onUpstream(runtime)({ Records });
      for (const key of runtime.items.keys()) expect(key).toMatch(/^STATE UPSTREAM#platform\//);
      if (TopicArn !== upstream.topicArn) expect(runtime.items.size).toBe(0);
      for (const line of runtime.logged) expect(JSON.stringify(line).length).toBeLessThanOrEqual(10_000);
    },
  ));

const [one, inventory] = valid;
const channels = inventory['channels'] as object[];
it.each<[string, () => string]>([
  ['a megabyte', () => JSON.stringify({ ...one, extra: 'x'.repeat(1_000_000) })],
  ['a long name', () => JSON.stringify({ ...one, image: 'x'.repeat(250_000) })],
  [
    'a long region',
    () => JSON.stringify({ ...one, amis: { ['x'.repeat(250_000)]: 'ami-0123456789abcdef0' } }),
  ],
  [
    'many regions',
    () =>
      JSON.stringify({
        ...one,
        amis: Object.fromEntries(
          Array.from({ length: 9_000 }, (_, n) => [`eu-west${'-a'.repeat(n % 9)}-${n % 10}`, 'x']),
        ),
      }),
  ],
  [
    'many channels',
    () => JSON.stringify({ ...inventory, channels: Array.from({ length: 80_000 }, () => 1) }),
  ],
  [
    'the same channel again and again',
    () => JSON.stringify({ ...inventory, channels: Array.from({ length: 400 }, () => channels[0]) }),
  ],
  ['100,000 levels', () => `${'['.repeat(100_000)}${']'.repeat(100_000)}`],
  [
    '100,000 levels in a field',
    () =>
      JSON.stringify({ ...one, extra: 0 }).replace(
        '"extra":0',
        `"extra":${'['.repeat(100_000)}${']'.repeat(100_000)}`,
      ),
  ],
  ['a field many times', () => `{${'"schema":"ami-bakery/image-published/1",'.repeat(6_000)}"a":1}`],
  ['a schema that no object has', () => JSON.stringify({ ...one, schema: '__proto__' })],
  ['a schema that every object has', () => JSON.stringify({ ...one, schema: 'constructor' })],
])('an announcement of %s: a verdict, in time and short', (_, make) => holds(make()));

const line = fc.record({
  image: fc.constantFrom('a/arm64', 'constructor/x86_64', `${'x'.repeat(63)}/arm64`),
  channel: fc.constantFrom('stable', 'valueof', 'x'.repeat(31)),
  revoked: fc.array(fc.stringMatching(/^b-[a-z0-9]{26}$/), { maxLength: 30 }),
  sequence: fc.integer({ min: 1, max: nowMs }),
});

it('an inventory of any size comes through: every chunk is read, trusted and complete', () =>
  always<[(typeof line extends fc.Arbitrary<infer L> ? L : never)[], number]>(
    30,
    [fc.array(line, { maxLength: 20 }), fc.integer({ min: 1, max: 100 })],
    (lines, times) => {
      const all = Array.from({ length: times }, () => lines).flat();
      const chunks = writeInventory(
        platform,
        all.map(({ image: key, channel, revoked, sequence }) => ({
          image: key,
          channel,
          revoked: revoked.map((bakeId) => ({ bakeId, why: `${bakeId} is broken` })),
          published: published({ sequence }),
        })),
        nowMs,
      );
      const records = chunks.flatMap(({ body }) => {
        expect(Buffer.byteLength(body)).toBeLessThan(maxMessageBytes);
        const read = readAnnouncement(body);
        const verdict = 'announcement' in read ? trust(read.announcement, seen) : read;
        return 'accept' in verdict ? verdict.accept : [];
      });
      expect(records.map(({ sequence }) => sequence)).toEqual(all.map(({ sequence }) => sequence));
    },
  ));
