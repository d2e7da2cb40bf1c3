import { dayMs, hourMs } from '../../src/lib/definitions/instant';
import { known } from '../../src/lib/definitions/known';
import type { Channel } from '../../src/lib/lifecycle/channel';
import type { ImageRecord } from '../../src/lib/lifecycle/image-record';
import { candidates, planRetention } from '../../src/lib/lifecycle/retention';
import type { ImageRetention, PastBake, RetentionVerdict } from '../../src/lib/lifecycle/retention-facts';
import {
  bake,
  base,
  channel,
  facts,
  image,
  judged,
  now,
  published,
  retired,
  verdictOf,
} from './retention-world';

const old = bake(100);
const ami = 'ami-b-900';
const recordWith = (channels: Record<string, Channel>, more: Partial<ImageRecord> = {}): ImageRecord => ({
  ...image([]).record,
  channels,
  ...more,
});
const stable = (more: Partial<Channel>) => ({ record: recordWith({ stable: channel(bake(1), more) }) });
const iso = (atMs: number) => new Date(atMs).toISOString();

describe('what keeps a bake is told', () => {
  const live = (change: object) => ({
    record: recordWith({}, { live: { id: 'b-live', ancestry: [], ...change } as never }),
  });
  test.each<[string, Partial<ImageRetention>, string, string]>([
    [
      'a channel',
      { record: recordWith({ stable: channel(old) }) },
      'channel',
      'web/arm64@stable points to it',
    ],
    [
      'a channel that knows its AMI alone',
      { record: recordWith({ stable: channel({ ...bake(5), id: 'b-other', amis: old.amis }) }) },
      'channel',
      'web/arm64@stable points to it',
    ],
    [
      'a move',
      stable({ moving: { to: published(old) } as never }),
      'channel',
      'web/arm64@stable is moving to it',
    ],
    [
      'a soak',
      stable({ soaking: [{ bakeId: old.id, sinceMs: 0, contentDigest: 'd' }] }),
      'soaking',
      'web/arm64@stable may get it still',
    ],
    [
      'a rollback',
      stable({ pin: { from: old.id } as never }),
      'pinned',
      'web/arm64@stable was rolled back from it, and is pinned',
    ],
    [
      'a window',
      { record: recordWith({}, { ready: published(old) }) },
      'channel',
      'it is published when the window of web/arm64 opens',
    ],
    [
      'a bake that runs on it',
      live({ baseAmiId: ami }),
      'built-on',
      'bake b-live of web/arm64 is being built on it',
    ],
    [
      'a bake that runs further down',
      live({ ancestry: [{ amiId: 'ami-between' }, { amiId: ami }] }),
      'built-on',
      'bake b-live of web/arm64 is being built on it',
    ],
    ['its age', { retain: { days: 101 } }, 'age', 'it is 100 days old, younger than 101'],
    ['its place', { retain: { count: 13 } }, 'count', 'it is among the newest 13 of stable'],
    [
      'an image that left bakery.yml',
      { retain: undefined, channels: [] },
      'no-rule',
      'web/arm64 is not in bakery.yml',
    ],
    ['a rule that says nothing', { retain: {} }, 'no-rule', 'retain of web/arm64 says nothing'],
    ['a pause', { paused: { by: 'alice', why: 'audit', atMs: now } }, 'paused', 'alice paused it: audit'],
  ])('%s', (_, changes, code, why) => {
    expect(judged(old, changes)).toStrictEqual({ kept: { code, why } });
  });

  test('what was built on it', () => {
    const child = bake(3, { id: 'b-child', image: base, ancestors: [ami] });
    const world = facts([image([old]), { ...image([child]), key: base }]);
    expect(verdictOf(world, old).kept).toEqual({
      code: 'built-on',
      why: 'bake b-child of base/arm64 was built on it',
    });
  });

  test('the first of several reasons', () => {
    const named = [
      { id: old.id, why: 'bakery.yml names it' },
      { id: old.id, why: 'a command names it' },
    ];
    expect(verdictOf(facts([image([old])], { named }), old).kept?.why).toBe('bakery.yml names it');
    const pointed = image([old], { record: recordWith({ stable: channel(old) }) });
    expect(verdictOf(facts([pointed], { named }), old).kept?.code).toBe('channel');
  });

  test('that it was adopted, or revoked', () => {
    expect(judged({ ...old, adopted: true }).kept).toEqual({
      code: 'adopted',
      why: 'a person adopted it, and takes it away',
    });
    expect(judged({ ...old, status: 'revoked' }).kept).toEqual({ code: 'revoked', why: 'it is revoked' });
  });
});

