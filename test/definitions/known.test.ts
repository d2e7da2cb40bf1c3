import { canonicalJson } from '../../src/lib/definitions/canonical-json';
import { known, unknown } from '../../src/lib/definitions/known';

it('what is known has a value, which may be none; what is not has a reason', () => {
  expect(known(undefined)).toEqual({ known: true, value: undefined });
  expect(unknown('EC2 is down')).toEqual({ known: false, why: 'EC2 is down' });
});

it.each<[unknown, string]>([
  [{ b: 1, a: [1, 'x', null], c: undefined }, '{"a":[1,"x",null],"b":1}'],
  [{ b: { d: true, c: '"' }, a: [] }, '{"a":[],"b":{"c":"\\"","d":true}}'],
  [null, 'null'],
  ['x', '"x"'],
])('%j has one text: %s', (value, text) => {
  expect(canonicalJson(value)).toBe(text);
});
