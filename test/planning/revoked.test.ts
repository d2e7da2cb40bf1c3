import { hourMs } from '../../src/lib/definitions/instant';
import { known } from '../../src/lib/definitions/known';
import type { Channel, ChannelMove, Published } from '../../src/lib/lifecycle/channel';
import type { Distribution } from '../../src/lib/lifecycle/distribution';
import { soakingOf } from '../../src/lib/lifecycle/soaking';
import { inForce as holding, revocationId, type Revocation } from '../../src/lib/lifecycle/revocation';
import { explainFurther } from '../../src/lib/planning/explain-channel';
import { plan } from '../../src/lib/planning/plan';
import { ancestryName } from '../../src/lib/planning/ancestry-name';
import type { Snapshot } from '../../src/lib/planning/snapshot';
import { decide, planned, say } from './decide';
import { asked, calm } from './small-world';
import {
  amiOf,
  definition,
  image,
  key,
  noon,
  on,
  policy,
  published,
  pushed,
  settled,
  snapshotOf,
  withRecord,
} from './snapshot-builder';

const nameOf = (name: string) => ancestryName(policy, key(name));
const revocation = (name: string, bakeId: string, change: Partial<Revocation> = {}): Revocation => ({
  version: 1,
  bakeId,
  image: nameOf(name),
  by: 'alice',
  why: 'openssl is broken',
  atMs: noon - hourMs,
  origin: { kind: 'person', commandId: 'c-1' },
  ...change,
});
const revoked = (snapshot: Snapshot, ...all: Revocation[]): Snapshot => ({
  ...snapshot,
  revocations: holding(all)!,
});
const channelOf = (snapshot: Snapshot, name: string, channel = 'stable'): Channel =>
  snapshot.records[key(name)]!.channels[channel]!;
const withChannel = (snapshot: Snapshot, name: string, change: Partial<Channel>, channel = 'stable') => {
  const { channels } = snapshot.records[key(name)]!;
  return withRecord(snapshot, name, {
    channels: { ...channels, [channel]: { ...channels[channel]!, ...change } },
  });
};
const without = (snapshot: Snapshot, name: string): Snapshot => {
  const { current, ...rest } = channelOf(snapshot, name);
  const withdrawn = {
    bakeId: current!.bakeId,
    sequence: 5,
    amis: current!.amis,
    by: 'alice',
    why: 'openssl is broken',
    atMs: noon,
  };
  return withRecord(snapshot, name, { channels: { stable: { ...rest, withdrawn } } });
};
const mark = (snapshot: Snapshot, name: string, bake: Published, of = revocation(name, bake.bakeId)) =>
  withRecord(snapshot, name, {
    revoked: [
      {
        bakeId: bake.bakeId,
        of: revocationId(of),
        inputHash: bake.inputHash,
        notBefore: bake.notBefore,
      },
    ],
  });
const base = revocation('base', 'b-base/arm64');
const why = 'bake b-base/arm64 of platform/base/arm64 was revoked by alice: openssl is broken';

