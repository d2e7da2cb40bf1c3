import { composePublished } from '../../src/lib/announcement/compose';
import { writeInventory } from '../../src/lib/announcement/inventory';
import { readAnnouncement } from '../../src/lib/announcement/read-announcement';
import type { Announcement } from '../../src/lib/announcement/schemas';
import { trust } from '../../src/lib/announcement/trust';
import { dayMs } from '../../src/lib/definitions/instant';
import type { UpstreamRecord } from '../../src/lib/lifecycle/upstream-record';
import { nowMs, platform, published, shop, upstream } from './published';

const read = (body: string): Announcement => {
  const result = readAnnouncement(body);
  if ('refuse' in result) throw new Error(result.why);
  return result.announcement;
};
const publishedBy = (announcer = platform, sequence = nowMs) =>
  read(composePublished(announcer, 'base-al2023/arm64', 'stable', published({ sequence }), []).body);
const seen = { topicArn: upstream.topicArn, upstreams: [upstream], nowMs, self: shop };

describe('refused', () => {
  const otherTopic = 'arn:aws:sns:eu-west-1:444444444444:platform-announcements';
  test.each<[string, Announcement, Partial<Parameters<typeof trust>[1]>]>([
    ['TOPIC_NOT_FOLLOWED', publishedBy(), { topicArn: otherTopic }],
    ['TOPIC_NOT_FOLLOWED', publishedBy(), { upstreams: [] }],
    ['WRONG_ACCOUNT', publishedBy({ ...platform, account: '444444444444' }), {}],
    ['BAKERY_MISMATCH', publishedBy({ ...platform, bakery: 'other' }), {}],
    ['BAKERY_MISMATCH', publishedBy(), { self: platform }],
    ['SEQUENCE_FUTURE', publishedBy(platform, nowMs + dayMs + 1), {}],
  ])('%s', (refuse, announcement, circumstances) => {
    expect(trust(announcement, { ...seen, ...circumstances })).toMatchObject({ refuse });
  });

  test.each([0, 1])('SEQUENCE_OLD: %i behind what is known', (behind) => {
    const known = trust(publishedBy(), seen);
    const record = 'accept' in known ? known.accept[0] : undefined;
    const verdict = trust(publishedBy(platform, nowMs - behind), { ...seen, known: () => record });
    expect(verdict).toMatchObject({ refuse: 'SEQUENCE_OLD' });
  });

  test('a whole inventory, where one of its channels is from the future', () => {
    const lines = [nowMs, nowMs + 2 * dayMs].map((sequence, index) => ({
      image: `i${index}/arm64` as const,
      channel: 'stable',
      published: published({ sequence }),
    }));
    const [message] = writeInventory(platform, lines, nowMs);
    expect(trust(read(message!.body), seen)).toMatchObject({ refuse: 'SEQUENCE_FUTURE' });
  });
});

describe('a refusal says what was compared', () => {
  const future = nowMs + dayMs + 1;
  const record = { sequence: nowMs } as UpstreamRecord;
  test.each<[string, Announcement, Partial<Parameters<typeof trust>[1]>]>([
    ['arn:other is not among the upstreams', publishedBy(), { topicArn: 'arn:other' }],
    [
      "it speaks for account 444444444444, its topic is 111111111111's",
      publishedBy({ ...platform, account: '444444444444' }),
      {},
    ],
    [
      "it speaks for bakery other, its topic is platform's",
      publishedBy({ ...platform, bakery: 'other' }),
      {},
    ],
    ['it is an announcement of this bakery itself', publishedBy(), { self: platform }],
    [`base-al2023@stable has sequence ${future}, now is ${nowMs}`, publishedBy(platform, future), {}],
    [`sequence ${nowMs} of base-al2023/arm64@stable is not new`, publishedBy(), { known: () => record }],
  ])('%s', (why, announcement, circumstances) => {
    expect(trust(announcement, { ...seen, ...circumstances })).toMatchObject({ why });
  });
});

test.each([
  ['of the same name in another account', { ...platform, account: '222222222222' }],
  ['of another name in the same account', { ...platform, bakery: 'second' }],
])('a follower %s is not the announcer itself', (_, self) => {
  expect(trust(publishedBy(), { ...seen, self })).toHaveProperty('accept');
});

test('a clock that is a day ahead is still a clock', () => {
  expect(trust(publishedBy(platform, nowMs + dayMs), seen)).toHaveProperty('accept');
});

