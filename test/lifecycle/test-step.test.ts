import type { Bake } from '../../src/lib/lifecycle/bake';
import { minuteMs } from '../../src/lib/definitions/instant';
import { known, unknown } from '../../src/lib/definitions/known';
import type { BuildFacts } from '../../src/lib/lifecycle/follow-build';
import type { TestRun } from '../../src/lib/lifecycle/test-run';
import { nextTestStep } from '../../src/lib/lifecycle/test-step';
import { aBake, aBuild, noon } from './bakes';
import { report } from './reports';

const request = { ...aBake().request, idempotencyToken: 'b-01-t1', environment: { BAKE_ID: 'b-01' } };
const run = (changes: Partial<TestRun> = {}): TestRun => ({
  objectId: 'tree',
  request,
  attempt: 1,
  dueAtMs: noon,
  earlier: [],
  ...changes,
});
const testing = (changes: Partial<TestRun> = {}): Bake =>
  aBake({ status: 'testing', test: run({ sentAtMs: noon, ...changes }) });
const started = (changes: Partial<TestRun> = {}): Bake => testing({ buildId: 'test:1', ...changes });

describe('the request of a test', () => {
  test.each<[string, Bake, number, BuildFacts, object]>([
    ['is sent when it is due', aBake({ status: 'testing', test: run() }), 0, {}, { do: 'send' }],
    ['is put off until then', aBake({ status: 'testing', test: run() }), -1, {}, { do: 'wait' }],
    ['is repeated word for word while its token holds', testing(), 3.9 * minuteMs, {}, { do: 'start' }],
    ['is searched for afterwards', testing(), 4 * minuteMs, {}, { do: 'search' }],
    [
      'is found by its BAKE_ID',
      testing(),
      5 * minuteMs,
      { found: known([aBuild({ buildId: 'test:9', bakeId: 'b-00' }), aBuild({ buildId: 'test:7' })]) },
      { do: 'attach', buildId: 'test:7' },
    ],
    [
      'is not mistaken for an earlier attempt',
      testing({ earlier: ['test:7'] }),
      5 * minuteMs,
      { found: known([aBuild({ buildId: 'test:7' })]) },
      { do: 'wait' },
    ],
    [
      'waits while builds cannot be listed',
      testing(),
      60 * minuteMs,
      { found: unknown('x') },
      { do: 'wait' },
    ],
    [
      'is given up after ten minutes, and made again',
      testing(),
      10 * minuteMs,
      { found: known([]) },
      { do: 'again', why: 'No test build started within 10 minutes.' },
    ],
    ['waits while its build was not read', started(), 0, {}, { do: 'wait' }],
    ['waits while its build cannot be read', started(), 0, { build: unknown('x') }, { do: 'wait' }],
    ['waits for a build that does not show yet', started(), 0, { build: known(undefined) }, { do: 'wait' }],
    [
      'gives up a build that must have ended',
      started(),
      121 * minuteMs,
      { build: known(undefined) },
      { do: 'again', why: 'CodeBuild does not know test build test:1, which must have ended by now.' },
    ],
    ['is none of a bake that is built', aBake({ status: 'building' }), 0, {}, { do: 'wait' }],
  ])('%s', (_, bake, age, facts, expected) => {
    expect(nextTestStep(bake, facts, noon + age)).toMatchObject(expected);
  });
});

const inProgress = (build: object): BuildFacts => ({
  build: known(aBuild({ buildId: 'test:1', status: 'IN_PROGRESS', exported: {}, ...build })),
});
const judged = (build: object, test: Partial<TestRun> = {}) =>
  nextTestStep(started(test), { build: known(aBuild({ buildId: 'test:1', exported: {}, ...build })) }, noon);

describe('the reason of a wait', () => {
  const wait = (why: string) => ({ do: 'wait', why });
  test.each<[Bake, BuildFacts, string]>([
    [{ ...started(), status: 'building' }, {}, 'building is not moved by a test'],
    [aBake({ status: 'testing' }), {}, 'testing is not moved by a test'],
    [aBake({ status: 'testing', test: run({ dueAtMs: noon + 1 }) }), {}, 'the test is put off'],
    [started(), {}, 'the build was not read'],
    [started(), inProgress({ phase: 'PROVISIONING' }), 'testing (PROVISIONING)'],
    [started(), inProgress({}), 'testing (started)'],
  ])('%#', (bake, facts, why) => {
    expect(nextTestStep(bake, facts, noon)).toStrictEqual(wait(why));
  });
});

