import { hourMs, minuteMs, type InstantMs } from '../definitions/instant';
import type { BakeContent, BakeFailure, FailureClass } from '../lifecycle/bake';
import type { Trouble } from '../lifecycle/image-record';
import { desiredId } from './input-hash';

/** How often a failed bake is tried again, and after how long: `firstMs`, doubled each time, up to `mostMs`. */
export interface RetryRule {
  retries: number;
  firstMs: number;
  mostMs: number;
}

const never: RetryRule = { retries: 0, firstMs: 0, mostMs: 0 };

/**
 * What may pass by itself is tried again; what only a person can mend blocks at once. No class is tried more often than
 * the runaway breaker lets through. Capacity comes back slowly, a refused request soon.
 */
export const retryRules: Readonly<Record<FailureClass, RetryRule>> = {
  capacity: { retries: 5, firstMs: 5 * minuteMs, mostMs: 2 * hourMs },
  throttle: { retries: 5, firstMs: 2 * minuteMs, mostMs: 30 * minuteMs },
  spot: { retries: 4, firstMs: 2 * minuteMs, mostMs: 30 * minuteMs },
  network: { retries: 4, firstMs: 2 * minuteMs, mostMs: hourMs },
  fault: { retries: 4, firstMs: 2 * minuteMs, mostMs: hourMs },
  abandoned: { retries: 3, firstMs: minuteMs, mostMs: 15 * minuteMs },
  unknown: { retries: 2, firstMs: 10 * minuteMs, mostMs: hourMs },
  'timed-out': { retries: 1, firstMs: 10 * minuteMs, mostMs: 10 * minuteMs },
  script: never,
  template: never,
  rejected: never,
  // Each copy was tried again by itself; another build would not change what stands in its way.
  copy: never,
  // The same candidate fails again, and what could not be tested was tried again by itself.
  tests: never,
  untested: never,
  disapproved: never,
  'approval-expired': never,
  superseded: never,
  revoked: never,
  stopped: never,
};

/**
 * What an image remembers of a bake that failed. `chance01` (0 ≤ it < 1) spreads the retries of many images that failed
 * together over the second half of the delay. Without `retryAtMs` the image is blocked until what is desired moves or a
 * person asks.
 */
export function afterFailure(
  previous: Trouble | undefined,
  failure: BakeFailure & { bakeId: string },
  desired: Pick<BakeContent, 'inputHash' | 'notBefore'>,
  nowMs: InstantMs,
  chance01: number,
): Trouble {
  const id = desiredId(desired);
  const count = previous?.desired === id ? previous.count + 1 : 1;
  const trouble: Trouble = {
    desired: id,
    count,
    class: failure.class,
    message: failure.message,
    lines: failure.lines,
    bakeId: failure.bakeId,
    atMs: nowMs,
  };
  const rule = retryRules[failure.class];
  if (count > rule.retries) return trouble;
  const delayMs = Math.min(rule.mostMs, rule.firstMs * 2 ** (count - 1));
  return { ...trouble, retryAtMs: nowMs + Math.round(delayMs * (0.5 + chance01 / 2)) };
}
