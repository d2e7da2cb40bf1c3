import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { deploymentOf, readStage } from '../../infra/deployment';
import { functionEnvironment } from '../../infra/environment';
import { checkStageConfig, stageSchema } from '../../infra/stage-config';
import { readStageText } from '../../infra/stage-file';
import { settingsSchema } from '../../src/lib/settings/settings';
import { SettingsError } from '../../src/lib/settings/settings-error';

const bakery = {
  account: '111111111111',
  region: 'eu-west-1',
  settings: { bakery: 'platform', repo: { name: 'golden-images' } },
};
const consumer = {
  account: '333333333333',
  region: 'eu-west-1',
  settings: {
    bakery: 'fleet',
    role: 'consumer',
    upstreams: [
      { bakery: 'platform', account: '111111111111', topicArn: 'arn:aws:sns:eu-west-1:111111111111:images' },
    ],
    mirrors: [{ bakery: 'platform', image: 'base', architecture: 'arm64' }],
  },
};

/** Paths of the problems of a configuration. */
function problemsOf(content: unknown): string[] {
  try {
    checkStageConfig(content, 'test');
  } catch (error) {
    if (error instanceof SettingsError) return error.problems.map(({ path }) => path);
    throw error;
  }
  return [];
}

test('the examples and the shortest configurations are good', () => {
  for (const stage of ['platform', 'app', 'consumer']) expect(readStage(stage).account).toMatch(/^\d{12}$/);
  expect(problemsOf(bakery)).toEqual([]);
  expect(problemsOf(consumer)).toEqual([]);
});

test('all problems are told at once, with the file, the value and what to do', () => {
  const content = {
    account: 1111,
    region: 'eu-west',
    settings: {
      bakery: 'Platform',
      repo: { name: 'images', region: 'us-east-1' },
      instanceProfile: 'packer',
    },
    stack: { imageRepo: 'maybe', colour: 'blue', logRetentionDays: 31, bake: { vpc: {} } },
  };
  expect(problemsOf(content)).toEqual([
    'account',
    'region',
    'settings.bakery',
    'settings.instanceProfile',
    'stack.bake.vpc.id',
    'stack.bake.vpc.securityGroups',
    'stack.bake.vpc.subnets',
    'stack.colour',
    'stack.imageRepo',
    'stack.logRetentionDays',
  ]);
  expect(() => checkStageConfig(content, 'test')).toThrow(
    /10 problem\(s\) in config\/test\.yml\n(.*\n)*- stack\.imageRepo: is not one of the choices \(found "maybe"\)\. Write create or existing\./,
  );
});

test.each([
  ['nothing', undefined, ['']],
  [
    'no settings',
    { account: '111111111111', region: 'eu-west-1' },
    ['settings', 'settings.bakery', 'settings.repo'],
  ],
  [
    'an image repo elsewhere that the stack would make',
    { ...bakery, settings: { bakery: 'platform', repo: { name: 'images', region: 'us-east-1' } } },
    ['stack.imageRepo'],
  ],
  [
    'two images for builds',
    { ...bakery, stack: { bake: { image: 'aws/codebuild/standard:7.0' }, container: {} } },
    ['stack.container'],
  ],
  [
    'a base that can move',
    { ...bakery, stack: { container: { base: 'public.ecr.aws/amazonlinux/amazonlinux:2023' } } },
    ['stack.container.base'],
  ],
  [
    'what the stack makes',
    { ...bakery, settings: { ...bakery.settings, table: 'mine' } },
    ['settings.table'],
  ],
  ['a topic that is not of its account', withUpstream('222222222222'), ['settings.upstreams.0.topicArn']],
  [
    'a consumer that builds',
    { ...consumer, stack: { bake: {}, imageRepo: 'create' } },
    ['stack.bake', 'stack.imageRepo'],
  ],
  [
    'a role name that IAM does not take',
    { ...bakery, stack: { name: 'x'.repeat(40), roleNamePrefix: 'y'.repeat(20) } },
    ['stack.roleNamePrefix'],
  ],
])('refused: %s', (_, content, paths) => {
  expect(problemsOf(content)).toEqual(paths);
});

function withUpstream(account: string) {
  const [upstream] = consumer.settings.upstreams;
  return { ...consumer, settings: { ...consumer.settings, upstreams: [{ ...upstream, account }] } };
}

test('a profile that builds may use is one by its name, whatever its path', () => {
  const content = {
    ...bakery,
    settings: { ...bakery.settings, instanceProfile: 'packer' },
    stack: { bake: { instanceProfiles: [{ profile: 'team/packer', role: 'team/packer-role' }] } },
  };
  expect(problemsOf(content)).toEqual([]);
});

test('a stage without a file is told which there are', () => {
  expect(() => readStage('nowhere')).toThrow(
    /STAGE_UNKNOWN: there is no config\/nowhere\.yml.*--stage platform/,
  );
});

