import { hourMs, minuteMs } from '../../src/lib/definitions/instant';
import { buildFailure } from '../../src/lib/lifecycle/build-failure';
import { readAmis } from '../../src/lib/lifecycle/exported-amis';
import type { BuildObservation } from '../../src/lib/lifecycle/observation';
import { isOverdue, overdueAtMs } from '../../src/lib/lifecycle/overdue';
import { aBuild, noon } from './bakes';

const failed = (change: Partial<BuildObservation> = {}) =>
  buildFailure(aBuild({ status: 'FAILED', exported: {}, ...change }));

describe('why a build failed', () => {
  it.each(['capacity', 'throttle', 'spot', 'network', 'script', 'template', 'unknown'])(
    'as it says itself: %s',
    (known) => {
      expect(failed({ exported: { FAILURE_CLASS: known } }).class).toBe(known);
    },
  );

  it.each(['fault', 'rejected', 'toString', ''])('anything else it says is unknown: %j', (said) => {
    expect(failed({ exported: { FAILURE_CLASS: said } }).class).toBe('unknown');
  });

  const timed = { startedAtMs: noon, timeoutMinutes: 60, queuedTimeoutMinutes: 30 };
  it.each<[Partial<BuildObservation>, string, string]>([
    [{ status: 'FAULT' }, 'fault', 'CodeBuild reports a fault of its own (bake:1).'],
    [{ status: 'STOPPED' }, 'stopped', 'Somebody stopped build bake:1.'],
    [{ status: 'TIMED_OUT' }, 'timed-out', 'Build bake:1 ran out of time.'],
    [
      { status: 'STOPPED', ...timed, endedAtMs: noon + 100 * minuteMs + 1 },
      'timed-out',
      'Build bake:1 did not end and was stopped.',
    ],
    [
      { status: 'STOPPED', ...timed, endedAtMs: noon + 100 * minuteMs },
      'stopped',
      'Somebody stopped build bake:1.',
    ],
    [{}, 'unknown', 'Build bake:1 failed: the build gave no reason'],
    [{ failureContext: 'exit 1' }, 'unknown', 'Build bake:1 failed: exit 1'],
    [{ failureContext: 'x'.repeat(301) }, 'unknown', `Build bake:1 failed: ${'x'.repeat(300)}`],
    [
      { failureContext: 'exit 1', exported: { FAILURE_LINES: 'first\nlast\n  \n' } },
      'unknown',
      'Build bake:1 failed: last',
    ],
  ])('%j', (change, expected, message) => {
    expect(failed(change)).toMatchObject({ class: expected, message });
  });

  it('its last lines, none of them empty or endless', () => {
    const of = (lines: string[]) => failed({ exported: { FAILURE_LINES: lines.join('\n') } }).lines;
    expect(failed().lines).toEqual([]);
    expect(of(['a', ' ', '', 'b'])).toEqual(['a', 'b']);
    expect(of(Array.from({ length: 25 }, (_, index) => `line ${index}`))).toEqual(
      Array.from({ length: 20 }, (_, index) => `line ${index + 5}`),
    );
    expect(of(['x'.repeat(301)])).toEqual(['x'.repeat(300)]);
  });
});

describe('a build is overdue', () => {
  const timed = { startedAtMs: noon, timeoutMinutes: 60, queuedTimeoutMinutes: 480 };
  it('ten minutes after all the time it has in the queue and in running', () => {
    expect(overdueAtMs(timed)).toBe(noon + 9 * hourMs + 10 * minuteMs);
    expect(isOverdue(timed, noon + 9 * hourMs + 10 * minuteMs)).toBe(false);
    expect(isOverdue(timed, noon + 9 * hourMs + 10 * minuteMs + 1)).toBe(true);
  });

  it.each(['startedAtMs', 'timeoutMinutes', 'queuedTimeoutMinutes'])(
    'never where %s is not known',
    (field) => {
      const unknown = { ...timed, [field]: undefined };
      expect(overdueAtMs(unknown)).toBeUndefined();
      expect(isOverdue(unknown, Number.MAX_SAFE_INTEGER)).toBe(false);
    },
  );
});

it.each<[string, Record<string, string> | undefined]>([
  ['eu-west-1:ami-01234567', { 'eu-west-1': 'ami-01234567' }],
  [
    'eu-west-1:ami-0123456789abcdef0,us-gov-west-1:ami-01234567',
    { 'eu-west-1': 'ami-0123456789abcdef0', 'us-gov-west-1': 'ami-01234567' },
  ],
  ['eu-west-1:ami-01234567,eu-west-1:ami-01234568', undefined],
  [' eu-west-1:ami-01234567', undefined],
  ['x-eu-west-1:ami-01234567', undefined],
  ['1eu-west-1:ami-01234567', undefined],
  ['eu-west-1:ami-01234567x', undefined],
  ['eu-west-1:ami-0123456', undefined],
  ['eu-west-1:ami-0123456789abcdef01', undefined],
  ['eu-west-1:', undefined],
  [',', undefined],
  ['', undefined],
])('exported AMIs %j', (text, amis) => {
  expect(readAmis(text)).toEqual(amis);
});
