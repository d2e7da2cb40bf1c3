import { bakeTransitions, isLive, moveBake, moveBakeUpTo } from '../../src/lib/lifecycle/bake-transitions';
import type { BakeStatus } from '../../src/lib/lifecycle/bake';
import { LifecycleError } from '../../src/lib/lifecycle/lifecycle-error';
import { aBake } from './bakes';

const statuses = Object.keys(bakeTransitions) as BakeStatus[];

test.each(statuses.flatMap((from) => statuses.map((to) => ({ from, to }))))(
  'a bake that is $from may become $to only if the table says so',
  ({ from, to }) => {
    const move = () => moveBake(aBake({ status: from }), to);
    if (bakeTransitions[from].includes(to)) expect(move().status).toBe(to);
    else expect(move).toThrow(LifecycleError);
  },
);

test('the way of DESIGN: claimed, building, testing, approval, distributing, ready', () => {
  for (const status of ['claimed', 'building', 'testing', 'approval', 'distributing'] as const) {
    const bake = moveBakeUpTo(aBake({ status }), 'ready', { endedAtMs: 7 });
    expect(bake).toEqual(aBake({ status: 'ready', endedAtMs: 7 }));
  }
});

test.each([
  ['ready', 'building'],
  ['distributing', 'testing'],
  ['failed', 'ready'],
  ['testing', 'testing'],
] as const)('a bake never goes back or stays: %s, %s', (status, to) => {
  expect(() => moveBakeUpTo(aBake({ status }), to)).toThrow(LifecycleError);
});

test('an ended bake never runs again, and a running one can always end', () => {
  for (const status of statuses) {
    const next = bakeTransitions[status];
    if (isLive(status)) expect(next).toEqual(expect.arrayContaining(['failed', 'rejected', 'abandoned']));
    else expect(next.some(isLive)).toBe(false);
  }
});

test('a mistake names the bake, the image and both statuses', () => {
  expect(() => moveBake(aBake({ status: 'failed' }), 'ready')).toThrow(
    'Bake b-01 of web/x86_64 cannot go from failed to ready.',
  );
});
