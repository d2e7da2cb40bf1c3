import { isOpen } from '../../../src/lib/definitions/window';
import { isOpenAt, wasOpen } from './window-model';

const at = (text: string): number => Date.parse(text);

test.each([
  ['22:00', '04:00', 'UTC', '2026-03-28T23:00:00Z', true],
  ['22:00', '04:00', 'UTC', '2026-03-28T04:00:00Z', false],
  ['22:00', '04:00', 'UTC', '2026-03-28T03:59:59Z', true],
  ['01:00', '02:00', 'Europe/London', '2026-03-29T01:00:00Z', false],
  ['01:00', '02:00', 'Europe/London', '2026-10-25T00:30:00Z', true],
  ['01:00', '02:00', 'Europe/London', '2026-10-25T01:30:00Z', true],
  ['09:00', '17:00', 'Australia/Lord_Howe', '2026-06-01T23:00:00Z', true],
])('from %s to %s in %s at %s: %s', (from, to, timezone, now, open) => {
  expect(isOpenAt({ from, to, timezone }, at(now))).toBe(open);
});

test('it says what the bakery says, on nights when clocks change as on others', () => {
  const window = { from: '01:30', to: '03:15', timezone: 'America/New_York' };
  for (const night of ['2026-03-08', '2026-11-01', '2026-07-01']) {
    for (let minute = 0; minute < 24 * 60; minute += 5) {
      const atMs = at(`${night}T00:00:00Z`) + minute * 60_000;
      expect(isOpenAt(window, atMs)).toBe(isOpen(window, atMs));
    }
  }
});

test('a stretch of time that touches an open minute was open', () => {
  const window = { from: '10:00', to: '10:01', timezone: 'UTC' };
  expect(wasOpen(window, at('2026-01-01T09:58:30Z'), at('2026-01-01T10:00:00Z'))).toBe(true);
  expect(wasOpen(window, at('2026-01-01T10:01:00Z'), at('2026-01-01T11:00:00Z'))).toBe(false);
  expect(wasOpen(undefined, 0, 1)).toBe(true);
});
