import type { BakeStatus } from '../../src/lib/lifecycle/bake';
import { goodBakes, type LastGoodFacts } from '../../src/lib/lifecycle/last-good';

const history = (...all: [id: string, status?: BakeStatus][]) =>
  all.map(([id, status = 'ready']) => ({ id, status })).reverse();
const facts = (change: Partial<LastGoodFacts> = {}): LastGoodFacts => ({
  history: history(['b-1'], ['b-2'], ['b-3'], ['b-4'], ['b-5']),
  from: 'b-3',
  isFirst: true,
  past: [],
  pinned: false,
  isRevoked: () => false,
  ...change,
});

test.each<[string, Partial<LastGoodFacts>, string[]]>([
  ['earlier ones first, the latest at the top, then newer ones', {}, ['b-2', 'b-1', 'b-5', 'b-4']],
  ['nothing newer where a person holds the channel', { pinned: true }, ['b-2', 'b-1']],
  ['of a further channel what it has had', { isFirst: false, past: ['b-1', 'b-4', 'b-3'] }, ['b-1']],
  ['nothing where a further channel has had nothing', { isFirst: false }, []],
  ['nothing that was revoked', { isRevoked: (id) => id === 'b-2' || id === 'b-5' }, ['b-1', 'b-4']],
  ['nothing before the first', { history: history(['b-3']) }, []],
])('%s', (_, change, expected) => {
  expect(goodBakes(facts(change))).toEqual(expected);
});

test.each<[BakeStatus, boolean]>([
  ['ready', true],
  ['deprecated', true],
  ['disabled', false],
  ['deregistered', false],
  ['revoked', false],
  ['failed', false],
  ['rejected', false],
])('a bake that is %s may be gone to: %s', (status, may) => {
  expect(goodBakes(facts({ history: history(['b-1', status], ['b-3']) }))).toEqual(may ? ['b-1'] : []);
});
