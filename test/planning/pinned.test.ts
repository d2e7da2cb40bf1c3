import fc from 'fast-check';
import type { Pin } from '../../src/lib/lifecycle/pin';
import { plan } from '../../src/lib/planning/plan';
import type { Snapshot } from '../../src/lib/planning/snapshot';
import { luck, snapshots } from './arbitrary-world';
import { decide, planned, say } from './decide';
import { apply, nextTick, planWithLookups, worldOf } from './model';
import { asked, calm } from './small-world';
import {
  amiOf,
  baseMoved,
  definition,
  inForce,
  key,
  noon,
  pushed,
  ssm,
  withPublished,
  withRecord,
} from './snapshot-builder';

const pinOf = (snapshot: Snapshot, name: string, change: Partial<Pin> = {}): Pin => {
  const channel = snapshot.records[key(name)]?.channels['stable'];
  const baseAmiId = channel?.current?.baseAmiId;
  return {
    by: 'alice',
    why: 'it does not boot.',
    atMs: noon,
    until: 'commit',
    contentDigest: inForce(snapshot).contentDigests[key(name)]!,
    ...(baseAmiId === undefined ? {} : { baseAmiId }),
    commandId: 'c-1',
    ...change,
  };
};
const pinned = (snapshot: Snapshot, name: string, change: Partial<Pin> = {}): Snapshot => {
  const { stable, ...channels } = snapshot.records[key(name)]!.channels;
  return withRecord(snapshot, name, {
    channels: { ...channels, stable: { ...stable!, pin: pinOf(snapshot, name, change) } },
  });
};
const since = 'by alice since 2026-11-21 12:00 UTC because it does not boot';

test.each<[string, Snapshot, string]>([
  [
    'as it is',
    pinned(calm(), 'web'),
    `${since}; it stays until a commit changes its inputs or somebody unpins it`,
  ],
  [
    'until its base moves',
    pinned(calm(), 'web', { until: 'base' }),
    `${since}; it stays until its base moves, a commit changes its inputs or somebody unpins it`,
  ],
  [
    'asked for',
    withRecord(pinned(calm(), 'web'), 'web', { asked: { ...asked, by: 'bob' } }),
    `${since}; it stays until a commit changes its inputs or somebody unpins it, and so does the bake that bob asked for`,
  ],
])('a pinned image says so: %s', (_, snapshot, text) => {
  expect(say(snapshot, 'web')).toBe(`current: pinned to ${amiOf('b-web/arm64')} ${text}`);
});

test.each<[string, Snapshot, string, boolean]>([
  ['its inputs changed', pushed(pinned(calm(), 'web'), ['web']), 'web', true],
  ['those of another image changed', pushed(pinned(calm(), 'web'), ['other']), 'web', false],
  ['its base moved', baseMoved(pinned(calm(), 'base'), ssm(), 'ami-new'), 'base', false],
  [
    'its base moved, until base',
    baseMoved(pinned(calm(), 'base', { until: 'base' }), ssm(), 'ami-new'),
    'base',
    true,
  ],
  ['its base cannot be read', { ...pinned(calm(), 'base', { until: 'base' }), bases: {} }, 'base', false],
  ['its trouble would be told', withRecord(pinned(calm(), 'web'), 'web', { claims: [] }), 'web', false],
])('where %s, is it released?', (_, snapshot, name, released) => {
  expect(planned(snapshot).releases.map(({ image }) => image)).toEqual(released ? [key(name)] : []);
  expect(decide(snapshot, name).kind).toBe(released ? 'bake' : 'current');
});

test('inputs that cannot be read release nothing', () => {
  const snapshot = pinned(calm(), 'web');
  const { contentDigests, ...rest } = inForce(snapshot);
  const { [key('web')]: _unread, ...others } = contentDigests;
  const unread = {
    ...snapshot,
    catalog: { known: true as const, value: { ...rest, contentDigests: others } },
  };
  expect(decide(unread, 'web')).toMatchObject({ kind: 'current', reason: { code: 'pinned' } });
});

test('other tags need no bake, and are no other bake', () => {
  const snapshot = pinned(calm(), 'web');
  const { catalog, policyDigests, ...rest } = inForce(snapshot);
  const value = { ...rest, catalog, policyDigests: { ...policyDigests, [key('web')]: 'other' } };
  expect(decide({ ...snapshot, catalog: { known: true, value } }, 'web').kind).toBe('amend');
});

test('the AMI is told where the bakery has one', () => {
  const far = withPublished(pinned(calm(), 'web'), 'web', { amis: { 'us-east-1': 'ami-far' } });
  const { stable, ...channels } = pinned(calm(), 'web').records[key('web')]!.channels;
  const { current: _none, policyDigest: _unset, ...empty } = stable!;
  for (const snapshot of [far, withRecord(far, 'web', { channels: { ...channels, stable: empty } })])
    expect(decide(snapshot, 'web')).toMatchObject({
      kind: 'current',
      reason: { code: 'pinned', amiId: 'unknown' },
    });
});

test('what is built on a pinned image neither waits nor moves for it', () => {
  const snapshot = baseMoved(pinned(calm(), 'base'), ssm(), 'ami-new');
  expect(say(snapshot, 'web')).toMatch(/^current: /);
});

test('whatever the world looks like, a pinned channel keeps its bake until a commit or a person', () => {
  fc.assert(
    fc.property(snapshots, luck, fc.nat(), fc.integer({ min: 1, max: 6 }), (start, fails, pick, ticks) => {
      const published = Object.values(start.records).filter(({ channels }) => channels['stable']?.current);
      fc.pre(published.length > 0);
      const { key: image } = published[pick % published.length]!;
      fc.pre(definition(start, image).channels[0] === 'stable');
      let world = worldOf(pinned(start, image));
      const before = world.snapshot.records[image]!.channels['stable']!.current!.bakeId;
      for (let tick = 0; tick < ticks; tick += 1) {
        const next = planWithLookups(world);
        expect(next.plan.releases).toEqual([]);
        expect(next.plan.bakeOrder).not.toContain(image);
        expect(['bake', 'reuse']).not.toContain(next.plan.decisions[image]!.kind);
        world = nextTick(apply(next.world, next.plan), fails);
        expect(world.snapshot.records[image]!.channels['stable']!.current!.bakeId).toBe(before);
      }
      expect(plan(pushed(world.snapshot, [image], 'mended')).releases).toEqual([
        { image, channel: 'stable', because: 'commit' },
      ]);
    }),
    { numRuns: 100 },
  );
});