describe('the newest of a channel', () => {
  test('are those that can be used', () => {
    const all = image([old], { retain: { count: 12 } });
    const bakes = all.bakes.map((one, index) => (index === 5 ? { ...one, status: 'revoked' as const } : one));
    expect(verdictOf(facts([{ ...all, bakes }]), old).kept?.code).toBe('count');
  });

  const [a, b, c] = [bake(100), bake(101), bake(102)];
  test.each<[string, Record<string, Channel>, string[]]>([
    ['what it has and what it had', { stable: channel(a, { past: [b.id, c.id] }) }, [a.id, b.id]],
    ['what is there of it', { stable: channel(a, { past: ['b-gone', b.id, c.id] }) }, [a.id, b.id]],
    [
      'what it had, where it has nothing',
      { stable: channel(undefined, { past: [b.id, c.id, a.id] }) },
      [b.id, c.id],
    ],
    ['what it has, where it had nothing', { stable: channel(a) }, [a.id]],
    ['nothing, where it has never had anything', {}, []],
  ])('of a further one are %s', (_, channels, kept) => {
    const all = image([a, b, c], { channels: ['candidate', 'stable'], retain: { count: 2 } });
    const candidate = { candidate: channel(all.bakes[0]) };
    const world = facts([{ ...all, record: recordWith({ ...candidate, ...channels }) }]);
    const stay = [a, b, c].filter((one) => verdictOf(world, one).kept !== undefined);
    expect(stay.map(({ id }) => id)).toEqual([...kept].sort().reverse());
  });
});

describe('a step is told', () => {
  const rules = 'not among the newest 3 of stable and not younger than 30 days, and nothing refers to it';
  test.each<[string, PastBake, Partial<ImageRetention>, RetentionVerdict['step']]>([
    ['on', old, {}, { kind: 'move', to: 'deprecated', code: 'due', why: `it is 100 days old, ${rules}` }],
    [
      'on, by number alone, of several channels',
      old,
      { retain: { count: 3 }, channels: ['stable', 'lts'] },
      {
        kind: 'move',
        to: 'deprecated',
        code: 'due',
        why: 'it is 100 days old, not among the newest 3 of stable or lts, and nothing refers to it',
      },
    ],
    [
      'on, by age alone',
      retired('disabled', 9),
      { retain: { days: 30 } },
      {
        kind: 'move',
        to: 'deregistered',
        code: 'due',
        why: 'it is 100 days old, not younger than 30 days, and nothing refers to it',
      },
    ],
    [
      'back',
      retired('disabled', 9),
      { retain: { days: 101 } },
      {
        kind: 'move',
        to: 'ready',
        code: 'needed-again',
        why: 'it is 100 days old, younger than 101',
      },
    ],
    [
      'to where EC2 is to have it',
      retired('deprecated', 9, { retirement: { sinceMs: now - dayMs, why: 'old' } }),
      {},
      { kind: 'settle', code: 'unsettled', why: 'EC2 is to have it deprecated in every region' },
    ],
  ])('%s', (_, one, changes, step) => {
    expect(judged(one, changes)).toStrictEqual({ step });
  });

  test('back to where somebody has enabled it, in one of its regions', () => {
    const one = retired('disabled', 9, { amis: { 'eu-west-1': 'ami-a', 'us-east-1': 'ami-b' } });
    const enabled = { ami: known({ amiId: 'ami-b', state: 'available' as const }) };
    expect(judged(one, {}, { 'ami-b': enabled })).toStrictEqual({
      step: {
        kind: 'move',
        to: 'deprecated',
        code: 'enabled-by-hand',
        why: 'somebody enabled its AMI, so somebody wants it',
      },
    });
  });
});

describe('a wait is told', () => {
  test.each<[string, PastBake, string]>([
    [
      'its stage',
      retired('deprecated', 2),
      `it is deprecated since ${iso(now - 2 * dayMs)} and becomes disabled from ${iso(now + 5 * dayMs)} on`,
    ],
    [
      'the second look',
      retired('disabled', 9, {
        retirement: { sinceMs: now - 9 * dayMs, readAtMs: now - 23 * hourMs, why: 'old', settled: true },
      }),
      `it is disabled since ${iso(now - 9 * dayMs)} and becomes deregistered from ${iso(now + hourMs)} on`,
    ],
    [
      'a person, where nobody knows since when',
      bake(100, { status: 'deprecated' }),
      'it is deprecated, and since when is not known',
    ],
    [
      'a person all the more, before it is gone for good',
      bake(100, { status: 'disabled' }),
      'it is disabled, and since when is not known',
    ],
  ])('for %s', (_, one, why) => {
    expect(judged(one)).toStrictEqual({ kept: { code: 'waits', why } });
  });
});

describe('asked of some', () => {
  const world = facts([image([old, bake(101)]), { ...image([bake(102)]), key: base }]);
  const idsOf = (verdicts: RetentionVerdict[]) => verdicts.map(({ bake: one }) => one.id);

  test.each<[string | undefined, number]>([
    [undefined, 27],
    ['web', 14],
    ['web/arm64', 14],
    ['base', 13],
    ['we', 0],
    ['arm64', 0],
  ])('image %s: %i bakes are judged', (asked, count) => {
    const request = asked === undefined ? {} : { image: asked };
    expect(planRetention(world, new Map(), now, request).verdicts).toHaveLength(count);
  });

  test('bakes alone', () => {
    const one = { ...image([old, bake(101)]), judged: [old.id, 'b-999'] };
    expect(idsOf(planRetention(facts([one]), new Map(), now).verdicts)).toEqual(['b-999', old.id]);
  });

  test('AWS is asked of those that the ledger does not keep', () => {
    const ids = (asked?: string) => candidates(world, now, asked).map(({ id }) => id);
    expect(ids()).toEqual(['b-900', 'b-899', 'b-898']);
    expect(ids('web')).toEqual(['b-900', 'b-899']);
    expect(ids('base/arm64')).toEqual(['b-898']);
    expect(ids('other')).toEqual([]);
  });
});
