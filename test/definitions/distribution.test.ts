import { readBakeryYml } from '../../src/lib/definitions/bakery-yml';

const image = (fields: string, defaults = '{}') =>
  readBakeryYml(
    `version: 1\ndefaults: ${defaults}\nimages:\n  web: { base: template, template: w/, ${fields} }\n`,
    {
      bakery: 'b',
      parameterPrefix: '/bakery/',
    },
  ).catalog?.images[0];

const [a, b] = ['"111111111111"', '"222222222222"'];

it.each<[string, string, string, object | undefined]>([
  ['nothing', 'tags: {}', '{}', undefined],
  ['an empty list', 'distribution: { regions: [] }', '{}', undefined],
  ['an empty map', 'distribution: { regions: {} }', '{}', undefined],
  ['a list', 'distribution: { regions: [us-east-1, eu-west-1] }', '{}', { 'eu-west-1': {}, 'us-east-1': {} }],
  [
    'a list in neither order',
    'distribution: { regions: [eu-west-1, us-east-1, eu-north-1] }',
    '{}',
    { 'eu-north-1': {}, 'eu-west-1': {}, 'us-east-1': {} },
  ],
  [
    'a map',
    'distribution: { regions: { us-east-1: , eu-west-1: { kmsKey: alias/a }, eu-north-1: {} } }',
    '{}',
    { 'eu-north-1': {}, 'eu-west-1': { kmsKey: 'alias/a' }, 'us-east-1': {} },
  ],
  ['of defaults', 'tags: {}', '{ distribution: { regions: [eu-west-1] } }', { 'eu-west-1': {} }],
  [
    'its own instead of those of defaults',
    'distribution: { regions: [us-east-1] }',
    '{ distribution: { regions: [eu-west-1] } }',
    { 'us-east-1': {} },
  ],
  [
    'none, whatever defaults say',
    'distribution: { regions: [] }',
    '{ distribution: { regions: [eu-west-1] } }',
    undefined,
  ],
])('regions, sorted: %s', (_, fields, defaults, regions) => {
  const read = image(fields, defaults)!;
  expect(read.regions).toEqual(regions);
  expect(Object.keys(read.regions ?? {})).toEqual(Object.keys(regions ?? {}));
  expect('regions' in read).toBe(regions !== undefined);
});

it.each<[string, string, string, object]>([
  ['nobody', 'tags: {}', '{}', {}],
  [
    'accounts, each once, sorted',
    `distribution: { share: { accounts: [${b}, ${a}, ${b}] } }`,
    '{}',
    { accounts: ['111111111111', '222222222222'] },
  ],
  [
    'snapshots as well',
    `distribution: { share: { accounts: [${a}], snapshots: true } }`,
    '{}',
    { accounts: ['111111111111'], snapshots: true },
  ],
  [
    'not snapshots',
    `distribution: { share: { accounts: [${a}], snapshots: false } }`,
    '{}',
    { accounts: ['111111111111'] },
  ],
  [
    'field by field over defaults',
    `distribution: { share: { snapshots: true } }`,
    `{ distribution: { share: { accounts: [${a}], organizations: [o-abcdefghij] } } }`,
    { accounts: ['111111111111'], organizations: ['o-abcdefghij'], snapshots: true },
  ],
  [
    'not snapshots, whatever defaults say',
    `distribution: { share: { snapshots: false } }`,
    `{ distribution: { share: { accounts: [${a}], snapshots: true } } }`,
    { accounts: ['111111111111'] },
  ],
])('shared with %s', (_, fields, defaults, share) => {
  expect(image(fields, defaults)?.share).toStrictEqual({
    accounts: [],
    organizations: [],
    organizationalUnits: [],
    ...share,
  });
});

it.each<[string, string, string, object]>([
  ['nothing', 'tags: {}', '{}', {}],
  [
    'of defaults',
    'tags: {}',
    '{ builder: { instanceType: m5.large, instanceProfile: p } }',
    { instanceType: 'm5.large', instanceProfile: 'p' },
  ],
  [
    'its own, and the profile of defaults',
    'builder: { instanceType: m6i.large }',
    '{ builder: { instanceType: { x86_64: m5.large }, instanceProfile: p } }',
    { instanceType: 'm6i.large', instanceProfile: 'p' },
  ],
  [
    'for another architecture, and defaults for all',
    'builder: { instanceType: { arm64: m7g.large } }',
    '{ builder: { instanceType: m5.large } }',
    {},
  ],
  [
    'for another architecture, and defaults for this',
    'builder: { instanceType: { arm64: m7g.large } }',
    '{ builder: { instanceType: { x86_64: m5.large } } }',
    { instanceType: 'm5.large' },
  ],
])('built with %s', (_, fields, defaults, builder) => {
  expect(image(fields, defaults)?.builder).toStrictEqual(builder);
});

it.each<[string, string, object | undefined]>([
  ['tags: {}', '{ rebake: false }', undefined],
  [
    'rebake: { cron: " 0 2 * * * " }',
    '{ rebake: false }',
    { cron: '0 2 * * *', timezone: 'UTC', publish: 'if-changed' },
  ],
  [
    'rebake: { cron: "0 2 * * *" }',
    '{ rebake: { timezone: Europe/London, publish: always } }',
    { cron: '0 2 * * *', timezone: 'Europe/London', publish: 'always' },
  ],
  ['rebake: false', '{ rebake: { cron: "0 2 * * *" } }', undefined],
])('%s over %s', (fields, defaults, rebake) => {
  expect(image(fields, defaults)?.rebake).toEqual(rebake);
});
