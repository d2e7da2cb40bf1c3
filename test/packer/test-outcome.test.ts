import fc from 'fast-check';
import type { CheckResult, CheckStatus } from '../../packer/environment/test/outcome';
import {
  checkResult,
  errorOutcome,
  exportLines,
  judgeChecks,
  report,
} from '../../packer/environment/test/outcome';
import { OutOfReach } from '../../packer/environment/test/reach';

const statuses: CheckStatus[] = ['passed', 'failed', 'skipped', 'timed-out', 'error'];
const check = (status: CheckStatus, lines: string[] = []): CheckResult => ({
  name: 'a.sh',
  status,
  ms: 1,
  lines,
});
const judged = (...given: CheckStatus[]) =>
  judgeChecks(
    given.map((each) => check(each)),
    'i-0a',
  ).result;

it.each<[CheckStatus[], string]>([
  [['passed', 'passed'], 'passed'],
  [['passed', 'skipped'], 'passed'],
  [['skipped', 'skipped'], 'error'],
  [['passed', 'failed'], 'failed'],
  [['passed', 'timed-out'], 'failed'],
  [['passed', 'error'], 'error'],
  [['error', 'failed'], 'failed'],
  [[], 'error'],
])('%s: %s', (given, result) => {
  expect(judged(...given)).toBe(result);
});

it('a candidate passes only where every check passed or did not apply', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...statuses)), (given) => {
      const good = given.every((each) => each === 'passed' || each === 'skipped') && given.includes('passed');
      expect(judged(...given) === 'passed').toBe(good);
    }),
  );
});

it('the report names every check and fits into 6,000 bytes, whatever they printed', () => {
  const line = fc.string({ maxLength: 400, unit: 'grapheme' });
  const checks = fc.array(
    fc.record({
      name: fc.stringMatching(/^[a-z-]{1,40}\.sh$/),
      output: fc.array(line, { maxLength: 60 }),
      code: fc.constantFrom(0, 1, 77, 126),
    }),
    { minLength: 1, maxLength: 50 },
  );
  fc.assert(
    fc.property(checks, (given) => {
      const results = given.map(({ name, output, code }) =>
        checkResult(name, { kind: 'exit', code, output: output.join('\n') }, 1234),
      );
      const text = report(judgeChecks(results, 'i-0a'));
      expect(Buffer.byteLength(text)).toBeLessThanOrEqual(6_000);
      const told = JSON.parse(text) as { checks: CheckResult[] };
      expect(told.checks.map(({ name, status }) => [name, status])).toEqual(
        results.map(({ name, status }) => [name, status]),
      );
    }),
  );
});

it('the lines of what failed outlive those of what passed', () => {
  const long = Array.from({ length: 8 }, (_, n) => `${n}${'x'.repeat(70)}`);
  const passed = Array.from({ length: 50 }, () => check('passed', long));
  const { checks } = JSON.parse(report(judgeChecks([...passed, check('failed', long)], 'i-0a'))) as {
    checks: CheckResult[];
  };
  expect(checks[0]?.lines).toBeUndefined();
  expect(checks.at(-1)?.lines).toEqual(long);
});

it.each([
  [new OutOfReach('silent'), 'network'],
  [Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }), 'network'],
  [new Error('RunInstances: InsufficientInstanceCapacity: none'), 'capacity'],
  [new Error('RunInstances: RequestLimitExceeded: slow down'), 'throttle'],
  [new Error('RunInstances: UnauthorizedOperation: no'), 'template'],
  [new Error('what?'), 'unknown'],
])('%s is of the class %s', (error, failureClass) => {
  expect(errorOutcome(error)).toMatchObject({ result: 'error', failureClass });
});

it('what is exported survives the shell, quotes and all', () => {
  const outcome = judgeChecks([check('failed', ["it's $HOME `x`"])], 'i-0a');
  expect(exportLines(outcome)).toContain(`export FAILURE_LINES='a.sh: it'\\''s $HOME \`x\`\na.sh: failed'\n`);
});
