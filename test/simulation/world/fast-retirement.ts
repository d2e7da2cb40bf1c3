import type { RetireRuntime } from '../../../src/handlers/retire';
import { dayMs, minuteMs } from '../../../src/lib/definitions/instant';

/** A wait of a week takes ten minutes of the world: lives are of hours. */
const faster = (7 * dayMs) / (10 * minuteMs);
/** Any time before every world begins. */
const originMs = Date.parse('2026-01-01T00:00:00Z');

const inRetirement = (worldMs: number): number => originMs + (worldMs - originMs) * faster;
const inWorld = (retirementMs: number): number => originMs + (retirementMs - originMs) / faster;

/** Retirement as it is, by a clock that runs faster; what EC2 tells it of time is told by that clock as well. */
export const fastRetirement = (runtime: RetireRuntime): RetireRuntime => ({
  ...runtime,
  nowMs: () => inRetirement(runtime.nowMs()),
  retirement: {
    ...runtime.retirement,
    deprecate: (region, amiId, atMs) =>
      runtime.retirement.deprecate(region, amiId, Math.ceil(inWorld(atMs)) + minuteMs),
  },
  references: {
    ...runtime.references,
    usage: async (region, amiIds) =>
      (await runtime.references.usage(region, amiIds)).map((report) => ({
        ...report,
        createdAtMs: inRetirement(report.createdAtMs),
      })),
  },
});