describe('a revoked bake is in channels, and so is what was built on it', () => {
  const snapshot = revoked(calm(), base);

  test('every one of them leaves it, images that left bakery.yml included', () => {
    const gone = withRecord(snapshot, 'old', {
      channels: { stable: { ...channelOf(snapshot, 'web') } },
      removedAtMs: noon,
    });
    expect(plan(gone).leaving.map((one) => [one.image, one.channel, one.do])).toEqual([
      ['base/arm64', 'stable', 'leave'],
      ['old/arm64', 'stable', 'leave'],
      ['shop/arm64', 'stable', 'leave'],
      ['web/arm64', 'stable', 'leave'],
    ]);
    expect(plan(gone).leaving[0]).toMatchObject({ bakeId: 'b-base/arm64', revocation: base });
  });

  test('and until then nothing is built on it, and everybody is told', () => {
    expect(say(snapshot, 'base')).toBe(`wait: base/arm64@stable goes to a good bake: ${why}`);
    expect(say(snapshot, 'web')).toBe(`wait: web/arm64@stable goes to a good bake: ${why}`);
    expect(say(pushed(withRecord(snapshot, 'web', { channels: {} }), ['web']), 'web')).toBe(
      `wait: base/arm64@stable goes to a good bake: ${why}`,
    );
    expect(plan(snapshot).bakeOrder).toEqual([]);
  });

  test('by name, in whatever order they are stored', () => {
    const stable = channelOf(snapshot, 'base');
    for (const channels of [
      { stable, candidate: stable, lts: stable },
      { lts: stable, candidate: stable, stable },
    ]) {
      const leaving = plan(withRecord(snapshot, 'base', { channels })).leaving;
      expect(leaving.filter(({ image: one }) => one === key('base')).map(({ channel }) => channel)).toEqual([
        'candidate',
        'lts',
        'stable',
      ]);
    }
  });

  test('but not in observe mode', () => {
    expect(plan({ ...snapshot, policy: { ...policy, mode: 'observe' } }).leaving).toEqual([]);
  });

  test('and nothing of it where it was taken back', () => {
    const lifted = { ...base, lifted: { by: 'bob', why: 'a mistake', atMs: noon } };
    const { revocations: _none, ...world } = snapshot;
    expect(holding([lifted])).toBeUndefined();
    expect(plan(world).leaving).toEqual([]);
  });

  test('also a channel that stands still for something else, whenever that was', () => {
    const stuck = (sinceMs: number) =>
      withChannel(snapshot, 'base', { blocked: { code: 'PARAMETER_FOREIGN', why: 'x', sinceMs } });
    for (const sinceMs of [base.atMs - 1, base.atMs + 1]) {
      const { leaving } = plan(stuck(sinceMs));
      expect(leaving.filter((one) => one.image === key('base'))).toMatchObject([{ do: 'leave' }]);
    }
  });
});

describe('a channel on its way to what was revoked', () => {
  const moving = (distribution?: Distribution) => {
    const { current, ...rest } = channelOf(calm(), 'base');
    const move = {
      to: { ...current!, bakeId: 'b-next' },
      ...(distribution === undefined ? {} : { distribution }),
      parameters: {},
    } as ChannelMove;
    return withRecord(revoked(calm(), revocation('base', 'b-next')), 'base', {
      channels: { stable: { ...rest, current: current!, moving: move } },
    });
  };

  test('goes there first, because its parameters may have been written', () => {
    expect(plan(moving()).leaving).toEqual([]);
  });

  test('gives the move up while it makes copies', () => {
    const distribution = { copies: {}, made: { amis: {} } } as unknown as Distribution;
    expect(plan(moving(distribution)).leaving).toMatchObject([{ bakeId: 'b-next', do: 'drop' }]);
  });

  test.each<[string, Distribution | undefined]>([
    ['its parameters may have been written', undefined],
    ['it makes copies', { copies: {}, made: { amis: {} } } as unknown as Distribution],
  ])('nothing happens to a move away from it, whether %s', (_, distribution) => {
    const snapshot = revoked(moving(distribution), base);
    expect(plan(snapshot).leaving.filter((one) => one.image === key('base'))).toStrictEqual([]);
  });
});

