import { hourMs, minuteMs } from '../../src/lib/definitions/instant';
import type { FailureClass } from '../../src/lib/lifecycle/bake';
import type { Trouble } from '../../src/lib/lifecycle/image-record';
import { afterFailure, retryRules } from '../../src/lib/planning/retry';

const nowMs = Date.parse('2026-11-21T12:00:00Z');
const desired = { inputHash: 'h', notBefore: 7 };
const failure = (of: FailureClass) => ({ class: of, message: 'it failed', lines: ['last'], bakeId: 'b-1' });

/** Delays of the retries that follow one another, in minutes. */
function delays(of: FailureClass, chance01: number): number[] {
  const found: number[] = [];
  let trouble: Trouble | undefined;
  for (;;) {
    trouble = afterFailure(trouble, failure(of), desired, nowMs, chance01);
    if (trouble.retryAtMs === undefined) return found;
    found.push((trouble.retryAtMs - nowMs) / minuteMs);
  }
}

describe('after a failure', () => {
  it.each<[FailureClass, number[]]>([
    ['capacity', [2.5, 5, 10, 20, 40]],
    ['throttle', [1, 2, 4, 8, 15]],
    ['spot', [1, 2, 4, 8]],
    ['network', [1, 2, 4, 8]],
    ['fault', [1, 2, 4, 8]],
    ['abandoned', [0.5, 1, 2]],
    ['unknown', [5, 10]],
    ['timed-out', [5]],
    ['script', []],
    ['template', []],
    ['rejected', []],
    ['stopped', []],
  ])('%s is tried again after at least %p minutes, then blocks', (of, expected) => {
    expect(delays(of, 0)).toEqual(expected);
  });

  it('chance adds up to as much again, and never more than the longest delay', () => {
    expect(delays('spot', 0.5)).toEqual([1.5, 3, 6, 12]);
    for (const [of, { mostMs }] of Object.entries(retryRules)) {
      for (const delay of delays(of as FailureClass, 0.999))
        expect(delay * minuteMs).toBeLessThanOrEqual(mostMs);
    }
  });

  it('no class is tried so often that the runaway breaker would stop it first', () => {
    for (const { retries } of Object.values(retryRules)) expect(retries).toBeLessThanOrEqual(6);
  });

  it('remembers what failed', () => {
    expect(afterFailure(undefined, failure('script'), desired, nowMs, 0)).toEqual({
      desired: 'h@7',
      count: 1,
      class: 'script',
      message: 'it failed',
      lines: ['last'],
      bakeId: 'b-1',
      atMs: nowMs,
    });
  });

  it('counts failures of one desired state; another starts afresh', () => {
    const twice = afterFailure(
      afterFailure(undefined, failure('spot'), desired, nowMs, 0),
      failure('network'),
      desired,
      nowMs + hourMs,
      0,
    );
    expect(twice).toMatchObject({ count: 2, class: 'network', atMs: nowMs + hourMs });
    const other = afterFailure(twice, failure('spot'), { ...desired, notBefore: 8 }, nowMs, 0);
    expect(other).toMatchObject({ count: 1, desired: 'h@8' });
  });
});
