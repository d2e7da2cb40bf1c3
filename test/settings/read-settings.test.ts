import { checkSettings, readSettings } from '../../src/lib/settings/read-settings';
import { SettingsError } from '../../src/lib/settings/settings-error';
import { bakerySettings, consumerSettings, upstreamSettings } from './settings';

const problemsOf = (written: Record<string, unknown>) => {
  try {
    checkSettings(written);
    return [];
  } catch (error) {
    if (error instanceof SettingsError) return error.problems;
    throw error;
  }
};

test('the least that a bakery needs, with defaults for the rest', () => {
  expect(checkSettings(bakerySettings)).toMatchObject({
    role: 'bakery',
    mode: 'observe',
    repo: { name: 'golden-images', branch: 'main', path: '' },
    parameterPattern: '/bakery/{image}/{arch}/{channel}',
    maxConcurrentBuilds: 10,
    maxWaitHours: 6,
    maxRetirementsPerRun: 20,
    ceilings: {
      shareWith: { accounts: [], organizations: [], organizationalUnits: [] },
      regions: [],
      kmsKeys: [],
      parameterPrefixes: [],
    },
    network: {},
    defaultInstanceType: { x86_64: 'm7i.large', arm64: 'm7g.large' },
    notify: { targets: {} },
    upstreams: [],
    mirrors: [],
    tags: {},
  });
});

test('the least that a consumer needs', () => {
  expect(checkSettings(consumerSettings).mirrors).toEqual([
    { bakery: 'platform', image: 'base-al2023', architecture: 'arm64', channel: 'stable' },
  ]);
});

describe('the environment', () => {
  test('gives the region where the settings do not', () => {
    const { region: _, ...rest } = bakerySettings;
    const BAKERY_SETTINGS = JSON.stringify(rest);
    expect(readSettings({ BAKERY_SETTINGS, AWS_REGION: 'eu-central-1' }).region).toBe('eu-central-1');
    expect(() => readSettings({ BAKERY_SETTINGS })).toThrow(/region: is missing/);
  });

  test.each([
    [undefined, /is not set.*Set the environment variable BAKERY_SETTINGS/],
    ['', /is not set/],
    ['{"bakery":', /is not JSON/],
    ['[]', /is not an object/],
    ['null', /is not an object/],
  ])('with BAKERY_SETTINGS %p', (BAKERY_SETTINGS, message) => {
    expect(() => readSettings({ BAKERY_SETTINGS })).toThrow(message);
  });
});