describe('once the channel went to an earlier bake', () => {
  const due = pushed(calm(), ['base']);
  const bad = published(due, definition(due, 'base'), { bakeId: 'b-bad' });
  const of = revocation('base', 'b-bad');
  const back = mark(revoked(due, of), 'base', bad);
  const text =
    'bake b-bad of platform/base/arm64 was revoked by alice: openssl is broken; another of the same inputs on the same base would be no better, and is baked when inputs, base or schedule move, or when somebody asks';

  test('the same is not baked again, and what is built on it goes on with the good one', () => {
    expect(say(back, 'base')).toBe(`blocked: ${text}`);
    expect(planned(back).bakeOrder).toEqual([]);
    expect(say(back, 'web')).toMatch(/^current: /);
  });

  test.each<[string, Snapshot]>([
    ['other inputs', pushed(back, ['base'], '3')],
    ['a person', withRecord(back, 'base', { asked })],
    ['a later schedule', withRecord(back, 'base', { notBefore: bad.notBefore + 1 })],
    ['the revocation that was taken back', { ...due, records: back.records }],
  ])('%s makes it due', (_, snapshot) => {
    expect(decide(snapshot, 'base').kind).toBe('bake');
  });

  test('nothing is looked up for it: it would be looked up with every reconcile', () => {
    expect(plan(back).reuseLookups).toEqual([]);
  });

  test('of a later schedule period, a good bake is reused, and a revoked one is not', () => {
    const later = withRecord(back, 'base', { notBefore: bad.notBefore + 1 });
    const of = { ...bad, notBefore: bad.notBefore + 1 };
    const found = (...bakes: Published[]) => ({ ...later, reusable: { [bad.inputHash]: known(bakes) } });
    expect(decide(found(of), 'base').kind).toBe('bake');
    expect(decide(found(of, { ...of, bakeId: 'b-other' }), 'base')).toMatchObject({
      kind: 'reuse',
      bake: { bakeId: 'b-other' },
    });
  });

  test('nor is one whose mark has not come yet, or has not gone yet', () => {
    const unmarked = withRecord(revoked(due, of), 'base', {});
    const lifting = mark(due, 'base', bad);
    for (const snapshot of [unmarked, lifting]) {
      const decision = decide({ ...snapshot, reusable: { [bad.inputHash]: known([bad]) } }, 'base');
      expect(decision.kind).toBe('bake');
    }
  });

  test('what was ready and waited for its window is not published', () => {
    const { sequence: _none, ...ready } = bad;
    const waiting = withRecord(due, 'base', { ready });
    expect(decide(waiting, 'base')).toMatchObject({ kind: 'reuse', reason: { code: 'ready-before' } });
    expect(decide(mark(revoked(waiting, of), 'base', bad), 'base').kind).toBe('blocked');
  });
});

describe('where nothing good is left', () => {
  const nothing = without(revoked(calm(), base), 'base');
  const { bakeId, inputHash, notBefore } = channelOf(calm(), 'base').current!;
  const marked = withRecord(nothing, 'base', {
    revoked: [{ bakeId, of: revocationId(base), inputHash, notBefore }],
  });

  test('the image is blocked with the reason, and what is built on it says so', () => {
    expect(say(marked, 'base')).toMatch(
      /^blocked: bake b-base\/arm64 of platform\/base\/arm64 was revoked by alice/,
    );
    expect(say(withRecord(marked, 'web', { channels: {} }), 'web')).toBe(
      'blocked: its base base/arm64 has no good bake left and is blocked itself',
    );
  });

  test('a commit ends it, and the reason for the bake is not that there was none', () => {
    expect(decide(pushed(marked, ['base']), 'base')).toMatchObject({
      kind: 'bake',
      reason: { code: 'withdrawn', bakeId },
    });
  });

  test('a pin keeps it that way', () => {
    const pin = { by: 'bob', why: 'x', atMs: noon, until: 'commit' as const, commandId: 'c-2' };
    expect(say(withChannel(pushed(marked, ['base']), 'base', { pin }), 'base')).toMatch(
      /^blocked: bake b-base\/arm64 was revoked by alice: openssl is broken; the pin of bob keeps/,
    );
  });
});

describe('a base of another account', () => {
  const upstream = { kind: 'upstream', bakery: 'platform', image: key('base'), channel: 'stable' } as const;
  const world = (snapshot = settled(snapshotOf([image('shop', { base: upstream })]))): Snapshot => ({
    ...snapshot,
    bases: {
      'upstream:platform/base/arm64@stable': {
        state: 'resolved',
        amiId: amiOf('up'),
        ancestry: [
          { amiId: amiOf('up'), image: '333333333333/platform/base/arm64', bakeId: 'b-up' },
          { amiId: amiOf('far'), image: '444444444444/root/os/arm64', bakeId: 'b-far' },
        ],
      },
    },
  });
  const of = (account: string, bakery: string, name: string, bakeId: string) =>
    revocation('base', bakeId, { image: `${account}/${bakery}/${name}/arm64`, by: `bakery ${bakery}` });

  test.each([
    ['itself', of('333333333333', 'platform', 'base', 'b-up'), true],
    ['what it was built on', of('444444444444', 'root', 'os', 'b-far'), true],
    ['a bake of the same id elsewhere', of('333333333333', 'root', 'os', 'b-far'), false],
  ])('is not built on once %s was revoked', (_, one, denied) => {
    const snapshot = revoked(world(), one);
    const decision = decide(snapshot, 'shop');
    if (denied)
      expect(decision).toMatchObject({ kind: 'blocked', reason: { code: 'base', problem: 'BASE_REVOKED' } });
    else expect(decision.kind).toBe('bake');
  });
});

