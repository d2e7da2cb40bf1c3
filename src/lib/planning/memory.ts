import type { InstantMs } from '../definitions/instant';
import type { ImageRecord } from '../lifecycle/image-record';
import type { Decision, Memory } from './decision';
import type { Due } from './desired';
import type { Snapshot } from './snapshot';

/** What the ledger has to remember of an image, whole; undefined where that is what it has. */
export function memoryOf(
  due: Due,
  decision: Decision,
  record: ImageRecord | undefined,
  { policy, nowMs }: Pick<Snapshot, 'policy' | 'nowMs'>,
): Memory | undefined {
  const dueSinceMs = policy.mode === 'observe' ? undefined : dueSince(decision, record?.dueSinceMs, nowMs);
  const unchanged =
    due.notBefore === (record?.notBefore ?? 0) &&
    dueSinceMs === record?.dueSinceMs &&
    due.schedule?.cron === record?.schedule?.cron &&
    due.schedule?.timezone === record?.schedule?.timezone &&
    due.schedule?.sinceMs === record?.schedule?.sinceMs;
  if (unchanged) return undefined;
  return {
    notBefore: due.notBefore,
    ...(due.schedule === undefined ? {} : { schedule: due.schedule }),
    ...(dueSinceMs === undefined ? {} : { dueSinceMs }),
  };
}

/**
 * The time that counts against `maxWait` runs while a due image waits for its turn. It stands while nothing can be said
 * and until a claim has gone through, and ends with a bake, a block or a failure. Observe mode never starts it: else all
 * images would be past it, and out of order, on the day the mode is changed.
 */
function dueSince(
  decision: Decision,
  stored: InstantMs | undefined,
  nowMs: InstantMs,
): InstantMs | undefined {
  switch (decision.kind) {
    case 'bake':
    case 'reuse':
      return stored;
    case 'wait':
      switch (decision.reason.code) {
        case 'ancestor':
        case 'slots':
        case 'service-limit':
        case 'reuse-lookup':
          return stored ?? nowMs;
        case 'unknown':
          return stored;
        default:
          return undefined;
      }
    default:
      return undefined;
  }
}
