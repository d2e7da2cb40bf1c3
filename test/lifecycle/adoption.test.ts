import { minuteMs } from '../../src/lib/definitions/instant';
import { judgeAdoption, type AdoptionFacts } from '../../src/lib/lifecycle/adoption';
import { aBake, anAmi, noon } from './bakes';

const bake = aBake({ status: 'building' });
const judge = (changes: Partial<AdoptionFacts>, ofBake = bake) =>
  judgeAdoption(ofBake, {
    region: 'eu-west-1',
    amiId: 'ami-0123456789abcdef0',
    ami: anAmi(),
    account: '111111111111',
    nowMs: noon + 2 * minuteMs,
    buildEndedAtMs: noon + minuteMs,
    ...changes,
  });

test('an available AMI of ours, made after the claim on the resolved base, is adopted', () => {
  expect(judge({})).toEqual({ verdict: 'adopt' });
});

test.each<[string, Partial<AdoptionFacts>, string, string[]]>([
  ['that EC2 does not show yet', { ami: undefined }, 'wait', []],
  [
    'that does not exist',
    { ami: undefined, nowMs: noon + 20 * minuteMs },
    'reject',
    ['b-01', 'ami-0123456789abcdef0', 'does not exist'],
  ],
  [
    'of another account',
    { ami: anAmi({ ownerId: '999999999999' }) },
    'reject',
    ['999999999999', '111111111111'],
  ],
  ['that is pending', { ami: anAmi({ state: 'pending' }) }, 'wait', []],
  ['that failed', { ami: anAmi({ state: 'failed' }) }, 'reject', ['is failed']],
  ['of another bake', { ami: anAmi({ tags: { 'bakery:bake': 'b-77' } }) }, 'reject', ['b-77', 'b-01']],
  [
    'made before the claim',
    { ami: anAmi({ createdAtMs: noon - 10 * minuteMs }) },
    'reject',
    ['2026-11-22T11:50:00.000Z', 'before'],
  ],
  ['whose clock is a little behind', { ami: anAmi({ createdAtMs: noon - minuteMs }) }, 'adopt', []],
  ['with another base, ancestry not read', { ami: anAmi({ sourceAmiId: 'ami-0other' }) }, 'ask-ancestry', []],
  [
    'with another base behind it',
    { ami: anAmi({ sourceAmiId: 'ami-0other' }), ancestry: ['ami-0other', 'ami-0older'] },
    'reject',
    ['ami-0other', 'ami-0base0base', 'var.source_ami'],
  ],
  [
    'encrypted on the way from its base',
    { ami: anAmi({ sourceAmiId: 'ami-0copy' }), ancestry: ['ami-0copy', 'ami-0base0base'] },
    'adopt',
    [],
  ],
  ['of a template that takes no tags', { ami: anAmi({ tags: {} }) }, 'adopt', []],
])('an AMI %s', (_, facts, verdict, says) => {
  const judged = judge(facts);
  expect(judged.verdict).toBe(verdict);
  for (const words of says) expect(JSON.stringify(judged)).toContain(words);
});

test('where the template chooses its base itself, any base will do', () => {
  const own = aBake({ status: 'building', baseAmiId: undefined });
  expect(judge({ ami: anAmi({ sourceAmiId: 'ami-0whatever' }) }, own)).toEqual({ verdict: 'adopt' });
});
