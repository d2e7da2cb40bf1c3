import type { InstantMs } from '../definitions/instant';
import type { BuildRequest } from './build-request';

/** The build that tests a candidate, while the bake is `testing`. */
export interface TestRun {
  /** Git id of the folder of checks that it runs. */
  objectId: string;
  /** The whole StartBuild request, repeated word for word while its idempotency token holds. */
  request: BuildRequest;
  /** From 1. */
  attempt: number;
  /** Not sent before this. */
  dueAtMs: InstantMs;
  /** When StartBuild was first about to be sent for this attempt. Absent: nothing was sent. */
  sentAtMs?: InstantMs;
  startedAtMs?: InstantMs;
  /** `project:uuid`. */
  buildId?: string;
  /** Builds of earlier attempts, which carry the same BAKE_ID. */
  earlier: string[];
}

export type CheckStatus = 'passed' | 'failed' | 'skipped' | 'timed-out' | 'error';

/** What became of one check script. */
export interface CheckReport {
  name: string;
  status: CheckStatus;
  ms: number;
  /** Its last lines, without secrets. */
  lines?: string[];
}

/** How the test of a bake ended; kept with the bake. */
export interface TestResult {
  objectId: string;
  result: 'passed' | 'failed' | 'error';
  attempts: number;
  buildId?: string;
  endedAtMs: InstantMs;
  checks: CheckReport[];
}

/** What a channel keeps of the tests that its bake has passed. */
export interface TestsPassed {
  objectId: string;
  checks: number;
}

const statuses: readonly string[] = [
  'passed',
  'failed',
  'skipped',
  'timed-out',
  'error',
] satisfies CheckStatus[];

/** As many as a folder may hold, and as long as the test build makes them: a buildspec of one's own may export anything. */
const most = { checks: 50, nameLength: 200, lines: 8, lineLength: 300, bytes: 20_000 };

/** The exported TEST_REPORT. What is no report, or not one of a check, is left out: the verdict does not depend on it. */
export function readReport(text: string | undefined): CheckReport[] {
  if (text === undefined || text.length > most.bytes) return [];
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return [];
  }
  const checks: unknown = (value as { checks?: unknown } | null)?.checks;
  if (!Array.isArray(checks)) return [];
  return checks.slice(0, most.checks).flatMap((check: unknown) => readCheck(check) ?? []);
}

function readCheck(check: unknown): CheckReport | undefined {
  const { name, status, ms, lines } = (check ?? {}) as Record<string, unknown>;
  if (typeof name !== 'string' || typeof status !== 'string' || !statuses.includes(status)) return undefined;
  const said = (Array.isArray(lines) ? lines : [])
    .filter((line): line is string => typeof line === 'string')
    .slice(-most.lines)
    .map((line) => line.slice(0, most.lineLength));
  return {
    name: name.slice(0, most.nameLength),
    status: status as CheckStatus,
    ms: typeof ms === 'number' && Number.isFinite(ms) ? ms : 0,
    ...(said.length === 0 ? {} : { lines: said }),
  };
}
