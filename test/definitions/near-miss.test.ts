import { nearMiss } from '../../src/lib/definitions/near-miss';

it.each<[string, string, string[], string | undefined]>([
  ['one letter off', 'templat', ['template', 'test'], 'template'],
  ['the nearest of several', 'webb', ['wobb', 'web', 'webs'], 'wobb'],
  ['nearer beats earlier', 'timeoutMinuts', ['timeoutMinnutes', 'timeoutMinutes'], 'timeoutMinutes'],
  ['capitals are no difference', 'INSTANCETYPE', ['instanceType'], 'instanceType'],
  ['but what was written is never the answer', 'web', ['web'], undefined],
  ['a third of the letters may differ', 'stabel', ['stable'], 'stable'],
  ['more may not', 'stebal', ['stable'], undefined],
  ['nor ever more than four', 'abcdefghijklmnopqr', ['abcdefghijklmnopqr12345'], 'abcdefghijklmnopqr12345'],
  ['five letters in the middle', 'abcdefghijklmnopqr', ['abcdefgh12345ijklmnopqr'], undefined],
  ['of two letters one', 'us', ['eu'], undefined],
  ['of two letters one, the other right', 'ut', ['eu', 'UTC'], 'UTC'],
  ['a beginning that is only one', 'arm', ['x86_64', 'arm64'], 'arm64'],
  ['a beginning in capitals', 'ARM', ['x86_64', 'arm64'], 'arm64'],
  ['a beginning of two', 'base', ['base-al2023', 'base-ubuntu'], undefined],
  ['a beginning of two letters says nothing', 'in', ['instanceType'], undefined],
  ['the same in other letters is no beginning', 'abc', ['ABC'], 'ABC'],
  ['nothing', '', ['a'], undefined],
  ['a hundred letters', 'a'.repeat(100), ['a'.repeat(99)], 'a'.repeat(99)],
  ['more than a hundred are not looked at', 'a'.repeat(101), ['a'.repeat(100)], undefined],
])('%s', (_, wrong, candidates, meant) => {
  expect(nearMiss(wrong, candidates)).toBe(meant);
});