describe('one wrong thing', () => {
  const cases: [string, Record<string, unknown>, string][] = [
    ['an account that is a number', { account: 111111111111 }, 'account'],
    ['an account of 11 digits', { account: '11111111111' }, 'account'],
    ['a queue that is not FIFO', { queueUrl: 'https://sqs.eu-west-1.amazonaws.com/1/q' }, 'queueUrl'],
    ['a mode that does not exist', { mode: 'dry-run' }, 'mode'],
    ['a pattern without {arch}', { parameterPattern: '/bakery/{image}/{channel}' }, 'parameterPattern'],
    ['a pattern under /aws', { parameterPattern: '/aws/{image}/{arch}/{channel}' }, 'parameterPattern'],
    [
      'a pattern with an unknown place',
      { parameterPattern: '/b/{image}/{arch}/{channel}/{region}' },
      'parameterPattern',
    ],
    ['no build slot', { maxConcurrentBuilds: 0 }, 'maxConcurrentBuilds'],
    ['no retirement', { maxRetirementsPerRun: 0 }, 'maxRetirementsPerRun'],
    ['half a retirement', { maxRetirementsPerRun: 20.5 }, 'maxRetirementsPerRun'],
    ['retirements in words', { maxRetirementsPerRun: 'twenty' }, 'maxRetirementsPerRun'],
    ['a repo folder with slashes around it', { repo: { name: 'r', path: '/images/' } }, 'repo.path'],
    ['a name with a typing error', { maxWaitHour: 3 }, 'maxWaitHour'],
    ['a typing error deep inside', { network: { subnet: 'subnet-1' } }, 'network.subnet'],
    ['a VPC where a subnet belongs', { network: { subnetId: 'vpc-0a1b2c3d' } }, 'network.subnetId'],
    [
      'a notification target that is no topic',
      { notify: { targets: { ops: 'ops@example.com' } } },
      'notify.targets.ops',
    ],
    ['no repo', { repo: undefined }, 'repo'],
    ['no build project', { buildProject: undefined }, 'buildProject'],
    ['no topic', { topicArn: undefined }, 'topicArn'],
    [
      'mirrors, which are for consumers',
      { mirrors: consumerSettings.mirrors, upstreams: [{ ...upstreamSettings, bakery: 'other' }] },
      'mirrors',
    ],
    ['itself as upstream', { upstreams: [upstreamSettings] }, 'upstreams.0.bakery'],
    [
      "an upstream with another account's topic",
      { upstreams: [{ ...upstreamSettings, bakery: 'other', account: '222222222222' }] },
      'upstreams.0.topicArn',
    ],
    [
      'an upstream twice',
      { upstreams: [1, 2].map(() => ({ ...upstreamSettings, bakery: 'other' })) },
      'upstreams.1.bakery',
    ],
  ];
  test.each(cases)('in a bakery: %s', (_, change, path) => {
    const problems = problemsOf({ ...bakerySettings, ...change });
    expect(problems.map((problem) => problem.path)).toEqual([path]);
    expect(problems[0]?.fix).not.toBe('');
  });

  test.each<[string, Record<string, unknown>, string]>([
    ['no mirrors', { mirrors: [] }, 'mirrors'],
    [
      'a mirror of a bakery that is not followed',
      { mirrors: [{ ...consumerSettings.mirrors[0], bakery: 'plattform' }] },
      'mirrors.0.bakery',
    ],
    [
      'two mirrors that want one parameter',
      { mirrors: [consumerSettings.mirrors[0], consumerSettings.mirrors[0]] },
      'mirrors.1.image',
    ],
  ])('in a consumer: %s', (_, change, path) => {
    expect(problemsOf({ ...consumerSettings, ...change }).map((problem) => problem.path)).toEqual([path]);
  });

  test('two mirrors of one name in parameters of their own are fine', () => {
    const [mirror] = consumerSettings.mirrors;
    expect(
      problemsOf({ ...consumerSettings, mirrors: [mirror, { ...mirror, parameter: '/other/base' }] }),
    ).toEqual([]);
  });
});

test.each([
  [0, 'is too small or too short (found 0). The least is 1.'],
  [10_001, 'is too large or too long (found 10001). The most is 10000.'],
])('%i retirements in a run: what may be written is said', (maxRetirementsPerRun, told) => {
  expect(() => checkSettings({ ...bakerySettings, maxRetirementsPerRun })).toThrow(
    `- maxRetirementsPerRun: ${told}`,
  );
});

test.each([1, 600, 10_000])('%i retirements in a run', (maxRetirementsPerRun) => {
  const read = checkSettings({ ...bakerySettings, maxRetirementsPerRun });
  expect(read.maxRetirementsPerRun).toBe(maxRetirementsPerRun);
});

test('all wrong things at once, each with the value and what to do', () => {
  const written = { ...bakerySettings, account: 'me', mode: 'go', repo: undefined, color: 'red' };
  expect(() => checkSettings(written)).toThrow(
    [
      'SETTINGS_INVALID: 4 problem(s) in BAKERY_SETTINGS',
      '- account: is not well formed (found "me"). Write the 12 digits of the account, as a string.',
      '- color: is not a setting (found "red"). Remove it or correct its name; schemas/settings.schema.json lists them all.',
      '- mode: is not one of the choices (found "go"). Write bake or observe.',
      '- repo: is missing: A deployment with role bakery needs it. Set it, or set role to consumer.',
    ].join('\n'),
  );
});
