import {
  beginDistribution,
  destinationsOf,
  distributed,
  isDistributed,
  missingIn,
  superseded,
  underWay,
  type Distribution,
} from '../../src/lib/lifecycle/distribution';
import { doneCopy } from '../../src/lib/lifecycle/copy-step';
import { allowedDestinations, beyondPrefixes, beyondRegions } from '../../src/lib/planning/ceilings';

const home = 'eu-west-1';
const far = 'eu-central-1';
const made = { amis: { [home]: 'ami-0a' } };
const key = { kmsKey: 'alias/golden' };

const done = (distribution: Distribution): Distribution => ({
  ...distribution,
  copies: Object.fromEntries(
    Object.entries(distribution.copies).map(([region, copy]) => [region, doneCopy(copy, `ami-${region}`, 1)]),
  ),
});

test('the region of the bakery is always a destination', () => {
  expect(destinationsOf({}, home)).toEqual({ [home]: {} });
  expect(destinationsOf({ regions: { [far]: key } }, home)).toEqual({ [home]: {}, [far]: key });
  expect(destinationsOf({ regions: { [home]: key } }, home)).toEqual({ [home]: key });
});

test.each([
  ['only at home', { [home]: {} }, made, []],
  ['another region', { [home]: {}, [far]: {} }, made, [far]],
  ['a key at home', { [home]: key }, made, [home]],
  ['a key that it has', { [home]: key }, { ...made, keys: { [home]: 'alias/golden' } }, []],
  ['another key', { [home]: key }, { ...made, keys: { [home]: 'alias/old' } }, [home]],
  ['a key that is no longer asked for', { [home]: {} }, { ...made, keys: { [home]: 'alias/old' } }, []],
  ['a region the build copied to', { [home]: {}, [far]: {} }, { amis: { [home]: 'a', [far]: 'b' } }, []],
])('%s', (_what, destinations, of, missing) => {
  expect(missingIn(of, destinations)).toEqual(missing);
  expect(beginDistribution(of, destinations, home, 0) === undefined).toBe(missing.length === 0);
});

test('an encrypted copy takes the place of what was built; what is in further regions is added', () => {
  const begun = beginDistribution(made, { [home]: key, [far]: {} }, home, 0)!;
  expect(isDistributed(begun)).toBe(false);
  expect(underWay(begun)).toEqual([far, home]);
  expect(superseded(begun)).toEqual([]);
  const end = done(begun);
  expect(isDistributed(end)).toBe(true);
  expect(distributed(end)).toEqual({
    amis: { [home]: `ami-${home}`, [far]: `ami-${far}` },
    keys: { [home]: 'alias/golden' },
  });
  expect(superseded(end)).toEqual(['ami-0a']);
  expect(missingIn(distributed(end), { [home]: key, [far]: {} })).toEqual([]);
});

describe('ceilings', () => {
  const policy = {
    region: home,
    parameterPrefix: '/bakery/',
    ceilings: {
      shareWith: { accounts: [], organizations: [], organizationalUnits: [] },
      regions: [far],
      kmsKeys: ['alias/golden'],
      parameterPrefixes: [] as string[],
    },
  };
  test.each([
    ['nothing asked for', {}, undefined],
    ['home, without being named', { [home]: key }, undefined],
    ['a region and a key that are allowed', { [far]: key }, undefined],
    ['a region', { 'us-east-1': {} }, { setting: 'ceilings.regions', asked: ['us-east-1'] }],
    ['a key', { [far]: { kmsKey: 'alias/x' } }, { setting: 'ceilings.kmsKeys', asked: ['alias/x'] }],
  ])('%s', (_what, regions, beyond) => {
    expect(beyondRegions({ regions }, policy)).toEqual(beyond);
  });

  test('what is beyond is left out, and a key that is not allowed is not replaced by none', () => {
    const regions = { [home]: { kmsKey: 'alias/x' }, [far]: key, 'us-east-1': {} };
    expect(allowedDestinations({ regions }, policy)).toEqual({ [far]: key });
  });

  test.each([
    [[], undefined],
    [['/bakery'], undefined],
    [['/other', '/bakery/'], undefined],
    [['/bake'], { setting: 'ceilings.parameterPrefixes', asked: ['/bakery/'] }],
  ])('parameters under /bakery/ where %j are allowed', (parameterPrefixes, beyond) => {
    expect(beyondPrefixes({ ...policy, ceilings: { ...policy.ceilings, parameterPrefixes } })).toEqual(
      beyond,
    );
  });
});
