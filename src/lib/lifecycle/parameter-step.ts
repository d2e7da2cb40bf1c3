import type { InstantMs } from '../definitions/instant';
import { minuteMs } from '../definitions/instant';
import type { Known } from '../definitions/known';
import type { ParameterWrite } from './channel';

/** How long SSM may take to validate an aws:ec2:image value before it is read and written again. */
export const confirmWithinMs = 2 * minuteMs;
export const maxWrites = 3;

export type ParameterStep =
  | { do: 'write' }
  | { do: 'read' }
  | { do: 'confirmed' }
  | { do: 'wait'; untilMs: InstantMs }
  | { do: 'refuse'; why: string };

/**
 * Next step of one parameter. `read` is its value now (undefined: there is none); absent: not read since the last write.
 * `failed`: SSM reported that it could not take the value, so there is no point in waiting for the deadline.
 */
export function nextParameterStep(
  write: ParameterWrite,
  read: Known<string | undefined> | undefined,
  failed: boolean,
  nowMs: InstantMs,
): ParameterStep {
  if (write.state === 'confirmed') return { do: 'confirmed' };
  if (write.state === 'refused') return { do: 'refuse', why: write.why ?? 'refused' };
  if (read?.known && read.value === write.value) return { do: 'confirmed' };
  if (write.state === 'intended') return { do: 'write' };
  if (read === undefined) return { do: 'read' };
  if (!failed && nowMs < write.deadlineMs) return { do: 'wait', untilMs: write.deadlineMs };
  if (!read.known) return { do: 'wait', untilMs: nowMs + confirmWithinMs };
  if (write.attempts < maxWrites) return { do: 'write' };
  return {
    do: 'refuse',
    why: `${write.name} was written ${write.attempts} times with ${write.value} and reads ${read.value ?? 'nothing'}.`,
  };
}

/** After PutParameter answered. A 200 proves nothing: the write is only pending. */
export const written = (write: ParameterWrite, nowMs: InstantMs): ParameterWrite => ({
  ...write,
  state: 'written',
  attempts: write.attempts + 1,
  deadlineMs: nowMs + confirmWithinMs,
});
