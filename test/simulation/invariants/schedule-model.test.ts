import { firesBetween, instantOf, lastFireBefore } from './schedule-model';

const at = (text: string) => Date.parse(text);
const iso = (ms: number | undefined) => (ms === undefined ? undefined : new Date(ms).toISOString());

test.each([
  ['an ordinary night', 'Europe/London', '2026-11-22T02:00:00Z', '2026-11-22T02:00:00.000Z'],
  ['summer time', 'Europe/London', '2026-07-01T02:00:00Z', '2026-07-01T01:00:00.000Z'],
  ['in the gap: at its end', 'Europe/London', '2026-03-29T01:30:00Z', '2026-03-29T01:00:00.000Z'],
  ['in the overlap: the first', 'Europe/London', '2026-10-25T01:30:00Z', '2026-10-25T00:30:00.000Z'],
  ['a gap of half an hour', 'Australia/Lord_Howe', '2026-10-04T02:15:00Z', '2026-10-03T15:30:00.000Z'],
  ['an overlap of half an hour', 'Australia/Lord_Howe', '2026-04-05T01:45:00Z', '2026-04-04T14:45:00.000Z'],
  ['across the date line of UTC', 'America/New_York', '2026-01-10T23:00:00Z', '2026-01-11T04:00:00.000Z'],
])('%s', (_what, timezone, local, expected) => {
  expect(iso(instantOf(timezone, at(local)))).toBe(expected);
});

test('fires once a night, also in the two nights when clocks change', () => {
  const nightly = { cron: '30 1 * * *', timezone: 'Europe/London' };
  expect(firesBetween(nightly, at('2026-03-28T12:00Z'), at('2026-03-31T12:00Z'))).toHaveLength(3);
  expect(firesBetween(nightly, at('2026-10-24T12:00Z'), at('2026-10-27T12:00Z'))).toHaveLength(3);
});

test('the last fire time that counts', () => {
  const nightly = { cron: '0 2 * * *', timezone: 'UTC' };
  expect(iso(lastFireBefore(nightly, 0, at('2026-11-22T02:00Z')))).toBe('2026-11-22T02:00:00.000Z');
  expect(iso(lastFireBefore(nightly, 0, at('2026-11-22T01:59Z')))).toBe('2026-11-21T02:00:00.000Z');
  expect(lastFireBefore(nightly, at('2026-11-22T02:00Z'), at('2026-11-22T12:00Z'))).toBeUndefined();
});

test('says so where it does not speak a schedule', () => {
  expect(firesBetween({ cron: '*/5 * * * *', timezone: 'UTC' }, 0, 1)).toBeUndefined();
  expect(firesBetween({ cron: '0 2 1 * *', timezone: 'UTC' }, 0, 1)).toBeUndefined();
});
