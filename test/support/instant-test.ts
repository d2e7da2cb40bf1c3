import type { BuildRun } from '../../src/local/builds/build-run';
import type { InstantOutcome } from '../../src/local/builds/instant-runner';

export interface InstantCheck {
  name: string;
  status: 'passed' | 'failed' | 'skipped' | 'timed-out' | 'error';
  lines?: string[];
}

/** Whether a build is the test of a candidate and no bake. */
export const isTest = (run: BuildRun): boolean => run.environment['CANDIDATE_AMI'] !== undefined;

/** What the test build exports of these checks, without an instance to run them on. */
export function instantTest(
  checks: InstantCheck[] = [{ name: 'services-up.sh', status: 'passed' }],
  durationMs = 60_000,
): InstantOutcome {
  const bad = checks.filter(({ status }) => status === 'failed' || status === 'timed-out');
  const lines = bad.flatMap(({ name, status, lines = [] }) => [
    ...lines.map((line) => `${name}: ${line}`),
    `${name}: ${status}`,
  ]);
  return {
    status: bad.length === 0 ? 'SUCCEEDED' : 'FAILED',
    durationMs,
    exported: {
      TEST_RESULT: bad.length === 0 ? 'passed' : 'failed',
      TEST_REPORT: JSON.stringify({ checks: checks.map((check) => ({ ms: 10, ...check })) }),
      FAILURE_CLASS: bad.length === 0 ? '' : 'script',
      FAILURE_LINES: lines.join('\n'),
    },
  };
}

/** The test came to nothing. */
export const testError = (line: string, failureClass = 'network'): InstantOutcome => ({
  status: 'FAILED',
  durationMs: 60_000,
  exported: {
    TEST_RESULT: 'error',
    TEST_REPORT: '{"checks":[]}',
    FAILURE_CLASS: failureClass,
    FAILURE_LINES: line,
  },
});
