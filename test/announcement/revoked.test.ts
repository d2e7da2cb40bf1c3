import { composePublished, composeRevoked, type Told } from '../../src/lib/announcement/compose';
import { writeInventory } from '../../src/lib/announcement/inventory';
import { readAnnouncement } from '../../src/lib/announcement/read-announcement';
import { trust } from '../../src/lib/announcement/trust';
import type { Withdrawn } from '../../src/lib/lifecycle/channel';
import { nowMs, platform, published, shop, upstream } from './published';

const withdrawn: Withdrawn = {
  bakeId: 'b-2',
  sequence: nowMs,
  amis: { 'eu-west-1': 'ami-0c3d5e7f9a1b2c4d6' },
  by: 'alice',
  why: 'openssl is broken',
  atMs: nowMs - 5_000,
};
const bodyOf = ({ body }: { body: string }) => JSON.parse(body) as Record<string, unknown>;
const told = (revoked: Told) =>
  bodyOf(composePublished(platform, 'web/arm64', 'stable', published(), revoked));

test('a channel that nothing good was left for, whole', () => {
  const revoked = [
    { bakeId: 'b-1', why: 'curl' },
    { bakeId: 'b-2', why: 'openssl is broken' },
  ];
  const message = composeRevoked(platform, 'base-al2023/arm64', 'stable', withdrawn, revoked);
  expect(message.subject).toBe('image-revoked: base-al2023 for arm64');
  expect(message.attributes).toEqual({
    schema: 'ami-bakery/image-revoked/1',
    account: '111111111111',
    image: 'base-al2023',
    architecture: 'arm64',
    channel: 'stable',
  });
  expect(bodyOf(message)).toStrictEqual({
    schema: 'ami-bakery/image-revoked/1',
    ...platform,
    image: 'base-al2023',
    architecture: 'arm64',
    channel: 'stable',
    sequence: nowMs,
    bake: 'b-2',
    amis: withdrawn.amis,
    reason: 'openssl is broken',
    revokedAt: new Date(nowMs - 5_000).toISOString(),
    revoked: ['b-1', 'b-2'],
    reasons: { 'b-1': 'curl', 'b-2': 'openssl is broken' },
  });
});

describe('reasons', () => {
  test('are cut where a reader takes no more', () => {
    const why = `${'x'.repeat(1_000)}y`;
    const revoked = [{ bakeId: 'b-1', why }];
    const message = composeRevoked(platform, 'web/arm64', 'stable', { ...withdrawn, why }, revoked);
    expect(bodyOf(message)).toMatchObject({
      reason: 'x'.repeat(1_000),
      reasons: { 'b-1': 'x'.repeat(1_000) },
    });
    expect(readAnnouncement(message.body)).toHaveProperty('announcement');
  });

  /** An id of 50 and a reason of 950 characters: a thousand of the 20,000 bytes that there are. */
  const many = (count: number, letter = 'x'): Told =>
    Array.from({ length: count }, (_, index) => ({
      bakeId: `b-${String(index).padStart(48, '0')}`,
      why: letter.repeat(950),
    }));
  test.each<[string, Told, number, number]>([
    ['all that there is room for', many(20), 0, 20],
    ['the newest, where there is not', many(21), 1, 20],
    ['fewer where letters take more bytes', many(21, 'é'), 11, 10],
  ])('%s', (_, revoked, first, length) => {
    const { revoked: ids, reasons } = told(revoked) as { revoked: string[]; reasons: object };
    const newest = revoked.slice(first).map(({ bakeId }) => bakeId);
    expect(ids).toEqual(revoked.map(({ bakeId }) => bakeId));
    expect(newest).toHaveLength(length);
    expect(Object.keys(reasons).sort()).toEqual(newest);
  });

  test('are none where nothing was revoked', () => {
    const message = composePublished(platform, 'web/arm64', 'stable', published(), []);
    expect(bodyOf(message)).toMatchObject({ revoked: [] });
    expect(bodyOf(message)).not.toHaveProperty('reasons');
    const read = readAnnouncement(message.body);
    if (!('announcement' in read)) throw new Error(read.why);
    const seen = { topicArn: upstream.topicArn, upstreams: [upstream], nowMs, self: shop };
    const verdict = trust(read.announcement, seen);
    if (!('accept' in verdict)) throw new Error(JSON.stringify(verdict));
    expect(verdict.accept).toHaveLength(1);
    expect(verdict.accept[0]).not.toHaveProperty('reasons');
  });

  test('of more than 200 bakes are not taken', () => {
    const with200 = (count: number) =>
      readAnnouncement(
        JSON.stringify({
          ...told([]),
          reasons: Object.fromEntries(Array.from({ length: count }, (_, index) => [`b-${index}`, 'x'])),
        }),
      );
    expect(with200(200)).toHaveProperty('announcement');
    expect(with200(201)).toMatchObject({ refuse: 'MALFORMED' });
  });
});

test('an inventory tells of withdrawn channels where there are some', () => {
  const line = { image: 'web/arm64', channel: 'stable' } as const;
  const [all] = writeInventory(platform, [{ ...line, withdrawn }], nowMs);
  expect(bodyOf(all!)).toMatchObject({
    channels: [],
    withdrawn: [{ image: 'web', bake: 'b-2', reason: 'openssl is broken', revoked: [] }],
  });
  const [none] = writeInventory(platform, [{ ...line, published: published() }], nowMs);
  expect(bodyOf(none!)).not.toHaveProperty('withdrawn');
});
