import type { Window } from './catalog';
import { dayMs, type InstantMs } from './instant';
import { nextFire } from './schedule';

/** Pure all the same: what is kept is a function of the time zone. Bounded, as committers choose the keys. */
const clocks = new Map<string, Intl.DateTimeFormat>();
const mostClocks = 200;

/** Minutes since midnight on the clocks of a place; `24:00` never shows. */
function minuteOfDay(timezone: string, nowMs: InstantMs): number {
  let clock = clocks.get(timezone);
  if (clock === undefined) {
    if (clocks.size >= mostClocks) clocks.clear();
    clock = new Intl.DateTimeFormat('en-GB', {
      timeZone: timezone,
      hourCycle: 'h23',
      hour: '2-digit',
      minute: '2-digit',
    });
    clocks.set(timezone, clock);
  }
  return minutesOf(clock.format(nowMs));
}

const minutesOf = (text: string): number => Number(text.slice(0, 2)) * 60 + Number(text.slice(3, 5));

/**
 * Whether channels may move: from `from` on, and no more at `to`, by the clocks of the place. One that begins later than it
 * ends goes over midnight. What a daylight-saving gap skips is skipped that night; an hour that comes twice is open twice.
 */
export function isOpen({ from, to, timezone }: Window, nowMs: InstantMs): boolean {
  const now = minuteOfDay(timezone, nowMs);
  const [begin, end] = [minutesOf(from), minutesOf(to)];
  return begin < end ? begin <= now && now < end : now >= begin || now < end;
}

/** When a window that is closed opens; undefined: not within two weeks. */
export function opensAt(window: Window, nowMs: InstantMs): InstantMs | undefined {
  const [hour, minute] = window.from.split(':').map(Number);
  const schedule = { cron: `${minute} ${hour} * * *`, timezone: window.timezone };
  let at = nextFire(schedule, nowMs);
  while (at !== undefined && at < nowMs + 14 * dayMs) {
    // In a daylight-saving gap the schedule fires at its end, where the window may be over already.
    if (isOpen(window, at)) return at;
    at = nextFire(schedule, at);
  }
  return undefined;
}