test('settings that Lambda would not take are refused, with their size', () => {
  const mirrors = Array.from({ length: 60 }, (_, index) => ({
    bakery: 'platform',
    image: `image-with-a-long-name-${index}`,
    architecture: 'arm64',
  }));
  const config = checkStageConfig({ ...consumer, settings: { ...consumer.settings, mirrors } }, 'test');
  expect(() => functionEnvironment(config)).toThrow(
    /SETTINGS_TOO_LARGE: .* would have \d{4} bytes, .* takes 4096/,
  );
});

test("`${…}` in a person's text is text", () => {
  const config = checkStageConfig({ ...bakery, tags: { Note: 'costs ${Queue}' } }, 'test');
  expect(functionEnvironment(config).BAKERY_SETTINGS['Fn::Sub']).toContain('costs ${!Queue}');
});

test('followers may subscribe, and nobody else', () => {
  const policyOf = (followers: object) =>
    deploymentOf(checkStageConfig({ ...bakery, stack: { followers } }, 'test')).announcementPolicy;
  expect(policyOf({})).toHaveLength(1);
  expect(policyOf({ accounts: ['222222222222'] })).toContainEqual(
    expect.objectContaining({
      Action: 'sns:Subscribe',
      Principal: { AWS: [{ 'Fn::Sub': 'arn:${AWS::Partition}:iam::222222222222:root' }] },
    }),
  );
  expect(policyOf({ organizationId: 'o-abcdefghij' })).toContainEqual(
    expect.objectContaining({
      Principal: { AWS: '*' },
      Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-abcdefghij' } },
    }),
  );
});

test('upstreams whose topics have one name are followed both', () => {
  const upstreams = ['111111111111', '444444444444'].map((account, index) => ({
    bakery: `upstream-${index}`,
    account,
    topicArn: `arn:aws:sns:eu-west-1:${account}:images`,
  }));
  const config = checkStageConfig({ ...bakery, settings: { ...bakery.settings, upstreams } }, 'test');
  const types = Object.values(deploymentOf(config).upstreams.Resources).map(
    (it) => (it as { Type: string }).Type,
  );
  expect(types.filter((type) => type === 'AWS::SNS::Subscription')).toHaveLength(2);
  expect(types.filter((type) => type === 'AWS::SQS::QueuePolicy')).toHaveLength(1);
});

describe('problems in a file say where they are', () => {
  const problemsIn = (text: string) => {
    try {
      readStageText(text, 'test');
    } catch (error) {
      if (error instanceof SettingsError)
        return error.problems.map(({ path, at }) => `${at?.line}:${at?.column} ${path}`);
      throw error;
    }
    return [];
  };

  test.each([
    [
      'at their keys, in maps and lists',
      [
        "account: '111111111111'",
        'region: eu-west',
        'settings:',
        '  bakery: platform',
        '  repo: { name: images, colour: blue }',
        "  upstreams: [{ bakery: one, account: '1', topicArn: x }]",
      ],
      [
        '2:1 region',
        '5:25 settings.repo.colour',
        '6:30 settings.upstreams.0.account',
        '6:44 settings.upstreams.0.topicArn',
        '6:44 settings.upstreams.0.topicArn',
      ],
    ],
    [
      'what is missing: at what it is missing from',
      ["account: '111111111111'", 'region: eu-west-1', 'settings:', '  mode: bake', '  repo: {}'],
      ['3:1 settings.bakery', '5:3 settings.repo.name'],
    ],
    ['what is no YAML, all of it', ["account: '1", 'region: eu-west-1', 'region: [1', ''], ['4:1 ']],
    ['a key that is there twice', ['region: a', 'region: b'], ['2:1 ']],
  ])('%s', (_, lines, expected) => {
    expect(problemsIn(lines.join('\n'))).toEqual(expected);
  });

  test('the message has file, line, column, value and what to do', () => {
    expect(() => readStageText('account: 1\n', 'test')).toThrow(
      /config\/test\.yml\n- account \(line 1, column 1\): has the wrong type \(found 1\)\. Write/,
    );
  });
});

test('every field is described for editors', () => {
  const schema = z.toJSONSchema(stageSchema, { io: 'input' }) as Described;
  const settings = z.toJSONSchema(settingsSchema, { io: 'input' }) as Described;
  expect([...undescribed(schema, ''), ...undescribed(settings, 'settings.')]).toEqual([]);
});

interface Described {
  description?: string;
  properties?: Record<string, Described>;
  items?: Described;
}
const undescribed = ({ properties = {}, items }: Described, at: string): string[] => [
  ...Object.entries(properties).flatMap(([name, field]) => [
    ...(field.description === undefined ? [`${at}${name}`] : []),
    ...undescribed(field, `${at}${name}.`),
  ]),
  ...(items === undefined ? [] : undescribed(items, at)),
];

test('the examples name the schema for editors', () => {
  for (const stage of ['platform', 'app', 'consumer'])
    expect(readFileSync(join(import.meta.dirname, `../../config/${stage}.yml`), 'utf8')).toMatch(
      /^# yaml-language-server: \$schema=\.\.\/schemas\/stage\.schema\.json\n/,
    );
});
