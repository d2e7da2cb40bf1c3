import fc from 'fast-check';
import { hourMs } from '../../src/lib/definitions/instant';
import {
  cronFault,
  cronFields,
  firesBetween,
  isTimezone,
  lastFire,
  nextFire,
} from '../../src/lib/definitions/schedule';
import { checkSchedule, firesNear } from '../../src/lib/definitions/schedule-check';

const at = (text: string) => Date.parse(text);
const nightly = (timezone: string, cron = '0 2 * * *') => ({ cron, timezone });

describe('where the clocks change', () => {
  it.each([
    [
      'London gap',
      nightly('Europe/London', '30 1 * * *'),
      '2026-03-28T12:00Z',
      ['2026-03-29T01:00Z', '2026-03-30T00:30Z'],
    ],
    [
      'London overlap',
      nightly('Europe/London', '30 1 * * *'),
      '2026-10-24T12:00Z',
      ['2026-10-25T00:30Z', '2026-10-26T01:30Z'],
    ],
    [
      'New York gap',
      nightly('America/New_York', '30 2 * * *'),
      '2026-03-07T12:00Z',
      ['2026-03-08T07:00Z', '2026-03-09T06:30Z'],
    ],
    [
      'New York overlap',
      nightly('America/New_York', '30 1 * * *'),
      '2026-10-31T12:00Z',
      ['2026-11-01T05:30Z', '2026-11-02T06:30Z'],
    ],
    [
      'steps in a gap',
      nightly('America/New_York', '0 */2 * * *'),
      '2026-03-08T05:30Z',
      ['2026-03-08T07:00Z', '2026-03-08T08:00Z'],
    ],
    [
      'hourly in a gap',
      nightly('America/New_York', '30 * * * *'),
      '2026-03-08T06:00Z',
      ['2026-03-08T06:30Z', '2026-03-08T07:30Z'],
    ],
  ])('%s', (_, schedule, from, fires) => {
    let now = at(from);
    for (const fire of fires) {
      const next = nextFire(schedule, now);
      expect(next).toBe(at(fire));
      expect(lastFire(schedule, at(fire))).toBe(at(fire));
      now = at(fire);
    }
  });
});

describe('fire times', () => {
  const schedules = fc.record({
    cron: fc.constantFrom(
      '0 2 * * *',
      '30 1 * * *',
      '30 2 * * 1-5',
      '0 */2 * * *',
      '15 * * * *',
      '0 1,13 * * 0',
      '0 3 1 * *',
      '0 0 29 2 *',
    ),
    timezone: fc.constantFrom(
      'UTC',
      'Europe/London',
      'America/New_York',
      'Australia/Lord_Howe',
      'Asia/Kolkata',
    ),
  });
  const instants = fc.integer({ min: at('2020-01-01T00:00Z'), max: at('2040-01-01T00:00Z') });

  it('the last one is not in the future, never goes back, and is the next one of before', () => {
    fc.assert(
      fc.property(schedules, instants, fc.nat(400 * 24 * hourMs), (schedule, now, later) => {
        const last = lastFire(schedule, now)!;
        const next = nextFire(schedule, now)!;
        expect(last).toBeLessThanOrEqual(now);
        expect(next).toBeGreaterThan(now);
        expect(lastFire(schedule, next)).toBe(next);
        expect(lastFire(schedule, next - 1)).toBe(last);
        expect(lastFire(schedule, now + later)).toBeGreaterThanOrEqual(last);
      }),
      { numRuns: 500 },
    );
  });

  it('before the schedule itself do not count', () => {
    const fire = at('2026-06-01T02:00Z');
    expect(lastFire(nightly('UTC'), fire + 1, fire - 1)).toBe(fire);
    expect(lastFire(nightly('UTC'), fire + 1, fire)).toBeUndefined();
  });

  it('are cheap to ask 10,000 times', () => {
    const started = performance.now();
    for (let count = 0; count < 10_000; count++) lastFire(nightly('Europe/London'), at('2026-06-01T02:30Z'));
    expect(performance.now() - started).toBeLessThan(200);
  });

  it.each([NaN, -1, Infinity, 8.64e15])('there are none at %s', (now) => {
    expect(lastFire(nightly('UTC'), now)).toBeUndefined();
  });
});

