import * as fc from 'fast-check';
import type { Published } from '../../src/lib/lifecycle/channel';
import { composePublished } from '../../src/lib/announcement/compose';
import { chunkBytes, writeInventory } from '../../src/lib/announcement/inventory';
import { readAnnouncement } from '../../src/lib/announcement/read-announcement';
import type { Announcement, Inventory } from '../../src/lib/announcement/schemas';
import { trust } from '../../src/lib/announcement/trust';
import { nowMs, platform, published, shop, upstream } from './published';

const hex = (min: number, max = min) =>
  fc
    .array(fc.constantFrom(...Array.from('0123456789abcdef')), { minLength: min, maxLength: max })
    .map((digits) => digits.join(''));
const amiId = hex(17).map((digits) => `ami-${digits}`);
const region = fc.constantFrom('eu-west-1', 'us-east-1', 'ap-southeast-2', 'us-gov-west-1');
const anyPublished: fc.Arbitrary<Published> = fc
  .record({
    sequence: fc.integer({ min: 1, max: nowMs }),
    inputHash: hex(64),
    commitId: hex(40),
    baseAmiId: fc.option(amiId, { nil: undefined }),
    amis: fc.dictionary(region, amiId, { minKeys: 1 }),
    ancestry: fc.array(
      fc.record(
        { amiId, image: fc.constant('111111111111/platform/base/arm64') },
        { requiredKeys: ['amiId'] },
      ),
      { maxLength: 5 },
    ),
    publishedAtMs: fc.integer({ min: 0, max: nowMs }),
  })
  .map(published);

const trusted = (announcement: Announcement) =>
  trust(announcement, { topicArn: upstream.topicArn, upstreams: [upstream], nowMs, self: shop });
const recordsOf = (body: string) => {
  const read = readAnnouncement(body);
  if ('refuse' in read) throw new Error(read.why);
  const verdict = trusted(read.announcement);
  if (!('accept' in verdict)) throw new Error(JSON.stringify(verdict));
  return verdict.accept;
};

describe('what one bakery announces, another records', () => {
  test('a published image, with attributes to filter by', () => {
    const message = composePublished(platform, 'base-al2023/arm64', 'stable', published(), [
      { bakeId: 'b-old', why: 'openssl is broken' },
    ]);
    expect(message.subject).toBe('image-published: base-al2023 for arm64');
    expect(message.attributes).toEqual({
      schema: 'ami-bakery/image-published/1',
      account: '111111111111',
      image: 'base-al2023',
      architecture: 'arm64',
      channel: 'stable',
    });
    expect(recordsOf(message.body)).toEqual([
      {
        bakery: 'platform',
        account: '111111111111',
        image: 'base-al2023/arm64',
        channel: 'stable',
        version: nowMs - 49_000,
        sequence: nowMs - 49_000,
        bakeId: 'b-01jd6t3v8kq5r2m9x7c4w1h0ya',
        inputHash: published().inputHash,
        commitId: published().commitId,
        amis: { 'eu-west-1': 'ami-0c3d5e7f9a1b2c4d6' },
        ancestry: [{ amiId: 'ami-0b1c2d3e4f5a69788' }],
        publishedAtMs: nowMs - 49_000,
        receivedAtMs: nowMs,
        revoked: ['b-old'],
        reasons: { 'b-old': 'openssl is broken' },
      },
    ]);
  });

  test('whatever was published', () => {
    fc.assert(
      fc.property(anyPublished, (it) => {
        const [record, ...others] = recordsOf(
          composePublished(platform, 'web/x86_64', 'stable', it, []).body,
        );
        expect(others).toEqual([]);
        expect(record).toMatchObject({
          image: 'web/x86_64',
          sequence: it.sequence,
          bakeId: it.bakeId,
          inputHash: it.inputHash,
          commitId: it.commitId,
          amis: it.amis,
          ancestry: it.ancestry,
          publishedAtMs: it.publishedAtMs,
        });
      }),
    );
  });

  test('an inventory, in as many chunks as it takes, none too large, nothing lost', () => {
    fc.assert(
      fc.property(
        fc.array(anyPublished, { maxLength: 40 }),
        fc.integer({ min: 1, max: 40 }),
        (all, copies) => {
          const lines = Array.from({ length: copies }, (_, copy) =>
            all.map((it, index) => ({
              image: `i${copy}-${index}/arm64` as const,
              channel: 'stable',
              published: it,
            })),
          ).flat();
          const messages = writeInventory(platform, lines, nowMs);
          for (const [index, { body }] of messages.entries()) {
            expect(Buffer.byteLength(body)).toBeLessThanOrEqual(chunkBytes);
            expect(JSON.parse(body)).toMatchObject({ chunk: index + 1, of: messages.length });
          }
          const records = messages.flatMap(({ body }) => recordsOf(body));
          expect(records.map(({ image, sequence }) => ({ image, sequence }))).toEqual(
            lines.map((line) => ({ image: line.image, sequence: line.published.sequence })),
          );
        },
      ),
      { numRuns: 30 },
    );
  });

  test('a thousand channels fit three messages', () => {
    const lines = Array.from({ length: 1_000 }, (_, index) => ({
      image: `image-${index}/arm64` as const,
      channel: 'stable',
      published: published(),
    }));
    expect(writeInventory(platform, lines, nowMs).length).toBeLessThanOrEqual(3);
  });

  test('a line larger than a message goes by itself, and no message is empty', () => {
    const lines = [200, 3_000, 200].map((ancestors, index) => ({
      image: `i${index}/arm64` as const,
      channel: 'stable',
      published: published({
        ancestry: Array.from({ length: ancestors }, () => ({
          amiId: 'ami-0b1c2d3e4f5a69788',
          image: '111111111111/platform/base-al2023/arm64',
        })),
      }),
    }));
    const images = (from: typeof lines) =>
      writeInventory(platform, from, nowMs).map(({ body }) =>
        (JSON.parse(body) as Inventory).channels.map(({ image }) => image),
      );
    expect(images(lines)).toEqual([['i0'], ['i1'], ['i2']]);
    expect(images(lines.slice(1))).toEqual([['i1'], ['i2']]);
  });

  test('a bakery without channels says so', () => {
    const [message, ...others] = writeInventory(platform, [], nowMs);
    expect(others).toEqual([]);
    expect(message!.subject).toBe('inventory: inventory of platform');
    expect(recordsOf(message!.body)).toEqual([]);
  });
});

