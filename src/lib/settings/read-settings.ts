import * as z from 'zod/mini';
import { SettingsError, shown } from './settings-error';
import type { SettingsProblem } from './settings-error';
import { checkBetweenFields } from './settings-rules';
import { settingsSchema } from './settings';
import type { Settings } from './settings';

export interface SettingsEnvironment {
  /** JSON; see schemas/settings.schema.json. */
  BAKERY_SETTINGS?: string;
  /** Set by Lambda; the region unless the settings name one. */
  AWS_REGION?: string;
}

/**
 * The settings of this deployment.
 * @throws SettingsError with every problem
 */
export function readSettings(environment: SettingsEnvironment): Settings {
  const { BAKERY_SETTINGS: text, AWS_REGION: region } = environment;
  if (text === undefined || text === '')
    throw whole(
      undefined,
      'is not set',
      'Set the environment variable BAKERY_SETTINGS to the settings, as JSON.',
    );
  let written: unknown;
  try {
    written = JSON.parse(text);
  } catch (error) {
    throw whole(
      shown(text),
      `is not JSON: ${(error as Error).message}`,
      'Write the settings as one JSON object.',
    );
  }
  if (typeof written !== 'object' || written === null || Array.isArray(written))
    throw whole(shown(written), 'is not an object', 'Write the settings as one JSON object.');
  return checkSettings({ region, ...written });
}

/** The same for settings that are an object already. */
export function checkSettings(written: Record<string, unknown>): Settings {
  const result = z.safeParse(settingsSchema, written);
  const problems = [
    ...(result.success ? [] : result.error.issues.flatMap((issue) => describeIssue(issue, written))),
    ...checkBetweenFields(written),
  ].sort((a, b) => a.path.localeCompare(b.path));
  if (result.success && problems.length === 0) return result.data;
  throw new SettingsError(problems);
}

const whole = (value: string | undefined, problem: string, fix: string) =>
  new SettingsError([{ path: '', value, problem, fix }]);

/** A schema's finding in the words of a settings problem. */
export function describeIssue(issue: z.core.$ZodIssue, written: unknown): SettingsProblem[] {
  const path = issue.path.map(String).join('.');
  const value = shown(valueAt(written, issue.path));
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => ({
        path: path === '' ? key : `${path}.${key}`,
        value: shown(valueAt(written, [...issue.path, key])),
        problem: 'is not a setting',
        fix: 'Remove it or correct its name; schemas/settings.schema.json lists them all.',
      }));
    case 'invalid_type':
      return value === undefined
        ? [{ path, value, problem: 'is missing', fix: `Set it to a value of type ${issue.expected}.` }]
        : [{ path, value, problem: 'has the wrong type', fix: `Write a value of type ${issue.expected}.` }];
    case 'invalid_value':
      return [
        { path, value, problem: 'is not one of the choices', fix: `Write ${issue.values.join(' or ')}.` },
      ];
    case 'invalid_format':
      return [{ path, value, problem: 'is not well formed', fix: issue.message }];
    case 'too_small':
      return [{ path, value, problem: 'is too small or too short', fix: `The least is ${issue.minimum}.` }];
    case 'too_big':
      return [{ path, value, problem: 'is too large or too long', fix: `The most is ${issue.maximum}.` }];
    default:
      return [{ path, value, problem: 'is not valid', fix: issue.message }];
  }
}

const valueAt = (root: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>(
    (value, key) => (typeof value === 'object' && value !== null ? (value as never)[key] : undefined),
    root,
  );
