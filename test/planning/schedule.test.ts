import { dayMs, hourMs, minuteMs } from '../../src/lib/definitions/instant';
import { plan } from '../../src/lib/planning/plan';
import { decide, planned } from './decide';
import { image, inForce, key, nightly, noon, settled, snapshotOf, withPublished } from './snapshot-builder';

describe('schedules', () => {
  const scheduled = (sinceMs: number) => {
    const snapshot = snapshotOf([image('base', { rebake: nightly })]);
    inForce(snapshot).sinceMs = sinceMs;
    return snapshot;
  };
  const twoOClock = Date.parse('2026-11-21T02:00:00Z');

  it('make an image due that was baked for the night before', () => {
    const snapshot = withPublished(settled(scheduled(0)), 'base', { notBefore: twoOClock - dayMs });
    expect(decide(snapshot, 'base')).toMatchObject({ reason: { code: 'schedule', firedAtMs: twoOClock } });
  });

  it('catch up on nights that nobody saw', () => {
    const snapshot = { ...settled(scheduled(0)), nowMs: noon + 3 * dayMs };
    expect(decide(snapshot, 'base')).toMatchObject({ reason: { firedAtMs: twoOClock + 3 * dayMs } });
  });

  it('remember since when they read as they do, and do not count what was before', () => {
    const { decisions, memory } = planned(scheduled(noon - hourMs));
    expect(decisions[key('base')]).toMatchObject({ kind: 'bake', desired: { notBefore: 0 } });
    expect(memory[key('base')]).toEqual({
      notBefore: 0,
      schedule: { cron: '0 2 * * *', timezone: 'UTC', sinceMs: noon - hourMs },
    });
  });

  it('begin anew when they are edited: nothing becomes due by the edit', () => {
    const before = settled(scheduled(0));
    const { catalog } = inForce(before);
    catalog.images = [image('base', { rebake: { ...nightly, cron: '0 11 * * *' } })];
    inForce(before).sinceMs = noon - 10 * minuteMs;
    expect(decide(before, 'base').kind).toBe('current');
    expect(plan(before).memory[key('base')]).toMatchObject({
      schedule: { cron: '0 11 * * *', sinceMs: noon - 10 * minuteMs },
    });
    expect(decide({ ...before, nowMs: noon + dayMs }, 'base')).toMatchObject({
      reason: { code: 'schedule' },
    });
  });

  it('leave notBefore where it is when they are taken away', () => {
    const snapshot = settled(scheduled(0));
    inForce(snapshot).catalog.images = [image('base')];
    expect(decide(snapshot, 'base').kind).toBe('current');
    expect(plan(snapshot).memory[key('base')]).toEqual({ notBefore: twoOClock });
  });
});
