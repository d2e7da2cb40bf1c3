import { nearMiss } from './near-miss';
import type { InstantMs } from './instant';
import { dayMs, hourMs } from './instant';
import type { Schedule } from './schedule';
import { cronFault, cronFields, firesBetween, isTimezone, lastFire, nextFire, values } from './schedule';
import type { Finding } from './finding';
import { show } from './finding';

type ScheduleFault = Pick<Finding, 'code' | 'message' | 'fix' | 'suggest'> & { field: 'cron' | 'timezone' };

/** Checks use fixed years, not today's: the same text always gives the same answer. */
const firstCheckedMs = Date.UTC(2026, 0, 1);
const checkedYears = 3;

/** What is wrong with a schedule: all that can be said at once. */
export function checkSchedule(schedule: Schedule): ScheduleFault[] {
  const faults: ScheduleFault[] = [];
  const known = isTimezone(schedule.timezone);
  if (!known)
    faults.push({
      code: 'BAD_TIMEZONE',
      field: 'timezone',
      message: `The time zone ${show(schedule.timezone)} is not known.`,
      fix: 'Write an IANA name, for example Europe/London or UTC.',
      suggest: () => nearMiss(schedule.timezone, Intl.supportedValuesOf('timeZone')),
    });
  const fault = cronFault(schedule.cron);
  if (fault !== undefined) {
    faults.push({
      code: 'BAD_CRON',
      field: 'cron',
      message: `The cron expression ${show(schedule.cron)} cannot be read: ${fault.slice(0, 200)}.`,
      fix: 'Write five fields (minute, hour, day of month, month, day of week), for example "0 2 * * *".',
    });
    return faults;
  }
  const checked = known ? schedule : { ...schedule, timezone: 'UTC' };
  if (nextFire(checked, firstCheckedMs) === undefined) {
    faults.push({
      code: 'CRON_NEVER_FIRES',
      field: 'cron',
      message: `The cron expression ${show(schedule.cron)} never fires.`,
      fix: 'Write a day that exists.',
    });
    return faults;
  }
  const close = tooClose(checked);
  if (close !== undefined)
    faults.push({
      code: 'CRON_TOO_OFTEN',
      field: 'cron',
      message: `The cron expression ${show(schedule.cron)} fires ${close}.`,
      fix: 'Leave at least an hour between two fire times, also where the clocks change.',
    });
  return faults;
}

function tooClose({ cron, timezone }: Schedule): string | undefined {
  const [minute = '', hour = ''] = (cronFields(cron) ?? '').split(' ');
  if ((values(minute, 60)?.length ?? 0) > 1) return 'more than once within an hour';
  const hours = values(hour, 24) ?? [];
  // Clocks move by two hours at most: hours that are further apart stay an hour apart whatever they do.
  const circle = hours.map((at, index) => (hours[index + 1] ?? hours[0]! + 24) - at);
  if (circle.every((gap) => gap > 3)) return undefined;
  for (const change of clockChanges(timezone)) {
    const fires = firesBetween({ cron, timezone }, change - 3 * hourMs, change + 3 * hourMs);
    const close = fires.findIndex((at, index) => at - (fires[index - 1] ?? -Infinity) < hourMs);
    if (close > 0)
      return `at ${iso(fires[close - 1]!)} and ${iso(fires[close]!)}, where the clocks of ${timezone} change`;
  }
  return undefined;
}

const iso = (atMs: InstantMs) => `${new Date(atMs).toISOString().slice(0, 16)}Z`;

const changes = new Map<string, InstantMs[]>();

/** When the clocks of a zone change in the years checked. */
function clockChanges(timezone: string): InstantMs[] {
  const known = changes.get(timezone);
  if (known !== undefined) return known;
  const format = new Intl.DateTimeFormat('en', {
    timeZone: timezone,
    timeZoneName: 'longOffset',
    year: 'numeric',
  });
  const offset = (atMs: InstantMs) => format.format(atMs);
  const found: InstantMs[] = [];
  const end = firstCheckedMs + checkedYears * 365 * dayMs;
  // Ten days: shorter than the shortest season of a zone (Morocco's month of Ramadan).
  for (let from = firstCheckedMs; from < end; from += 10 * dayMs) {
    let [before, after] = [from, from + 10 * dayMs];
    if (offset(before) === offset(after)) continue;
    while (after - before > 60_000) {
      const middle = Math.floor((before + after) / 2);
      if (offset(middle) === offset(before)) before = middle;
      else after = middle;
    }
    found.push(after);
  }
  if (changes.size > 500) changes.clear();
  changes.set(timezone, found);
  return found;
}

const fires = 60;
const near = new Map<string, boolean>();

/** Whether some fire time of one lies less than 12 hours from one of the other, looked at over 60 fire times. */
export function firesNear(schedule: Schedule, other: Schedule): boolean {
  const key = [schedule.cron, schedule.timezone, other.cron, other.timezone].join('\n');
  const known = near.get(key);
  if (known !== undefined) return known;
  if (near.size > 2_000) near.clear();
  const answer = looksNear(schedule, other);
  near.set(key, answer);
  return answer;
}

function looksNear(written: Schedule, of: Schedule): boolean {
  // In one zone the wall clocks are compared: twelve hours apart stay so where the clocks change between them.
  const wall = written.timezone === of.timezone;
  const schedule = wall ? { ...written, timezone: 'UTC' } : written;
  const other = wall ? { ...of, timezone: 'UTC' } : of;
  let at = nextFire(schedule, firstCheckedMs);
  for (let count = 0; at !== undefined && count < fires; count++) {
    const before = lastFire(other, at);
    const after = nextFire(other, at);
    if (before !== undefined && at - before < 12 * hourMs) return true;
    if (after !== undefined && after - at < 12 * hourMs) return true;
    at = nextFire(schedule, at);
  }
  return false;
}
