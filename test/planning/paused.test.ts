import type { Pause } from '../../src/lib/lifecycle/image-record';
import type { Snapshot } from '../../src/lib/planning/snapshot';
import { decide, planned, say } from './decide';
import { asked, calm, failed } from './small-world';
import { key, liveBake, noon, policy, pushed, withPublished, withRecord } from './snapshot-builder';

const paused: Pause = { by: 'alice', why: 'an incident', atMs: noon };
const since = 'by alice since 2026-11-21 12:00 UTC: an incident';
const pause = (snapshot: Snapshot, ...names: string[]): Snapshot =>
  names.reduce((world, name) => withRecord(world, name, { paused }), snapshot);
const everythingDue = () => pushed(calm(), ['base', 'web', 'shop', 'other']);
const kinds = (snapshot: Snapshot) =>
  Object.fromEntries(Object.entries(planned(snapshot).decisions).map(([image, { kind }]) => [image, kind]));

describe('paused', () => {
  it('an image waits with everything below it, and nothing else does', () => {
    const snapshot = pause(everythingDue(), 'web');
    expect(say(snapshot, 'web')).toBe(`wait: web/arm64 is paused ${since}`);
    expect(say(snapshot, 'shop')).toBe(`wait: web/arm64 is paused ${since}`);
    expect(planned(snapshot).bakeOrder).toEqual([key('base'), key('other')]);
  });

  it('the bakery: every image waits', () => {
    const snapshot = { ...everythingDue(), paused };
    expect(new Set(Object.values(kinds(snapshot)))).toEqual(new Set(['wait']));
    expect(say(snapshot, 'shop')).toBe(`wait: the bakery is paused ${since}`);
    expect(planned(snapshot).bakeOrder).toEqual([]);
  });

  it.each<[string, Snapshot, string]>([
    ['the bakery before an image', { ...pause(calm(), 'web'), paused }, 'the bakery is'],
    ['an ancestor before the image', pause(calm(), 'base', 'web'), 'base/arm64 is'],
  ])('the widest is told: %s', (_, snapshot, who) => {
    expect(say(snapshot, 'web')).toBe(`wait: ${who} paused ${since}`);
  });

  it.each<[string, Snapshot, string]>([
    ['as it should be', calm(), 'wait'],
    ['asked for', withRecord(calm(), 'web', { asked }), 'wait'],
    ['failed', failed(everythingDue(), 'web', {}), 'wait'],
  ])('an image that is %s begins nothing', (_, snapshot, kind) => {
    expect(decide(pause(snapshot, 'web'), 'web')).toMatchObject({ kind, reason: { code: 'paused' } });
  });

  it('what has begun goes on', () => {
    const building = withRecord(pause(calm(), 'web'), 'web', { live: liveBake(calm(), 'web') });
    expect(say(building, 'web')).toMatch(/^wait: bake .* is building$/);
    expect(say(building, 'shop')).toBe(`wait: web/arm64 is paused ${since}`);
  });

  it('time spent paused does not count towards maxWait', () => {
    const waiting = withRecord(everythingDue(), 'shop', { dueSinceMs: noon - policy.maxWaitMs });
    expect(planned(pause(waiting, 'web')).memory[key('shop')]).toEqual({ notBefore: 0 });
  });

  it('and observed: paused is what is told', () => {
    const snapshot = { ...everythingDue(), paused, policy: { ...policy, mode: 'observe' as const } };
    expect(say(snapshot, 'base')).toBe(`wait: the bakery is paused ${since}`);
  });
});

describe('an adopted AMI', () => {
  const adopted = () => withPublished(calm(), 'base', { adopted: { ...paused } });

  it('counts as what was desired when it was adopted', () => {
    expect(say(adopted(), 'base')).toMatch(/^current: ami-\w+ was adopted by alice on 2026-11-21/);
    expect(decide(adopted(), 'web').kind).toBe('current');
  });

  it('until something moves', () => {
    expect(decide(pushed(adopted(), ['base']), 'base')).toMatchObject({ kind: 'bake' });
  });
});
