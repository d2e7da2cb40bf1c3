import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { parse } from 'yaml';
import { checkStageConfig } from '../../infra/stage-config';
import { readSettings } from '../../src/lib/settings/read-settings';
import { SettingsError } from '../../src/lib/settings/settings-error';
import { bakerySettings, consumerSettings } from '../settings/settings';
import { hostileText, mutated, nested } from './hostile';
import { always, within } from './runs';

const root = join(import.meta.dirname, '../..');
const stages = [
  'config/platform.yml',
  'config/app.yml',
  'config/consumer.yml',
  'test/infra/stages/everything.yml',
].map((file) => parse(readFileSync(join(root, file), 'utf8')) as unknown) as [unknown, ...unknown[]];

/** Settings, or a SettingsError whose text is short enough for a log line. */
function holds(read: () => object): 'settings' | SettingsError {
  try {
    expect(typeof within(5_000, read)).toBe('object');
    return 'settings';
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    expect(error.code).toBe('SETTINGS_INVALID');
    expect(error.message.length).toBeLessThan(50_000);
    for (const { path, problem, fix, value = '' } of error.problems) {
      expect(Math.max(path.length, problem.length, value.length)).toBeLessThanOrEqual(500);
      expect(fix).not.toBe('');
    }
    return error;
  }
}

const inEnvironment = (text: string) =>
  holds(() => readSettings({ BAKERY_SETTINGS: text, AWS_REGION: 'eu-west-1' }));

describe('settings in the environment', () => {
  it('of any text are settings or an error with its code', () =>
    always<[string]>(200, [fc.oneof(hostileText, fc.json(), fc.string({ unit: 'binary' }))], (text) => {
      inEnvironment(text);
    }));

  it('of changed documents are settings or an error with its code', () =>
    always<[unknown]>(600, [mutated<object>(bakerySettings, consumerSettings)], (written) => {
      inEnvironment(JSON.stringify(written));
    }));

  const bomb = (field: string, value: unknown) => JSON.stringify({ ...bakerySettings, [field]: value });
  it.each<[string, () => string]>([
    ['a megabyte of one name', () => bomb('bakery', 'x'.repeat(1_000_000))],
    ['a megabyte of an unknown field', () => bomb('x'.repeat(1_000_000), 1)],
    [
      '100,000 unknown fields',
      () => JSON.stringify(Object.fromEntries(Array.from({ length: 100_000 }, (_, n) => [`f${n}`, 1]))),
    ],
    [
      '20,000 upstreams',
      () =>
        bomb(
          'upstreams',
          Array.from({ length: 20_000 }, () => ({ bakery: 'a', account: 1 })),
        ),
    ],
    [
      '20,000 good upstreams',
      () =>
        bomb(
          'upstreams',
          Array.from({ length: 20_000 }, (_, n) => ({
            bakery: `a${n}`,
            account: '111111111111',
            topicArn: 'arn:aws:sns:eu-west-1:222222222222:t',
          })),
        ),
    ],
    ['100,000 levels', () => `{"bakery":${'['.repeat(100_000)}${']'.repeat(100_000)}}`],
    ['100,000 levels around it', () => `${'['.repeat(100_000)}${']'.repeat(100_000)}`],
    ['a megabyte that is not JSON', () => `{${'x'.repeat(1_000_000)}`],
    [
      'a megabyte of an account of an upstream',
      () => bomb('upstreams', [{ bakery: 'a', account: 'x'.repeat(1_000_000), topicArn: 'arn:a:b:c:d:e' }]),
    ],
  ])('%s: an error, in time and short', (_, text) => {
    expect(inEnvironment(text())).toBeInstanceOf(SettingsError);
  });
});

describe('config/<stage>.yml', () => {
  it('of changed documents is a stage or an error with its code', () =>
    always<[unknown]>(500, [mutated(...stages)], (content) => {
      holds(() => checkStageConfig(content, 'fuzz'));
    }));

  it.each<[string, unknown]>([
    ['100,000 levels', { account: nested(100_000) }],
    ['a name that is an object', { stack: { name: { toString: 1 } } }],
    [
      'an upstream whose account is an object',
      { settings: { upstreams: [{ account: { toString: 1 }, topicArn: 'a' }] } },
    ],
    [
      'an instance profile that is nothing',
      { settings: { instanceProfile: 'p' }, stack: { bake: { instanceProfiles: [null] } } },
    ],
    ['a megabyte of a role prefix', { stack: { roleNamePrefix: 'x'.repeat(1_000_000) } }],
  ])('%s: an error', (_, content) => {
    expect(holds(() => checkStageConfig(content, 'fuzz'))).toBeInstanceOf(SettingsError);
  });
});