describe('what is told of a channel', () => {
  const told = (parts: Partial<Published>, revoked: string[] = [], why = 'openssl') =>
    JSON.parse(
      composePublished(
        platform,
        'web/arm64',
        'stable',
        published(parts),
        revoked.map((bakeId) => ({ bakeId, why })),
      ).body,
    ) as Record<string, unknown>;
  const theirs = { amiId: 'ami-0aaaaaaaaaaaaaaaa' };
  const adopted = { by: 'alice', why: '', atMs: nowMs };

  test.each<[string, Partial<Published>, string | undefined]>([
    ['of a bake: the base it was built on', { ancestry: [theirs] }, 'ami-0b1c2d3e4f5a69788'],
    ['of a template that chooses for itself: none', { baseAmiId: undefined, ancestry: [theirs] }, undefined],
    ['of an adopted AMI: what EC2 says', { adopted, ancestry: [theirs] }, theirs.amiId],
    ['of an adopted AMI that EC2 says nothing of: none', { adopted, ancestry: [] }, undefined],
  ])('%s', (_, parts, base) => {
    const body = told(parts);
    expect(body['base']).toBe(base);
    expect('base' in body).toBe(base !== undefined);
  });

  test('of the revoked bakes the newest 200, which is what a reader takes', () => {
    const revoked = Array.from({ length: 201 }, (_, index) => `b-${index}`);
    expect(told({}, revoked)['revoked']).toEqual(revoked.slice(1));
    expect(readAnnouncement(JSON.stringify(told({}, revoked)))).toHaveProperty('announcement');
  });

  test('when it was published, or the time in its sequence where a move was not timed', () => {
    const at = (ms: number) => new Date(ms).toISOString();
    expect(told({ publishedAtMs: 5_000 })['publishedAt']).toBe(at(5_000));
    expect(told({ publishedAtMs: undefined })['publishedAt']).toBe(at(nowMs - 49_000));
  });

  test('a subject is as long as SNS takes', () => {
    const { subject } = composePublished(platform, `${'a'.repeat(90)}/x86_64`, 'stable', published(), []);
    expect(subject).toBe(`image-published: ${'a'.repeat(83)}`);
  });
});

