import { classifyFailure } from '../bake/failure-class';
import type { FailureClass } from '../bake/failure-class';
import { lastLines, maskSecrets } from '../bake/mask';
import { BakeRefused } from '../bake/request';
import { OutOfReach } from './reach';
import type { Ending } from './reach';

export type CheckStatus = 'passed' | 'failed' | 'skipped' | 'timed-out' | 'error';

export interface CheckResult {
  name: string;
  status: CheckStatus;
  ms: number;
  /** Its last lines, without secrets. */
  lines: string[];
}

/** What the build exports. */
export interface TestOutcome {
  result: 'passed' | 'failed' | 'error';
  checks: CheckResult[];
  instanceId?: string;
  failureClass: FailureClass | '';
  failureLines: string[];
}

/** A check that does not apply to this image ends like this, as in Automake and in Kubernetes' own test tools. */
export const skipCode = 77;

/** Longest excerpts that travel with a bake. */
const limits = { lines: 20, bytes: 2_000, checkLines: 8, checkBytes: 600, reportBytes: 6_000 };

export function checkResult(name: string, ending: Ending, ms: number): CheckResult {
  if (ending.kind === 'lost') return { name, status: 'error', ms, lines: [`not run: ${ending.why}`] };
  const lines = excerpt(ending.output);
  if (ending.kind === 'timed-out') return { name, status: 'timed-out', ms, lines };
  const { code } = ending;
  const known: Record<number, CheckStatus> = { 0: 'passed', [skipCode]: 'skipped' };
  const status = known[code] ?? 'failed';
  return {
    name,
    status,
    ms,
    lines: code > 1 && status === 'failed' ? [...lines, `exit code ${code}`] : lines,
  };
}

function excerpt(output: string): string[] {
  const lines = output.split(/\r?\n/).filter((line) => line.trim() !== '');
  return lastLines(maskSecrets(lines), limits.checkLines, limits.checkBytes);
}

/** A candidate passes when every check passed or did not apply, and at least one passed. */
export function judgeChecks(checks: CheckResult[], instanceId: string): TestOutcome {
  const bad = checks.filter(({ status }) => status === 'failed' || status === 'timed-out');
  const unknown = checks.filter(({ status }) => status === 'error');
  if (bad.length > 0) return ended('failed', 'script', told(bad), checks, instanceId);
  if (unknown.length > 0) return ended('error', 'network', told(unknown), checks, instanceId);
  if (!checks.some(({ status }) => status === 'passed'))
    return ended(
      'error',
      'template',
      ['no check applies to this image: nothing was tested'],
      checks,
      instanceId,
    );
  return ended('passed', '', [], checks, instanceId);
}

const told = (checks: CheckResult[]): string[] =>
  checks.flatMap(({ name, status, lines }) =>
    lines.map((line) => `${name}: ${line}`).concat(`${name}: ${status}`),
  );

/** The test itself came to nothing: the candidate may be good or bad. */
export function errorOutcome(error: unknown, checks: CheckResult[] = [], instanceId?: string): TestOutcome {
  const said = error instanceof Error ? error.message : String(error);
  return ended('error', classOf(error, said), [said], checks, instanceId);
}

function classOf(error: unknown, said: string): FailureClass {
  if (error instanceof BakeRefused) return 'template';
  if (error instanceof OutOfReach) return 'network';
  const { code = '' } = error as { code?: unknown };
  if (typeof code === 'string' && /^(ECONN|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EPIPE)/.test(code)) return 'network';
  return classifyFailure([said], [], 'build');
}

function ended(
  result: TestOutcome['result'],
  failureClass: FailureClass | '',
  lines: string[],
  checks: CheckResult[],
  instanceId: string | undefined,
): TestOutcome {
  const failureLines = lastLines(maskSecrets(lines), limits.lines, limits.bytes);
  return { result, checks, failureClass, failureLines, ...(instanceId === undefined ? {} : { instanceId }) };
}

/** JSON of at most 6,000 bytes: what had to be left out to fit are lines of checks that passed, then of the others. */
export function report({ checks, instanceId }: TestOutcome): string {
  const text = (most: (check: CheckResult) => number): string =>
    JSON.stringify({
      instanceId,
      checks: checks.map((check) => {
        const lines = most(check) === 0 ? [] : check.lines.slice(-most(check));
        return {
          name: check.name,
          status: check.status,
          ms: check.ms,
          ...(lines.length > 0 ? { lines } : {}),
        };
      }),
    });
  const passed = ({ status }: CheckResult) => status === 'passed';
  const shorter = [
    (check: CheckResult) => (passed(check) ? 1 : limits.checkLines),
    (check: CheckResult) => (passed(check) ? 0 : limits.checkLines),
    (check: CheckResult) => (passed(check) ? 0 : 2),
  ];
  return shorter.map(text).find((it) => Buffer.byteLength(it) <= limits.reportBytes) ?? text(() => 0);
}

/** Lines of shell that export the outcome. */
export function exportLines(outcome: TestOutcome): string {
  const values = {
    TEST_RESULT: outcome.result,
    TEST_REPORT: report(outcome),
    FAILURE_CLASS: outcome.failureClass,
    FAILURE_LINES: outcome.failureLines.join('\n'),
  };
  return Object.entries(values)
    .map(([name, value]) => `export ${name}='${value.replaceAll('\0', '').replaceAll("'", `'\\''`)}'\n`)
    .join('');
}
