import type { Window } from '../../src/lib/definitions/catalog';
import { hourMs } from '../../src/lib/definitions/instant';
import { known } from '../../src/lib/definitions/known';
import type { Published } from '../../src/lib/lifecycle/channel';
import type { ImageRecord } from '../../src/lib/lifecycle/image-record';
import type { Snapshot } from '../../src/lib/planning/snapshot';
import { windowWait } from '../../src/lib/planning/window-wait';
import { decide, say } from './decide';
import { approval, approved, gated, readyOf, withReady } from './gated-world';
import { asked } from './small-world';
import {
  amiOf,
  definition,
  image,
  inForce,
  key,
  noon,
  published,
  pushed,
  snapshotOf,
  withRecord,
} from './snapshot-builder';

const utc = (from: string, to: string): Window => ({ from, to, timezone: 'UTC' });
const due = (change: Parameters<typeof gated>[0] = {}) => pushed(gated(change), ['base', 'web']);
/** Tests of base are in the commit in force under this git id. */
const testedBy = (snapshot: Snapshot, objectId: string): Snapshot => {
  inForce(snapshot).tests = { [key('base')]: objectId };
  return snapshot;
};
const passed = (objectId: string) => ({ tests: { objectId, checks: 3 } });

describe('a bake that was finished while the window was closed', () => {
  it('comes when it is open, whole', () => {
    const snapshot = withReady(due());
    const { inputHash, contentDigest, notBefore, baseAmiId, ancestry, ...ready } = readyOf(due());
    expect(decide(snapshot, 'base')).toStrictEqual({
      kind: 'reuse',
      reason: { code: 'ready-before', bakeId: 'b-ready', amiId: amiOf('b-ready'), bakedAtMs: noon - hourMs },
      desired: { inputHash, contentDigest, notBefore, baseAmiId, ancestry },
      bake: { ...ready, inputHash, contentDigest, notBefore, baseAmiId, ancestry, sequence: 0 },
    });
    expect(say(snapshot, 'base')).toBe(
      `reuse: ${amiOf('b-ready')} of 2026-11-21 (bake b-ready) has been ready, and the window is open`,
    );
  });

  it('need not have a base that the bakery knows', () => {
    const own = pushed(snapshotOf([image('base', { base: { kind: 'template' } })]), ['base']);
    const decision = decide(withReady(own), 'base');
    expect(decision).toMatchObject({ kind: 'reuse', reason: { code: 'ready-before' } });
    expect(decision).not.toHaveProperty('desired.baseAmiId');
  });

  it('is told by the AMI where the bakery is, if there is one', () => {
    expect(decide(withReady(due(), { amis: { 'us-east-1': 'ami-far' } }), 'base')).toMatchObject({
      reason: { amiId: 'unknown' },
    });
  });

  it.each<[string, Partial<Published>, Partial<ImageRecord>, string]>([
    ['as it is', {}, {}, 'reuse'],
    ['of this schedule', { notBefore: 7 }, { notBefore: 7 }, 'reuse'],
    ['of an earlier schedule', { notBefore: 6 }, { notBefore: 7 }, 'bake'],
    ['of other inputs', { contentDigest: 'other' }, {}, 'bake'],
    ['on another base', { baseAmiId: 'ami-other' }, {}, 'bake'],
    ['while somebody asks for a new one', {}, { asked }, 'bake'],
  ])('comes only where it is what is desired: %s', (_, change, record, kind) => {
    expect(decide(withRecord(withReady(due(), change), 'base', record), 'base').kind).toBe(kind);
  });
});

/** The same is asked of a bake that was ready before, and of one that the index on input hashes found. */
describe.each<[string, (snapshot: Snapshot, change: Partial<Published>) => Snapshot]>([
  ['was ready before', withReady],
  [
    'was published before',
    (snapshot, change) => {
      const old = published(snapshot, definition(snapshot, 'base'), { bakeId: 'b-ready', ...change });
      return { ...snapshot, reusable: { [old.inputHash]: known([old]) } };
    },
  ],
])('a bake that %s is published', (_, withBake) => {
  it.each<[string, Snapshot, Partial<Published>, string]>([
    ['without tests, where there are none', due(), {}, 'reuse'],
    ['with tests that the image has no more', due(), passed('tree-1'), 'reuse'],
    ['with the tests of today', testedBy(due(), 'tree-1'), passed('tree-1'), 'reuse'],
    ['with other tests', testedBy(due(), 'tree-2'), passed('tree-1'), 'bake'],
    ['untested', testedBy(due(), 'tree-2'), {}, 'bake'],
    ['with an approval that nobody asks for', due(), { approved }, 'reuse'],
    ['with its approval', due({ approval }), { approved }, 'reuse'],
    ['without its approval', due({ approval }), {}, 'bake'],
  ])('%s', (__, snapshot, change, kind) => {
    expect(decide(withBake(snapshot, change), 'base').kind).toBe(kind);
  });

  it.each<[string, Window, number, string | undefined]>([
    ['in the window', utc('11:00', '13:00'), noon, undefined],
    ['at its first instant', utc('12:00', '13:00'), noon, undefined],
    ['an instant before', utc('12:00', '13:00'), noon - 1, 'opens at 2026-11-21 12:00 UTC (in 1 minute)'],
    ['an instant before its end', utc('11:00', '12:00'), noon - 1, undefined],
    ['at its end', utc('11:00', '12:00'), noon, 'opens at 2026-11-22 11:00 UTC (in 23 hours)'],
    ['by day', utc('22:00', '04:00'), noon, 'opens at 2026-11-21 22:00 UTC (in 10 hours)'],
  ])('%s', (__, window, nowMs, opens) => {
    const snapshot = { ...withBake(due({ window }), {}), nowMs };
    if (opens === undefined) expect(decide(snapshot, 'base').kind).toBe('reuse');
    else expect(say(snapshot, 'base')).toBe(`wait: window ${opens}; bake b-ready is ready for it`);
  });

  it('and what is built on its image does not wait for the window', () => {
    expect(decide(withBake(due({ window: utc('22:00', '04:00') }), {}), 'web')).toMatchObject({
      kind: 'bake',
      desired: { ancestry: [{ bakeId: 'b-base/arm64' }, {}] },
    });
  });
});

it('a window that opens no more is not said to open', () => {
  const last = 8.64e15 - hourMs;
  expect(windowWait({ window: utc('10:00', '11:00') }, 'b-1', last)).toStrictEqual({
    code: 'window',
    bakeId: 'b-1',
  });
});
