import { minuteMs, type InstantMs } from '../definitions/instant';
import type { BuildObservation } from './observation';

/** CodeBuild ends a build by itself at its limit; one that goes on for this much longer was forgotten. */
const slackMs = 10 * minuteMs;

type Timed = Pick<BuildObservation, 'startedAtMs' | 'timeoutMinutes' | 'queuedTimeoutMinutes'>;

/** When a build has had all the time it may take, in the queue and in running; undefined where that is not known. */
export function overdueAtMs({
  startedAtMs,
  timeoutMinutes,
  queuedTimeoutMinutes,
}: Timed): InstantMs | undefined {
  if (startedAtMs === undefined || timeoutMinutes === undefined || queuedTimeoutMinutes === undefined)
    return undefined;
  return startedAtMs + (timeoutMinutes + queuedTimeoutMinutes) * minuteMs + slackMs;
}

export const isOverdue = (build: Timed, nowMs: InstantMs): boolean =>
  nowMs > (overdueAtMs(build) ?? Number.POSITIVE_INFINITY);
