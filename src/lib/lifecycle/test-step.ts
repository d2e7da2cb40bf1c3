import { minuteMs, type InstantMs } from '../definitions/instant';
import type { Bake, BakeFailure } from './bake';
import { buildFailure } from './build-failure';
import { abandonAfterMs, followBuild, type BuildFacts } from './follow-build';
import type { BuildObservation } from './observation';
import { readReport, type CheckReport, type TestResult, type TestRun } from './test-run';

/** How often a test that came to nothing is begun, and how long after the first time it is begun again. */
export const maxTestAttempts = 3;
const againAfterMs = 2 * minuteMs;

/** What to do next for a bake that is `testing`. */
export type TestStep =
  /** Write down that it is about to be sent, and send it. */
  | { do: 'send' }
  /** Send the stored request again, word for word. */
  | { do: 'start' }
  | { do: 'search' }
  | { do: 'wait'; why: string }
  | { do: 'attach'; buildId: string }
  | { do: 'passed'; tests: TestResult }
  /** It came to nothing, which says nothing of the candidate. */
  | { do: 'again'; test: TestRun; why: string }
  | { do: 'end'; status: 'rejected' | 'failed'; failure: BakeFailure; tests: TestResult };

/** Pure: from a bake that is tested and what was seen of its test build to the next step. */
export function nextTestStep(bake: Bake, facts: BuildFacts, nowMs: InstantMs): TestStep {
  const { test } = bake;
  if (bake.status !== 'testing' || test === undefined) {
    return { do: 'wait', why: `${bake.status} is not moved by a test` };
  }
  const { sentAtMs, buildId, startedAtMs, earlier, request } = test;
  if (sentAtMs === undefined) {
    return nowMs < test.dueAtMs ? { do: 'wait', why: 'the test is put off' } : { do: 'send' };
  }
  const { timeoutInMinutes } = request;
  const asked = { bakeId: bake.id, sentAtMs, startedAtMs, buildId, earlier, timeoutInMinutes };
  const step = followBuild(asked, facts, nowMs);
  switch (step.do) {
    case 'judge':
      return judge(bake, test, step.build, nowMs);
    case 'lost':
      return testCameToNothing(
        test,
        step.why === 'never-started'
          ? `No test build started within ${abandonAfterMs / minuteMs} minutes.`
          : `CodeBuild does not know test build ${buildId}, which must have ended by now.`,
        nowMs,
      );
    default:
      return step;
  }
}

function judge(bake: Bake, test: TestRun, build: BuildObservation, nowMs: InstantMs): TestStep {
  const { buildId, status, exported } = build;
  if (status === 'IN_PROGRESS') return { do: 'wait', why: `testing (${build.phase ?? 'started'})` };
  if (build.bakeId !== undefined && build.bakeId !== bake.id) {
    const why = `Test build ${buildId} carries BAKE_ID ${build.bakeId}, not ${bake.id}.`;
    return testCameToNothing(test, why, nowMs);
  }
  const result = exported['TEST_RESULT'];
  const checks = readReport(exported['TEST_REPORT']);
  if (status === 'SUCCEEDED' && result === 'passed') {
    return { do: 'passed', tests: resultOf(test, 'passed', checks, nowMs) };
  }
  const failure = buildFailure(build);
  if (status === 'FAILED' && result === 'failed') {
    return {
      do: 'end',
      status: 'rejected',
      failure: { class: 'tests', message: failedChecks(checks, buildId), lines: failure.lines },
      tests: resultOf(test, 'failed', checks, nowMs),
    };
  }
  const why =
    status === 'SUCCEEDED' ? `Test build ${buildId} ended without a result.` : `Test: ${failure.message}`;
  // What the repo asks for, and what a person has stopped, is the same the next time.
  const final = failure.class === 'template' || failure.class === 'stopped';
  return testCameToNothing(test, why, nowMs, { final, lines: failure.lines, checks });
}

const isBad = ({ status }: CheckReport): boolean => status === 'failed' || status === 'timed-out';

function failedChecks(checks: CheckReport[], buildId: string): string {
  const bad = checks.filter(isBad);
  if (bad.length === 0) return `A check failed (test build ${buildId}).`;
  const names = bad.map(({ name, status }) => (status === 'timed-out' ? `${name} (ran out of time)` : name));
  return `${bad.length} of ${checks.length} checks failed: ${names.join(', ')} (test build ${buildId}).`;
}

const resultOf = (
  { objectId, attempt, buildId }: TestRun,
  result: TestResult['result'],
  checks: CheckReport[],
  endedAtMs: InstantMs,
): TestResult => ({
  objectId,
  result,
  attempts: attempt,
  ...(buildId === undefined ? {} : { buildId }),
  endedAtMs,
  checks,
});

/** The next attempt, or the end: nothing is published untested. */
export function testCameToNothing(
  test: TestRun,
  why: string,
  nowMs: InstantMs,
  {
    final = false,
    lines = [],
    checks = [],
  }: { final?: boolean; lines?: string[]; checks?: CheckReport[] } = {},
): Extract<TestStep, { do: 'again' | 'end' }> {
  const { attempt, buildId, earlier, objectId, request } = test;
  if (final || attempt >= maxTestAttempts) {
    const times = attempt === 1 ? '' : `, ${attempt} times`;
    return {
      do: 'end',
      status: 'failed',
      failure: { class: 'untested', message: `The AMI could not be tested${times}: ${why}`, lines },
      tests: resultOf(test, 'error', checks, nowMs),
    };
  }
  const next = attempt + 1;
  return {
    do: 'again',
    why,
    test: {
      objectId,
      request: { ...request, idempotencyToken: testToken(request.environment['BAKE_ID'] ?? '', next) },
      attempt: next,
      dueAtMs: nowMs + againAfterMs * 4 ** (attempt - 1),
      earlier: buildId === undefined ? earlier : [...earlier, buildId],
    },
  };
}

/** One token an attempt: CodeBuild starts each once. */
export const testToken = (bakeId: string, attempt: number): string => `${bakeId}-t${attempt}`;
