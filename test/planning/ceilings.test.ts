import {
  allowedDestinations,
  beyondCeilings,
  beyondPrefixes,
  beyondRegions,
  withinCeilings,
} from '../../src/lib/planning/ceilings';

const shareWith = { accounts: ['1', '2'], organizations: ['o-1'], organizationalUnits: ['ou-1'] };
const share = {
  accounts: ['9', '1', '8'],
  organizations: ['o-9', 'o-1'],
  organizationalUnits: ['ou-1', 'ou-9'],
};

describe('sharing beyond the settings', () => {
  it('is named, sorted, each with what it is', () => {
    expect(beyondCeilings(share, { shareWith })).toEqual([
      'account 8',
      'account 9',
      'organization o-9',
      'organizational unit ou-9',
    ]);
    expect(beyondCeilings({ ...shareWith }, { shareWith })).toEqual([]);
  });

  it('is never given: the rest is', () => {
    expect(withinCeilings(share, { shareWith })).toEqual({
      accounts: ['1'],
      organizations: ['o-1'],
      organizationalUnits: ['ou-1'],
    });
  });

  it('organisations and units come out as the ARNs that EC2 takes, named by their ids or whole', () => {
    const unit = 'arn:aws:organizations::111111111111:ou/o-abcdefghij/ou-ab12-9f8e7d6c';
    const other = 'arn:aws:organizations::111111111111:ou/o-abcdefghij/ou-ab12-00000000';
    const organization = 'arn:aws:organizations::111111111111:organization/o-abcdefghij';
    const allowed = { accounts: [], organizations: [organization], organizationalUnits: [other, unit] };
    const asked = {
      accounts: [],
      organizations: ['o-abcdefghij'],
      organizationalUnits: ['ou-ab12-9f8e7d6c', other, '9f8e7d6c', 'ou-ab12-ffffffff'],
    };
    expect(withinCeilings(asked, { shareWith: allowed })).toEqual({
      accounts: [],
      organizations: [organization],
      organizationalUnits: [unit, other],
    });
    expect(beyondCeilings(asked, { shareWith: allowed })).toEqual([
      'organizational unit 9f8e7d6c',
      'organizational unit ou-ab12-ffffffff',
    ]);
  });

  it.each<[true | undefined, true | undefined]>([
    [true, true],
    [undefined, undefined],
  ])('of snapshots goes with it: %p', (snapshots, given) => {
    expect(withinCeilings({ ...share, snapshots }, { shareWith }).snapshots).toBe(given);
  });
});

const policy = {
  region: 'eu-west-1',
  ceilings: { shareWith, regions: ['eu-central-1'], kmsKeys: ['alias/a'], parameterPrefixes: [] as string[] },
};

describe('regions and keys', () => {
  it.each<[string, Record<string, { kmsKey?: string }> | undefined, object | undefined]>([
    ['none', undefined, undefined],
    ['home, which is always allowed', { 'eu-west-1': {} }, undefined],
    ['what the settings allow', { 'eu-central-1': { kmsKey: 'alias/a' } }, undefined],
    [
      'regions beyond, sorted, before keys',
      { 'us-east-1': { kmsKey: 'alias/z' }, 'ap-south-1': {}, 'eu-central-1': {} },
      { setting: 'ceilings.regions', asked: ['ap-south-1', 'us-east-1'] },
    ],
    [
      'keys beyond, each once',
      { 'eu-west-1': { kmsKey: 'alias/z' }, 'eu-central-1': { kmsKey: 'alias/z' } },
      { setting: 'ceilings.kmsKeys', asked: ['alias/z'] },
    ],
    [
      'keys beyond, sorted, home included',
      { 'eu-west-1': { kmsKey: 'alias/z' }, 'eu-central-1': { kmsKey: 'alias/y' } },
      { setting: 'ceilings.kmsKeys', asked: ['alias/y', 'alias/z'] },
    ],
  ])('%s', (_, regions, beyond) => {
    expect(beyondRegions({ regions }, policy)).toEqual(beyond);
  });

  it('an AMI goes only where its region and its key are allowed', () => {
    const regions = {
      'eu-central-1': { kmsKey: 'alias/a' },
      'us-east-1': {},
      'eu-west-1': { kmsKey: 'alias/z' },
    };
    expect(allowedDestinations({ regions }, policy)).toEqual({ 'eu-central-1': { kmsKey: 'alias/a' } });
    expect(Object.keys(allowedDestinations({ regions: { 'eu-central-1': {} } }, policy)).sort()).toEqual([
      'eu-central-1',
      'eu-west-1',
    ]);
  });
});

it.each([
  ['/bakery/', [], true],
  ['/bakery/', ['/bakery/'], true],
  ['/bakery/', ['/bakery'], true],
  ['/bakery/amis/', ['/x', '/bakery'], true],
  ['/bakery-2/', ['/bakery'], false],
  ['/y/', ['/x', '/bakery'], false],
])('parameters under %s where the settings allow %j: %p', (parameterPrefix, parameterPrefixes, allowed) => {
  expect(beyondPrefixes({ parameterPrefix, ceilings: { ...policy.ceilings, parameterPrefixes } })).toEqual(
    allowed ? undefined : { setting: 'ceilings.parameterPrefixes', asked: [parameterPrefix] },
  );
});
