import type { InstantMs } from '../definitions/instant';
import { minuteMs } from '../definitions/instant';
import type { Known } from '../definitions/known';
import type { ParameterWrite } from './channel';

/** How long SSM may take to validate an aws:ec2:image value before it is read and written again. */
export const confirmWithinMs = 2 * minuteMs;
export const maxWrites = 3;

export type ParameterStep =
  | { do: 'read' }
  | { do: 'confirmed' }
  | { do: 'wait'; untilMs: InstantMs }
  /** Record one more write, then send it. */
  | { do: 'write-again' }
  | { do: 'refuse'; refusal: NonNullable<ParameterWrite['refusal']> };

/** A write about to be sent. */
export const firstWrite = (name: string, value: string, nowMs: InstantMs): ParameterWrite => ({
  name,
  value,
  state: 'pending',
  attempts: 1,
  deadlineMs: nowMs + confirmWithinMs,
});

export const nextWrite = (write: ParameterWrite, nowMs: InstantMs): ParameterWrite => ({
  ...write,
  attempts: write.attempts + 1,
  deadlineMs: nowMs + confirmWithinMs,
});

/**
 * Next step of a parameter whose write is pending. `read` is its value now (undefined: there is none); absent: not read
 * since the last write. `failed`: SSM reported that it could not take the value, so waiting for the deadline is in vain.
 */
export function nextParameterStep(
  write: ParameterWrite,
  read: Known<string | undefined> | undefined,
  failed: boolean,
  nowMs: InstantMs,
): ParameterStep {
  if (write.state === 'confirmed') return { do: 'confirmed' };
  if (write.refusal !== undefined) return { do: 'refuse', refusal: write.refusal };
  if (read === undefined) return { do: 'read' };
  if (read.known && read.value === write.value) return { do: 'confirmed' };
  if (!failed && nowMs < write.deadlineMs) return { do: 'wait', untilMs: write.deadlineMs };
  if (!read.known) return { do: 'wait', untilMs: nowMs + confirmWithinMs };
  if (write.attempts < maxWrites) return { do: 'write-again' };
  const { name, attempts, value } = write;
  const why = `${name} was written ${attempts} times with ${value} and reads ${read.value ?? 'nothing'}.`;
  return { do: 'refuse', refusal: { code: 'PARAMETER_NOT_TAKING', why } };
}
