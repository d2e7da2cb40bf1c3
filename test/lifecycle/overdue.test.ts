import { minuteMs } from '../../src/lib/definitions/instant';
import { known } from '../../src/lib/definitions/known';
import { nextBuildStep } from '../../src/lib/lifecycle/build-step';
import { isOverdue } from '../../src/lib/lifecycle/overdue';
import { aBake, aBuild, noon } from './bakes';

const timed = { startedAtMs: noon, timeoutMinutes: 60, queuedTimeoutMinutes: 30 };

test.each([
  ['within its time', timed, 60, false],
  ['after its time, for it may have queued', timed, 90, false],
  ['a little later: CodeBuild may be slow to end it', timed, 100, false],
  ['after all of that', timed, 101, true],
  ['that has not begun', { ...timed, startedAtMs: undefined }, 1_000, false],
  ['of which the limits are not known', { startedAtMs: noon }, 1_000, false],
])('a build %s', (_, build, minutes, overdue) => {
  expect(isOverdue(build, noon + minutes * minuteMs)).toBe(overdue);
});

test.each([
  ['in its time: somebody wanted that', 20, 'failed', 'stopped'],
  ['after all its time: it ran out of it', 101, 'timed-out', 'timed-out'],
])('a build that was stopped %s', (_, minutes, status, failureClass) => {
  const build = aBuild({ ...timed, status: 'STOPPED', exported: {}, endedAtMs: noon + minutes * minuteMs });
  const step = nextBuildStep(aBake({ status: 'building' }), { build: known(build) }, noon);
  expect(step).toMatchObject({ do: 'end', status, failure: { class: failureClass } });
});