describe('the fields of a cron expression', () => {
  it.each<[string, string | undefined]>([
    ['0 2 * * *', '0 2 * * *'],
    ['  0\t2  * * * ', '0 2 * * *'],
    ['*/20 */6 * * *', '0,20,40 0,6,12,18 * * *'],
    ['5-7 1-5/2 * * *', '5,6,7 1,3,5 * * *'],
    ['30/10 22/1 * * *', '30,40,50 22,23 * * *'],
    ['7,3,5 0 1 JAN MON-FRI', '3,5,7 0 1 JAN MON-FRI'],
    ['0-59 0-23 * * *', '* * * * *'],
    ['0 2 * * 1#2', '0 2 * * 1#2'],
    ['60 2 * * *', undefined],
    ['0 24 * * *', undefined],
    ['0 1-24 * * *', undefined],
    ['0 5-4 * * *', undefined],
    ['0 5-5 * * *', '0 5 * * *'],
    ['0 */0 * * *', undefined],
    ['0 1- * * *', undefined],
    ['0 x1 * * *', undefined],
    ['0 1x * * *', undefined],
    ['001 2 * * *', undefined],
    ['0 2 * *', undefined],
    ['0 2 * * * *', undefined],
    ['0 2 ? * *', undefined],
    ['0\n2 * * *', undefined],
    [`0 2 ${'1,'.repeat(49)}12 * *`, `0 2 ${'1,'.repeat(49)}12 * *`],
    [`0 2 ${'1,'.repeat(50)}1 * *`, undefined],
  ])('%j becomes %j', (cron, fields) => {
    expect(cronFields(cron)).toBe(fields);
  });

  it.each([
    ['0 2 32 * *', 'Invalid value for day'],
    ['0 2 * 13 *', 'Invalid value for month'],
    ['0 2', 'it is not five fields of digits, * , - /'],
    [' 0 \t 24 * * * ', 'its second field is no hour, from 0 to 23'],
    ['0 2 * * MON-FRI', undefined],
  ])('%s: %s', (cron, fault) => {
    expect(cronFault(cron)).toBe(fault);
  });

  it.each([
    ['UTC', true],
    ['Etc/GMT+1', true],
    ['America/Argentina/Buenos_Aires', true],
    ['Mars/Base', false],
    ['+01:00', false],
    ['1UTC', false],
    ['UTC ', false],
    ['', false],
  ])('the time zone %j is known: %p', (name, expected) => {
    expect(isTimezone(name)).toBe(expected);
  });

  it('between two instants, both left out, and no more than a hundred', () => {
    const from = at('2026-06-01T02:00Z');
    const days = (count: number) => firesBetween(nightly('UTC'), from, from + count * 24 * hourMs);
    expect(days(2)).toEqual([at('2026-06-02T02:00Z')]);
    expect(days(200)).toHaveLength(100);
    expect(firesBetween(nightly('UTC', '0 0 30 2 *'), from, from + hourMs)).toEqual([]);
    expect(firesBetween(nightly('Mars'), from, from + hourMs)).toEqual([]);
  });

  it('before the first one there is none', () => {
    expect(lastFire(nightly('UTC'), 0)).toBeUndefined();
    expect(lastFire(nightly('UTC'), 2 * hourMs)).toBe(2 * hourMs);
    expect(nextFire(nightly('UTC'), 2 * hourMs)).toBe(26 * hourMs);
    expect(nextFire(nightly('UTC', '0 0 30 2 *'), 0)).toBeUndefined();
  });
});

describe('a schedule is refused', () => {
  it.each([
    ['never fires', '0 0 30 2 *', 'UTC', ['CRON_NEVER_FIRES']],
    ['twice an hour', '0,30 2 * * *', 'UTC', ['CRON_TOO_OFTEN']],
    ['half an hour apart in the night of the gap', '30 1,2 * * *', 'Europe/London', ['CRON_TOO_OFTEN']],
    ['thrice a day, once in the overlap', '30 0,1,2 * * *', 'America/New_York', ['CRON_TOO_OFTEN']],
    ['four fields', '0 2 * *', 'UTC', ['BAD_CRON']],
    ['six fields', '0 0 2 * * *', 'UTC', ['BAD_CRON']],
    ['nickname', '@daily', 'UTC', ['BAD_CRON']],
    ['out of range', '0 24 * * *', 'UTC', ['BAD_CRON']],
    ['time zone and cron', 'x', 'Europe/Londn', ['BAD_TIMEZONE', 'BAD_CRON']],
    ['offset as time zone', '0 2 * * *', '+01:00', ['BAD_TIMEZONE']],
  ])('%s', (_, cron, timezone, codes) => {
    expect(checkSchedule({ cron, timezone }).map(({ code }) => code)).toEqual(codes);
  });

  it.each([
    '0 2 * * *',
    '30 * * * *',
    '0 1,13 * * *',
    '0 0,4,8 * * *',
    '0 1-23/4 * * *',
    '0 2 * * MON-FRI',
    '0 0 29 2 *',
    '0 3 1 * *',
  ])('not: %s', (cron) => {
    for (const timezone of ['UTC', 'Europe/London', 'America/New_York'])
      expect(checkSchedule({ cron, timezone })).toEqual([]);
  });

  it.each([
    ['0 2 * * *', '0 4 * * *', true],
    ['0 14 * * *', '0 2 * * *', false],
    ['0 13 * * *', '0 2 * * *', true],
    ['59 13 * * 3', '0 2 * * 3', true],
    ['0 14 * * 3', '0 2 * * 3', false],
    ['0 2 * * 3', '59 13 * * 3', true],
    ['0 2 * * 3', '0 2 * * 0', false],
    // Once a year they meet, within the fire times that are looked at.
    ['0 2 1 * *', '0 2 1 7 *', true],
    ['0 2 30 2 *', '0 2 * * *', false],
    ['0 2 * * *', '0 2 30 2 *', false],
  ])('%s within 12 hours of %s: %s', (own, other, expected) => {
    expect(firesNear(nightly('Europe/London', own), nightly('Europe/London', other))).toBe(expected);
  });

  it('wall clocks are compared in one zone, instants in two', () => {
    // 02:00 in Tokyo is 17:00 UTC the day before.
    expect(firesNear(nightly('Asia/Tokyo', '0 2 * * 3'), nightly('UTC', '0 6 * * 2'))).toBe(true);
    expect(firesNear(nightly('Asia/Tokyo', '0 2 * * 3'), nightly('UTC', '0 4 * * 2'))).toBe(false);
    expect(firesNear(nightly('UTC', '0 6 * * 2'), nightly('Asia/Tokyo', '0 2 * * 3'))).toBe(true);
    // Half a day apart, also in the nights in which the clocks change between them.
    expect(firesNear(nightly('Europe/London', '0 14 * * *'), nightly('Europe/London'))).toBe(false);
  });
});