const body = () =>
  JSON.parse(composePublished(platform, 'base-al2023/arm64', 'stable', published(), []).body) as Record<
    string,
    unknown
  >;

describe('reading', () => {
  test('passes over fields of a later addition', () => {
    const read = readAnnouncement(JSON.stringify({ ...body(), severity: 'high' }));
    expect(read).toEqual({ announcement: body() });
  });

  test.each<[string, unknown]>([
    ['schema', 'ami-bakery/image-published/2'],
    ['schema', undefined],
    ['bakery', 'platform/evil'],
    ['account', '1111'],
    ['image', '../base'],
    ['image', 'a'.repeat(101)],
    ['architecture', 'mips'],
    ['channel', 'stable#1'],
    ['sequence', 0],
    ['sequence', 1.5],
    ['sequence', '1795232411000'],
    ['bake', 'b 1'],
    ['inputHash', 'xyz'],
    ['commit', 'main'],
    ['base', 'i-0123456789'],
    ['amis', {}],
    ['amis', { 'eu-west-1': 'latest' }],
    ['amis', { here: 'ami-0c3d5e7f9a1b2c4d6' }],
    ['amis', JSON.parse('{"__proto__":"ami-0c3d5e7f9a1b2c4d6"}')],
    ['ancestry', [{ image: 'x' }]],
    ['ancestry', Array.from({ length: 257 }, () => ({ amiId: 'ami-0b1c2d3e4f5a69788' }))],
    ['publishedAt', 'yesterday'],
    ['publishedAt', '2026-13-41T00:00:00Z'],
    ['revoked', Array.from({ length: 201 }, (_, index) => `b-${index}`)],
    ['revoked', undefined],
  ])('%s = %p is malformed', (field, value) => {
    const read = readAnnouncement(JSON.stringify({ ...body(), [field]: value }));
    expect(read).toEqual({ refuse: 'MALFORMED', why: expect.stringContaining(field) as string });
  });

  test.each<[string, string]>([
    ['it is not JSON', '{'],
    ['(whole): invalid_type', '[]'],
    ['ancestry.0.amiId: invalid_type', JSON.stringify({ ...body(), ancestry: [{}] })],
    [
      `amis.${'x'.repeat(295)}`,
      JSON.stringify({ ...body(), amis: { ['x'.repeat(1_000)]: 'ami-0c3d5e7f9a1b2c4d6' } }),
    ],
  ])('malformed: %s', (why, text) => {
    expect(readAnnouncement(text)).toEqual({ refuse: 'MALFORMED', why });
  });

  test.each([
    [64, true],
    [65, false],
  ])('of %i regions: %p', (count, taken) => {
    const amis = Object.fromEntries(
      Array.from({ length: count }, (_, index) => [
        `eu-${'abcdefgh'[index % 8]!.repeat(1 + Math.floor(index / 8))}-1`,
        'ami-0c3d5e7f9a1b2c4d6',
      ]),
    );
    expect('announcement' in readAnnouncement(JSON.stringify({ ...body(), amis }))).toBe(taken);
  });

  test('a message may have the 256 KiB that SNS takes, and not a byte more', () => {
    const text = JSON.stringify(body());
    const filled = (bytes: number) => readAnnouncement(text.padEnd(bytes));
    expect(filled(256 * 1_024)).toHaveProperty('announcement');
    expect(filled(256 * 1_024 + 1)).toEqual({
      refuse: 'MALFORMED',
      why: '262145 bytes are more than 262144',
    });
  });

  test('what is larger than SNS takes is not even parsed', () => {
    expect(readAnnouncement(JSON.stringify({ ...body(), note: 'x'.repeat(300_000) }))).toEqual({
      refuse: 'MALFORMED',
      why: expect.stringContaining('bytes') as string,
    });
  });

  test('any text and any JSON have an answer', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        expect(readAnnouncement(text)).toHaveProperty('refuse', 'MALFORMED');
      }),
    );
  });

  test('one field of anything at all is read or refused, and never thrown over', () => {
    fc.assert(
      fc.property(fc.constantFrom(...Object.keys(body())), fc.jsonValue(), (field, value) => {
        const read = readAnnouncement(JSON.stringify({ ...body(), [field]: value }));
        expect('announcement' in read || read.refuse === 'MALFORMED').toBe(true);
      }),
    );
  });
});
