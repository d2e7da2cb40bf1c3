/**
 * Fire times of the schedules that the simulation writes (`minute hour * * weekday`, numbers, lists and `*`), worked out
 * from the calendar and nothing else: an oracle that shares no code with what it judges.
 */
const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

interface Schedule {
  cron: string;
  timezone: string;
}

const formats = new Map<string, Intl.DateTimeFormat>();
const offsets = new Map<string, number>();

/** How far local time is ahead of UTC, in ms. */
function offsetMs(timezone: string, atMs: number): number {
  const quarterMs = 15 * minuteMs;
  const quarter = Math.floor(atMs / quarterMs) * quarterMs;
  const key = `${timezone} ${quarter}`;
  const known = offsets.get(key);
  if (known !== undefined) return known;
  let format = formats.get(timezone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-GB', {
      timeZone: timezone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    });
    formats.set(timezone, format);
  }
  const parts = Object.fromEntries(
    format.formatToParts(quarter).map(({ type, value }) => [type, Number(value)]),
  );
  const local = Date.UTC(
    parts['year']!,
    parts['month']! - 1,
    parts['day'],
    parts['hour'],
    parts['minute'],
    parts['second'],
  );
  if (offsets.size > 200_000) offsets.clear();
  offsets.set(key, local - quarter);
  return local - quarter;
}

/** What a clock on the wall shows, as if it were UTC. */
export const localTimeOf = (timezone: string, atMs: number): number => atMs + offsetMs(timezone, atMs);

/** When a wall clock shows this local time (given as if it were UTC): the first time where it does twice, the end of the gap where it never does. */
export function instantOf(timezone: string, localMs: number): number {
  const before = offsetMs(timezone, localMs - dayMs / 2);
  const after = offsetMs(timezone, localMs + dayMs / 2);
  const early = localMs - before;
  if (before === after) return early;
  if (offsetMs(timezone, early) === before) return early;
  const late = localMs - after;
  if (offsetMs(timezone, late) === after) return late;
  // In the gap: the change of clocks itself, to a quarter of an hour.
  let atMs = localMs - dayMs / 2;
  while (offsetMs(timezone, atMs) === before) atMs += 15 * minuteMs;
  return Math.floor(atMs / (15 * minuteMs)) * 15 * minuteMs;
}

const numbers = (field: string, size: number): number[] | undefined => {
  if (field === '*') return Array.from({ length: size }, (_, index) => index);
  const found = field.split(',').map((part) => (/^\d+$/.test(part) ? Number(part) : Number.NaN));
  return found.some(Number.isNaN) ? undefined : found;
};

/** Fire times > from and ≤ to, ascending; undefined for a schedule that this model does not speak. */
export function firesBetween(
  { cron, timezone }: Schedule,
  fromMs: number,
  toMs: number,
): number[] | undefined {
  const [minute = '', hour = '', day, month, weekday = ''] = cron.trim().split(/\s+/);
  const minutes = numbers(minute, 60);
  const hours = numbers(hour, 24);
  const weekdays = numbers(weekday, 8);
  // Every hour follows elapsed time on the nights when clocks change: not spoken here.
  if (minutes === undefined || hours === undefined || weekdays === undefined || hours.length > 23)
    return undefined;
  if (day !== '*' || month !== '*') return undefined;
  const found = new Set<number>();
  const first = Math.floor((fromMs - dayMs) / dayMs);
  const last = Math.floor((toMs + dayMs) / dayMs);
  for (let date = first; date <= last; date += 1) {
    const dayOfWeek = new Date(date * dayMs).getUTCDay();
    if (weekday !== '*' && !weekdays.some((it) => it % 7 === dayOfWeek)) continue;
    for (const h of hours) {
      for (const m of minutes) {
        const at = instantOf(timezone, date * dayMs + (h * 60 + m) * minuteMs);
        if (at > fromMs && at <= toMs) found.add(at);
      }
    }
  }
  return [...found].sort((a, b) => a - b);
}

const lastFires = new Map<string, { fromMs: number; toMs: number; at: number | undefined }>();

/** The last fire time ≤ now and > since, within the eight days before now; undefined: none, or not spoken. */
export function lastFireBefore(schedule: Schedule, sinceMs: number, nowMs: number): number | undefined {
  const key = `${schedule.timezone} ${schedule.cron}`;
  let known = lastFires.get(key);
  if (known === undefined || nowMs < known.fromMs || nowMs >= known.toMs) {
    const before = firesBetween(schedule, nowMs - 8 * dayMs, nowMs);
    const after = firesBetween(schedule, nowMs, nowMs + 2 * dayMs);
    const at = before?.at(-1);
    known = { fromMs: at ?? nowMs, toMs: after?.[0] ?? nowMs + dayMs, at };
    lastFires.set(key, known);
  }
  return known.at === undefined || known.at <= sinceMs ? undefined : known.at;
}