describe('the verdict', () => {
  test('passes only what ended well and says so', () => {
    const exported = { TEST_RESULT: 'passed', TEST_REPORT: report(['a.sh', 'passed'], ['b.sh', 'skipped']) };
    expect(judged({ exported })).toEqual({
      do: 'passed',
      tests: {
        objectId: 'tree',
        result: 'passed',
        attempts: 1,
        buildId: 'test:1',
        endedAtMs: noon,
        checks: [
          { name: 'a.sh', status: 'passed', ms: 5 },
          { name: 'b.sh', status: 'skipped', ms: 5 },
        ],
      },
    });
    for (const status of ['FAILED', 'FAULT', 'STOPPED', 'TIMED_OUT']) {
      expect(judged({ status, exported }).do).not.toBe('passed');
    }
    expect(judged({ status: 'IN_PROGRESS', exported }).do).toBe('wait');
    expect(judged({ bakeId: 'b-00', exported })).toMatchObject({
      do: 'again',
      why: 'Test build test:1 carries BAKE_ID b-00, not b-01.',
    });
    expect(judged({ bakeId: undefined, exported }).do).toBe('passed');
    expect(judged({ exported: {} })).toMatchObject({ why: 'Test build test:1 ended without a result.' });
  });

  test('rejects what failed a check, and names it with its lines', () => {
    const exported = {
      TEST_RESULT: 'failed',
      TEST_REPORT: report(['a.sh', 'passed'], ['b.sh', 'failed'], ['c.sh', 'timed-out']),
      FAILURE_CLASS: 'script',
      FAILURE_LINES: 'b.sh: /srv is world-writable',
    };
    expect(judged({ status: 'FAILED', exported })).toMatchObject({
      do: 'end',
      status: 'rejected',
      failure: {
        class: 'tests',
        message: '2 of 3 checks failed: b.sh, c.sh (ran out of time) (test build test:1).',
        lines: ['b.sh: /srv is world-writable'],
      },
      tests: { result: 'failed', checks: [{}, { name: 'b.sh' }, {}] },
    });
    expect(judged({ status: 'FAILED', exported: { TEST_RESULT: 'failed' } })).toMatchObject({
      status: 'rejected',
      failure: { message: 'A check failed (test build test:1).' },
    });
  });

  test.each([
    ['FAILED', 'network', 'again'],
    ['FAILED', 'capacity', 'again'],
    ['FAILED', 'template', 'end'],
    ['FAULT', '', 'again'],
    ['TIMED_OUT', '', 'again'],
    ['STOPPED', '', 'end'],
  ])('a test that came to nothing (%s %s): %s', (status, FAILURE_CLASS, expected) => {
    const exported = { TEST_RESULT: 'error', FAILURE_CLASS, FAILURE_LINES: 'no agent' };
    const step = judged({ status, exported });
    expect(step.do).toBe(expected);
    if (step.do === 'end') expect(step).toMatchObject({ status: 'failed', failure: { class: 'untested' } });
  });

  test('a check that failed in a build that did not end is no verdict on the candidate', () => {
    const exported = { TEST_RESULT: 'failed', TEST_REPORT: report(['a.sh', 'failed']) };
    for (const status of ['FAULT', 'TIMED_OUT', 'SUCCEEDED']) {
      expect(judged({ status, exported })).toMatchObject({ do: 'again', test: { attempt: 2 } });
    }
  });

  test('what the repo asks for is not tried again', () => {
    const exported = {
      TEST_RESULT: 'error',
      FAILURE_CLASS: 'template',
      FAILURE_LINES: 'no such folder',
      TEST_REPORT: report(['a.sh', 'error']),
    };
    expect(judged({ status: 'FAILED', exported })).toStrictEqual({
      do: 'end',
      status: 'failed',
      failure: {
        class: 'untested',
        message: 'The AMI could not be tested: Test: Build test:1 failed: no such folder',
        lines: ['no such folder'],
      },
      tests: {
        objectId: 'tree',
        result: 'error',
        attempts: 1,
        buildId: 'test:1',
        endedAtMs: noon,
        checks: [{ name: 'a.sh', status: 'error', ms: 5 }],
      },
    });
  });

  test('of a build that never started there is nothing to tell, and nothing to keep apart', () => {
    const late = noon + 10 * minuteMs;
    const lost = (attempt: number) =>
      nextTestStep(testing({ attempt, earlier: ['test:0'] }), { found: known([]) }, late);
    const why = 'No test build started within 10 minutes.';
    expect(lost(1)).toStrictEqual({
      do: 'again',
      why,
      test: {
        objectId: 'tree',
        request: { ...request, idempotencyToken: 'b-01-t2' },
        attempt: 2,
        dueAtMs: late + 2 * minuteMs,
        earlier: ['test:0'],
      },
    });
    expect(lost(3)).toStrictEqual({
      do: 'end',
      status: 'failed',
      failure: { class: 'untested', message: `The AMI could not be tested, 3 times: ${why}`, lines: [] },
      tests: { objectId: 'tree', result: 'error', attempts: 3, endedAtMs: late, checks: [] },
    });
  });

  test('is sought three times, later each time, under another token, and then given up', () => {
    const exported = { TEST_RESULT: 'error', FAILURE_CLASS: 'network', FAILURE_LINES: 'no agent' };
    const first = judged({ status: 'FAILED', exported });
    expect(first).toMatchObject({
      test: {
        attempt: 2,
        dueAtMs: noon + 2 * minuteMs,
        earlier: ['test:1'],
        request: { ...request, idempotencyToken: 'b-01-t2' },
      },
    });
    expect(first).not.toHaveProperty('test.sentAtMs');
    expect(first).not.toHaveProperty('test.buildId');
    expect(judged({ status: 'FAILED', exported }, { attempt: 2 })).toMatchObject({
      test: { attempt: 3, dueAtMs: noon + 8 * minuteMs, request: { idempotencyToken: 'b-01-t3' } },
    });
    expect(judged({ status: 'FAILED', exported }, { attempt: 3 })).toMatchObject({
      do: 'end',
      status: 'failed',
      failure: {
        class: 'untested',
        message: 'The AMI could not be tested, 3 times: Test: Build test:1 failed: no agent',
        lines: ['no agent'],
      },
      tests: { result: 'error', attempts: 3 },
    });
  });
});