test('of an inventory only what is new is taken', () => {
  const lines = [1, 2].map((index) => ({
    image: `i${index}/arm64` as const,
    channel: 'stable',
    published: published({ sequence: nowMs }),
  }));
  const [message] = writeInventory(platform, lines, nowMs);
  const all = trust(read(message!.body), seen);
  const [first] = 'accept' in all ? all.accept : [];
  const verdict = trust(read(message!.body), {
    ...seen,
    known: ({ image }) => (image === first?.image ? first : undefined),
  });
  expect(verdict).toMatchObject({ accept: [{ image: 'i2/arm64' }] });
});

test('an image-retired is checked like any other, and not acted on yet', () => {
  const more = {
    schema: 'ami-bakery/image-retired/1',
    reason: 'end of life',
    retiredAt: '2026-11-21T00:00:00Z',
  };
  const text = JSON.stringify({ ...platform, image: 'base-al2023', architecture: 'arm64', ...more });
  expect(trust(read(text), seen)).toEqual({ unused: 'ami-bakery/image-retired/1 of base-al2023/arm64' });
  expect(trust(read(text), { ...seen, upstreams: [] })).toMatchObject({ refuse: 'TOPIC_NOT_FOLLOWED' });
});

describe('an image-revoked', () => {
  const message = (change: object = {}) => ({
    ...platform,
    image: 'base-al2023',
    architecture: 'arm64',
    schema: 'ami-bakery/image-revoked/1',
    channel: 'stable',
    sequence: nowMs,
    bake: 'b-1',
    amis: { 'eu-west-1': 'ami-0c3d5e7f9a1b2c4d6' },
    reason: 'CVE-2026-4711',
    revokedAt: '2026-11-21T00:00:00Z',
    ...change,
  });
  const told = (change: object = {}) => read(JSON.stringify(message(change)));
  const record: UpstreamRecord = {
    ...platform,
    image: 'base-al2023/arm64',
    channel: 'stable',
    version: nowMs,
    sequence: nowMs,
    bakeId: 'b-1',
    inputHash: '',
    commitId: '',
    amis: { 'eu-west-1': 'ami-0c3d5e7f9a1b2c4d6' },
    ancestry: [],
    publishedAtMs: Date.parse('2026-11-21T00:00:00Z'),
    receivedAtMs: nowMs,
    revoked: ['b-1'],
    reasons: { 'b-1': 'CVE-2026-4711' },
    withdrawn: true,
  };

  test('says that the channel has nothing, and why', () => {
    expect(trust(told(), seen)).toEqual({ accept: [record] });
  });

  test('its list counts, where it has one', () => {
    const more = { revoked: ['b-0', 'b-1'], reasons: { 'b-0': 'another one' } };
    expect(trust(told(more), seen)).toEqual({
      accept: [
        { ...record, revoked: ['b-0', 'b-1'], reasons: { 'b-0': 'another one', 'b-1': 'CVE-2026-4711' } },
      ],
    });
  });

  test.each<[string, object, Partial<Parameters<typeof trust>[1]>]>([
    ['TOPIC_NOT_FOLLOWED', {}, { upstreams: [] }],
    ['WRONG_ACCOUNT', { account: '444444444444' }, {}],
    ['BAKERY_MISMATCH', { bakery: 'other' }, {}],
    ['SEQUENCE_OLD', {}, { known: () => record }],
    ['SEQUENCE_FUTURE', { sequence: nowMs + dayMs + 1 }, {}],
  ])('is refused as %s like any other', (refuse, change, circumstances) => {
    expect(trust(told(change), { ...seen, ...circumstances })).toMatchObject({ refuse });
  });

  test('is made good by the inventory', () => {
    const withdrawn = {
      bakeId: 'b-1',
      sequence: nowMs,
      amis: record.amis,
      by: 'alice',
      why: 'CVE-2026-4711',
      atMs: record.publishedAtMs,
    };
    const lines = [
      { image: 'base-al2023/arm64', channel: 'stable', withdrawn, revoked: [{ bakeId: 'b-1', why: 'CVE' }] },
      { image: 'web/arm64', channel: 'stable', published: published({ sequence: nowMs }) },
    ] as const;
    const [chunk] = writeInventory(platform, [...lines], nowMs);
    expect(trust(read(chunk!.body), seen)).toMatchObject({
      accept: [{ image: 'web/arm64' }, { ...record, reasons: { 'b-1': 'CVE' } }],
    });
    const [restored] = writeInventory(platform, [{ ...lines[0], revoked: [] }], nowMs);
    expect(trust(read(restored!.body), seen)).toMatchObject({
      accept: [{ withdrawn: true, revoked: [], bakeId: 'b-1' }],
    });
  });
});
