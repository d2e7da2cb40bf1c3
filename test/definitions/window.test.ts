import fc from 'fast-check';
import type { Window } from '../../src/lib/definitions/catalog';
import { dayMs, minuteMs } from '../../src/lib/definitions/instant';
import { isOpen, opensAt } from '../../src/lib/definitions/window';

const utc = (from: string, to: string): Window => ({ from, to, timezone: 'UTC' });
const london = (from: string, to: string): Window => ({ from, to, timezone: 'Europe/London' });
const at = (text: string): number => Date.parse(text);
const iso = (atMs: number | undefined): string | undefined =>
  atMs === undefined ? undefined : new Date(atMs).toISOString();

test.each<[string, Window, string, boolean]>([
  ['at its beginning', utc('22:00', '23:30'), '2026-11-22T22:00:00Z', true],
  ['a moment before', utc('22:00', '23:30'), '2026-11-22T21:59:59.999Z', false],
  ['a moment before its end', utc('22:00', '23:30'), '2026-11-22T23:29:59.999Z', true],
  ['at its end', utc('22:00', '23:30'), '2026-11-22T23:30:00Z', false],
  ['over midnight, before it', utc('22:00', '06:00'), '2026-11-22T23:59:00Z', true],
  ['over midnight, at it', utc('22:00', '06:00'), '2026-11-23T00:00:00Z', true],
  ['over midnight, after its end', utc('22:00', '06:00'), '2026-11-23T06:00:00Z', false],
  ['until midnight', utc('22:00', '00:00'), '2026-11-23T00:00:00Z', false],
  ['by the clocks of the place, in summer', london('02:00', '04:00'), '2026-07-01T01:30:00Z', true],
  ['and in winter', london('02:00', '04:00'), '2026-12-01T01:30:00Z', false],
  ['in an hour that comes twice, the first time', london('01:00', '02:00'), '2026-10-25T00:30:00Z', true],
  ['and the second time', london('01:00', '02:00'), '2026-10-25T01:30:00Z', true],
])('is it open %s', (_, window, now, open) => {
  expect(isOpen(window, at(now))).toBe(open);
});

test.each<[string, Window, string, string]>([
  ['the same day', utc('22:00', '06:00'), '2026-11-22T12:00:00Z', '2026-11-22T22:00:00.000Z'],
  ['the next day', utc('10:00', '11:00'), '2026-11-22T12:00:00Z', '2026-11-23T10:00:00.000Z'],
  [
    'where clocks go back in between',
    london('02:00', '04:00'),
    '2026-10-24T12:00:00Z',
    '2026-10-25T02:00:00.000Z',
  ],
  // 01:10 to 01:50 is not on London's clocks on 29 March 2026.
  [
    'not on the night that skips it',
    london('01:10', '01:50'),
    '2026-03-28T12:00:00Z',
    '2026-03-30T00:10:00.000Z',
  ],
  [
    'at the end of the gap where that is inside',
    london('01:10', '03:00'),
    '2026-03-28T12:00:00Z',
    '2026-03-29T01:00:00.000Z',
  ],
])('it opens %s', (_, window, now, opens) => {
  expect(iso(opensAt(window, at(now)))).toBe(opens);
});

test('when it opens it is open, and it was closed just before; a window with a length opens within two days', () => {
  const time = fc
    .record({ hour: fc.integer({ min: 0, max: 23 }), minute: fc.integer({ min: 0, max: 59 }) })
    .map(({ hour, minute }) => `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`);
  const window = fc
    .record({
      from: time,
      to: time,
      timezone: fc.constantFrom(
        'UTC',
        'Europe/London',
        'America/New_York',
        'Australia/Lord_Howe',
        'Asia/Kolkata',
      ),
    })
    .filter(({ from, to }) => from !== to);
  const instant = fc.integer({ min: at('2026-01-01T00:00:00Z'), max: at('2028-01-01T00:00:00Z') });
  fc.assert(
    fc.property(window, instant, (of, nowMs) => {
      fc.pre(!isOpen(of, nowMs));
      const opens = opensAt(of, nowMs)!;
      expect(isOpen(of, opens)).toBe(true);
      expect(isOpen(of, opens - minuteMs)).toBe(false);
      expect(opens - nowMs).toBeLessThanOrEqual(2 * dayMs + 60 * minuteMs);
    }),
    { numRuns: 500 },
  );
});
