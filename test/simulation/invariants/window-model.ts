/**
 * When channels may move, by the clocks on the wall of the window's place: local time is worked out from the calendar, as
 * for schedules, and shares no code with what is judged.
 */
import type { Window } from '../../../src/lib/definitions/catalog';
import { localTimeOf } from './schedule-model';

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

const timeOfDayMs = (text: string): number =>
  (Number(text.slice(0, 2)) * 60 + Number(text.slice(3))) * minuteMs;

export function isOpenAt({ from, to, timezone }: Window, atMs: number): boolean {
  const since = (localTimeOf(timezone, atMs) - timeOfDayMs(from) + 2 * dayMs) % dayMs;
  const lasts = (timeOfDayMs(to) - timeOfDayMs(from) + dayMs) % dayMs;
  return since < lasts;
}

/** Whether it was open at any time of these, to the minute. */
export function wasOpen(window: Window | undefined, fromMs: number, toMs: number): boolean {
  if (window === undefined) return true;
  for (let atMs = fromMs; atMs < toMs; atMs += minuteMs) if (isOpenAt(window, atMs)) return true;
  return isOpenAt(window, toMs);
}