describe('a further channel', () => {
  const two = () => {
    const start = settled(
      snapshotOf([
        image('web', { channels: ['candidate', 'stable'], promote: { after: 'tests', soakMs: 0 } }),
      ]),
    );
    const { candidate } = start.records[key('web')]!.channels;
    const of = (bakeId: string): Published => ({ ...candidate!.current!, bakeId });
    const channels = {
      candidate: { ...candidate!, current: of('b-3') },
      stable: {
        announcedSequence: 1,
        lastSequence: 1,
        current: of('b-1'),
        soaking: [soakingOf(of('b-2'))],
        policyDigest: candidate!.policyDigest!,
      },
    };
    return { snapshot: withRecord(start, 'web', { channels }), of };
  };
  const { snapshot, of } = two();
  const stateOf = (world: Snapshot) => planned(world).further[0]!;

  test('is promoted to the newest that nobody revoked', () => {
    expect(stateOf(snapshot).move).toEqual({ kind: 'promote', from: 'candidate', bakeId: 'b-3' });
    expect(stateOf(revoked(snapshot, revocation('web', 'b-3'))).move).toMatchObject({ bakeId: 'b-2' });
    const both = mark(revoked(snapshot, revocation('web', 'b-3')), 'web', of('b-2'));
    expect(stateOf(both)).toMatchObject({ state: { code: 'channel-up-to-date' } });
    const { revoked: marks = [] } = both.records[key('web')]!;
    const another = { ...marks[0]!, bakeId: 'b-0' };
    for (const all of [
      [another, ...marks],
      [...marks, another],
    ])
      expect(stateOf(withRecord(both, 'web', { revoked: all })).state.code).toBe('channel-up-to-date');
  });

  test.each<[string, Partial<Channel>]>([
    ['follows anything', {}],
    [
      'waits for a person who is to look at something else',
      { blocked: { code: 'TAGS_REFUSED', why: 'x', sinceMs: noon } },
    ],
  ])('leaves what was revoked before it %s', (_, change) => {
    const world = withChannel(snapshot, 'web', change);
    const { state, move } = stateOf(revoked(world, revocation('web', 'b-1')));
    expect(move).toBeUndefined();
    expect(explainFurther(state, noon)).toBe(
      'it goes to a good bake: bake b-1 of platform/web/arm64 was revoked by alice: openssl is broken',
    );
  });

  test('says what was revoked where nothing is left for it', () => {
    const { candidate } = snapshot.records[key('web')]!.channels;
    const withdrawn = {
      bakeId: 'b-1',
      sequence: 2,
      amis: {},
      by: 'alice',
      why: 'openssl is broken.',
      atMs: noon,
    };
    const stable = { announcedSequence: 2, lastSequence: 2, withdrawn };
    const world = withRecord(snapshot, 'web', { channels: { candidate: candidate!, stable } });
    const empty = mark(revoked(world, revocation('web', 'b-3')), 'web', of('b-3'));
    expect(explainFurther(stateOf(empty).state, noon)).toBe(
      'bake b-1 was revoked by alice: openssl is broken; it comes back with the next bake from candidate',
    );
    expect(stateOf(world).move).toMatchObject({ bakeId: 'b-3' });
  });
});

test('a child of a further channel waits while that channel leaves what was revoked', () => {
  const start = settled(
    snapshotOf([
      image('base', { channels: ['candidate', 'stable'] }),
      image('web', { base: on('base', 'stable') }),
    ]),
  );
  const { candidate } = start.records[key('base')]!.channels;
  const current = { ...candidate!.current!, bakeId: 'b-old' };
  const stable = { announcedSequence: 1, lastSequence: 1, current, policyDigest: candidate!.policyDigest! };
  const world = revoked(
    withRecord(start, 'base', { channels: { candidate: candidate!, stable } }),
    revocation('base', 'b-old'),
  );
  expect(say(world, 'web')).toMatch(/^wait: base\/arm64@stable goes to a good bake: bake b-old /);
});
