import { dayMs, hourMs, minuteMs } from '../../lib/definitions/instant';
import type { Settings } from '../../lib/settings/settings';
import type { FunctionName } from './account-functions';

export type ScheduledFunction = Extract<FunctionName, 'tick' | 'janitor' | 'retire'>;

/** A function that the clock wakes. */
export interface Schedule {
  target: ScheduledFunction;
  everyMs: number;
}

export const tickEveryMs = 5 * minuteMs;

/** The schedules that serverless.yml makes for an account. A consumer has no images, so nothing is left over and nothing gets old. */
export function schedules({ role }: Pick<Settings, 'role'>): Schedule[] {
  const everywhere: Schedule[] = [{ target: 'tick', everyMs: tickEveryMs }];
  if (role === 'consumer') return everywhere;
  return [...everywhere, { target: 'janitor', everyMs: hourMs }, { target: 'retire', everyMs: dayMs }];
}
