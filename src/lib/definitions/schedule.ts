import { Cron } from 'croner';
import type { Rebake } from './catalog';
import type { InstantMs } from './instant';

/**
 * Fire times of schedules. At a daylight-saving gap a schedule fires at the end of the gap, in an overlap once; one that
 * fires every hour (`30 * * * *`) follows elapsed time instead, so that it stays hourly on those nights.
 */
export type Schedule = Pick<Rebake, 'cron' | 'timezone'>;

/** The last fire time that is ≤ now, and > since where given. Undefined: there is none, or the schedule is not valid. */
export function lastFire(schedule: Schedule, nowMs: InstantMs, sinceMs?: InstantMs): InstantMs | undefined {
  const last = periodAt(schedule, nowMs)?.last;
  return last === undefined || (sinceMs !== undefined && last <= sinceMs) ? undefined : last;
}

/** The first fire time > now. Undefined: there is none, or the schedule is not valid. */
export function nextFire(schedule: Schedule, nowMs: InstantMs): InstantMs | undefined {
  return periodAt(schedule, nowMs)?.next;
}

/** Fire times > from and < to, for checks; at most 100. */
export function firesBetween(schedule: Schedule, fromMs: InstantMs, toMs: InstantMs): InstantMs[] {
  const found: InstantMs[] = [];
  const cron = parse(schedule)?.cron;
  let at = cron?.nextRun(new Date(fromMs)) ?? null;
  while (at !== null && at.getTime() < toMs && found.length < 100) {
    found.push(at.getTime());
    at = cron?.nextRun(at) ?? null;
  }
  return found;
}

/** From one fire time to the next: for every now within, the answers are the same. */
interface Period {
  fromMs: InstantMs;
  last: InstantMs | undefined;
  next: InstantMs | undefined;
}

interface Parsed {
  cron: Cron;
  /** The period asked for last: planning asks 10,000 times for the same now. */
  period?: Period;
}

/** Pure all the same: what is kept is a function of the arguments. Bounded, as committers choose the keys. */
const parsed = new Map<string, Parsed | undefined>();
const mostParsed = 2_000;

/** Years 1970 to 2200: outside of it the calendar arithmetic below is not meant to work. */
const endOfTimeMs = Date.UTC(2200, 0, 1);

function periodAt(schedule: Schedule, nowMs: InstantMs): Period | undefined {
  if (!(nowMs >= 0 && nowMs < endOfTimeMs)) return undefined;
  const entry = parse(schedule);
  if (entry === undefined) return undefined;
  const { period } = entry;
  if (period !== undefined && nowMs >= period.fromMs && (period.next === undefined || nowMs < period.next))
    return period;
  entry.period = findPeriod(entry.cron, nowMs);
  return entry.period;
}

function findPeriod(cron: Cron, nowMs: InstantMs): Period {
  // A run in the same second counts as earlier: one millisecond on, a run right now is included.
  const last = cron.previousRuns(1, new Date(nowMs + 1))[0]?.getTime();
  const next = cron.nextRun(new Date(nowMs))?.getTime();
  return { fromMs: last ?? nowMs, last: last !== undefined && last >= 0 ? last : undefined, next };
}

function parse(schedule: Schedule): Parsed | undefined {
  const key = `${schedule.timezone}\n${schedule.cron}`;
  if (parsed.has(key)) return parsed.get(key);
  if (parsed.size >= mostParsed) parsed.clear();
  const entry = isTimezone(schedule.timezone) ? tryCron(schedule) : undefined;
  parsed.set(key, entry);
  return entry;
}

function tryCron({ cron, timezone }: Schedule): Parsed | undefined {
  const fields = cronFields(cron);
  if (fields === undefined) return undefined;
  try {
    return {
      cron: new Cron(fields, { timezone, mode: '5-part', fixedTimeRule: 'no-wildcard' }),
    };
  } catch {
    return undefined;
  }
}

/**
 * The five fields, with steps in minute and hour written out: lists are fixed times to croner, steps are intervals,
 * which skip what falls into a gap. Undefined: not five plain fields (`?`, `@daily` and seconds are not taken).
 */
export function cronFields(cron: string): string | undefined {
  const fields = cron.trim().split(/[ \t]+/);
  const [minute = '', hour = '', ...days] = fields;
  if (!areFive(fields)) return undefined;
  const minutes = values(minute, 60);
  const hours = values(hour, 24);
  if (minutes === undefined || hours === undefined) return undefined;
  const list = (all: number[], size: number) => (all.length === size ? '*' : all.join(','));
  return [list(minutes, 60), list(hours, 24), ...days].join(' ');
}

const areFive = (fields: string[]): boolean =>
  fields.length === 5 && fields.every((field) => /^[0-9A-Za-z*/,#-]{1,100}$/.test(field));

/** Values of a minute or hour field, sorted; undefined where it is not a list of `*`, n, n-m, each with or without /step. */
export function values(field: string, size: number): number[] | undefined {
  const found = new Set<number>();
  for (const part of field.split(',')) {
    const match = /^(?:\*|(\d{1,2})(?:-(\d{1,2}))?)(?:\/(\d{1,2}))?$/.exec(part);
    if (match === null) return undefined;
    const [, first, last, step] = match;
    const from = Number(first ?? 0);
    const to = Number(last ?? (first === undefined || step !== undefined ? size - 1 : first));
    const by = Number(step ?? 1);
    if (to >= size || from > to || by < 1) return undefined;
    for (let value = from; value <= to; value += by) found.add(value);
  }
  return [...found].sort((a, b) => a - b);
}

/** IANA names only: offsets such as +01:00 would not follow daylight saving. */
export function isTimezone(name: string): boolean {
  if (!/^[A-Za-z][A-Za-z0-9_+\-/]{0,99}$/.test(name)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** Whether croner can read the expression; its own words where it cannot. */
export function cronFault(cron: string): string | undefined {
  const fields = cronFields(cron);
  if (fields === undefined) return fieldFault(cron.trim().split(/[ \t]+/));
  try {
    new Cron(fields);
    return undefined;
  } catch (error) {
    // The value croner names is its own: it counts days and months from zero.
    return String(error)
      .replace(/.*CronPattern: /, '')
      .replace(/(: -?\d+)?\.?$/, '');
  }
}

function fieldFault(fields: string[]): string {
  if (!areFive(fields)) return 'it is not five fields of digits, * , - /';
  return values(fields[0]!, 60) === undefined
    ? 'its first field is no minute, from 0 to 59'
    : 'its second field is no hour, from 0 to 23';
}
