import { dayMs } from '../../src/lib/definitions/instant';
import { inDays } from '../../src/lib/lifecycle/days';

test.each<[number, string]>([
  [0, '0 days'],
  [dayMs - 1, '0 days'],
  [dayMs, '1 day'],
  [2 * dayMs - 1, '1 day'],
  [36.5 * dayMs, '36 days'],
])('%d ms are %s', (ms, text) => {
  expect(inDays(ms)).toBe(text);
});
