import { hourMs, minuteMs } from '../../src/lib/definitions/instant';
import type { Snapshot } from '../../src/lib/planning/snapshot';
import { planned, say } from './decide';
import { image, noon, on, policy, pushed, settled, snapshotOf, ssm, withPublished } from './snapshot-builder';

describe('slots', () => {
  const wide = () =>
    snapshotOf([
      image('a'),
      image('b', { base: ssm('/b') }),
      image('b1', { base: on('b') }),
      image('b2', { base: on('b1') }),
      image('c'),
      image('c1', { base: on('c') }),
    ]);
  const withSlots = (max: number, slotsInUse = 0): Snapshot => ({
    ...wide(),
    policy: { ...policy, maxConcurrentBuilds: max },
    slotsInUse,
  });

  it('go to the longest remaining path first', () => {
    expect(planned(withSlots(9)).bakeOrder).toEqual(['b/arm64', 'c/arm64', 'a/arm64']);
  });

  it('count builds by how long they took', () => {
    const claimedAtMs = Date.parse('2026-11-21T02:00:00Z');
    const bakeId = `b-${ulidAt(claimedAtMs)}`;
    const slow = withPublished(settled(wide()), 'a', { bakeId, bakedAtMs: claimedAtMs + 2 * hourMs });
    expect(planned(pushed(slow, ['a', 'b', 'c'])).bakeOrder[0]).toBe('a/arm64');
  });

  it('go by key where as much remains, also before an image that others are built on', () => {
    const claimedAtMs = Date.parse('2026-11-21T02:00:00Z');
    const took = (minutes: number) => ({
      bakeId: `b-${ulidAt(claimedAtMs)}`,
      bakedAtMs: claimedAtMs + minutes * minuteMs,
    });
    const start = settled(
      snapshotOf([image('z', { base: ssm('/z') }), image('a', { base: on('z') }), image('b')]),
    );
    const equal = withPublished(
      withPublished(withPublished(start, 'z', took(20)), 'a', took(10)),
      'b',
      took(30),
    );
    expect(planned(pushed(equal, ['z', 'b'])).bakeOrder).toEqual(['b/arm64', 'z/arm64']);
  });

  it('leave the others waiting, who know how many are ahead', () => {
    const snapshot = withSlots(4, 3);
    expect(planned(snapshot).bakeOrder).toEqual(['b/arm64']);
    expect(say(snapshot, 'a')).toBe('wait: 3 of 4 build slots are in use and 2 images are ahead');
  });

  it('are not given out while CodeBuild refuses', () => {
    const snapshot = { ...withSlots(9), startsBlockedUntilMs: noon + 10 * minuteMs };
    expect(planned(snapshot).bakeOrder).toEqual([]);
    expect(say(snapshot, 'a')).toBe(
      'wait: CodeBuild refused to start more builds; next try at 2026-11-21 12:10 UTC (in 10 minutes)',
    );
    expect(planned({ ...snapshot, startsBlockedUntilMs: noon }).bakeOrder).toHaveLength(3);
  });
});

function ulidAt(timeMs: number): string {
  const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';
  let time = '';
  for (let rest = timeMs; time.length < 10; rest = Math.floor(rest / 32)) time = alphabet[rest % 32]! + time;
  return time + '0'.repeat(16);
}
