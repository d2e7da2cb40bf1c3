import { Expectations } from '../../../src/local/tour/expectations';

test('what was expected and seen holds, and tells its story', () => {
  const check = new Expectations().same('builds', ['b', 'a'], ['a', 'b']).that('it is quiet', true);
  expect(check.verdict('All went well.')).toEqual({ ok: true, detail: 'All went well.' });
});

test.each([
  ['one is missing', ['a'], ['a', 'b'], 'builds expected: a, b; seen: a'],
  ['one is too many', ['a', 'b'], ['a'], 'builds expected: a; seen: a, b'],
  ['one happened twice', ['a', 'a'], ['a'], 'builds expected: a; seen: a, a'],
  ['nothing was expected', ['a'], [], 'builds expected: none; seen: a'],
])('lists are compared with counts: %s', (_what, seen, expected, detail) => {
  expect(new Expectations().same('builds', seen, expected).verdict('Fine.')).toEqual({ ok: false, detail });
});

test('everything that did not hold is told at once', () => {
  const check = new Expectations().that('it rains', false, 'sun').that('it snows', false);
  expect(check.verdict('Fine.').detail).toBe('it rains; seen: sun\nit snows');
});
