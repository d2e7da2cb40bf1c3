import type { SchemaIssue } from './bakery-schema';
import { isMisnamedImage, knownFields } from './bakery-schema';
import type { DocumentPath, Finding } from './finding';
import { show } from './finding';
import { nearMiss } from './near-miss';

/** Turns what the schema found into findings with the wrong value, what to do and a suggestion. */
export function schemaFindings(
  issues: readonly SchemaIssue[],
  value: unknown,
  source: (path: DocumentPath) => string | undefined,
): Finding[] {
  return issues.flatMap((issue) => one(issue, issue.path as DocumentPath, value, source));
}

function one(
  issue: SchemaIssue,
  path: DocumentPath,
  value: unknown,
  source: (path: DocumentPath) => string | undefined,
): Finding[] {
  const field = path.length === 0 ? 'The file' : `The field ${path.join('.')}`;
  const found = at(value, path);
  // YAML knows null, but not undefined.
  if (found === undefined) {
    return [
      { code: 'MISSING_FIELD', path, message: `${field} is missing.`, fix: `Add it. ${expectation(issue)}` },
    ];
  }
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => ({
        code: 'UNKNOWN_FIELD',
        path: [...path, key],
        part: 'key',
        message: `${path.length === 0 ? 'The file' : path.join('.')} has no field ${show(key)}.`,
        fix: 'Correct the name or remove the field.',
        suggest: () => nearMiss(key, knownFields(path)),
      }));
    case 'invalid_key':
      return [
        {
          code: 'BAD_NAME',
          path,
          part: 'key',
          message: `The name ${show(path.at(-1))} is not legal.`,
          fix: issue.issues[0]?.message ?? 'Use another name.',
          suggest: () => legalName(String(path.at(-1))),
        },
      ];
    case 'invalid_union':
      return union(issue, path, value, source);
    case 'invalid_type': {
      const written = issue.expected === 'string' && typeof found !== 'object' ? source(path) : undefined;
      return [
        {
          code: 'WRONG_TYPE',
          path,
          message: `${field} is ${show(found)}, not ${typeName(issue.expected)}.`,
          fix: written === undefined ? 'Correct the value, or remove the field.' : 'Put the value in quotes.',
          suggest: () => (written === undefined ? undefined : `'${written.slice(0, 60)}'`),
        },
      ];
    }
    case 'invalid_value':
      return [
        {
          code: 'WRONG_VALUE',
          path,
          message: `${field} is ${show(found)}.`,
          fix: expectation(issue),
          suggest: () => (typeof found === 'string' ? nearMiss(found, issue.values.map(String)) : undefined),
        },
      ];
    case 'too_big':
    case 'too_small': {
      const limit = issue.code === 'too_big' ? `at most ${issue.maximum}` : `at least ${issue.minimum}`;
      const unit = issue.origin === 'string' ? ' characters' : issue.origin === 'array' ? ' entries' : '';
      return [
        { code: 'OUT_OF_RANGE', path, message: `${field} is ${show(found)}.`, fix: `Use ${limit}${unit}.` },
      ];
    }
    default:
      return [{ code: 'WRONG_VALUE', path, message: `${field} is ${show(found)}.`, fix: issue.message }];
  }
}

/** Of a choice of shapes, the one that was meant is the one whose outer type fits. */
function union(
  issue: SchemaIssue & { code: 'invalid_union' },
  path: DocumentPath,
  value: unknown,
  source: (path: DocumentPath) => string | undefined,
): Finding[] {
  const meant = issue.errors.find((issues) =>
    issues.every((inner) => inner.path.length > 0 || !['invalid_type', 'invalid_value'].includes(inner.code)),
  );
  if (meant !== undefined)
    return meant.flatMap((inner) => one(inner, [...path, ...(inner.path as DocumentPath)], value, source));
  return [
    {
      code: 'WRONG_TYPE',
      path,
      message: `The field ${path.join('.')} is ${show(at(value, path))}.`,
      fix: issue.message,
    },
  ];
}

function expectation(issue: SchemaIssue): string {
  if (issue.code === 'invalid_value') return `Use ${issue.values.map((one) => String(one)).join(' or ')}.`;
  return issue.code === 'invalid_type' ? `It is ${typeName(issue.expected)}.` : issue.message;
}

const typeNames: Record<string, string> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a map',
  record: 'a map',
};
const typeName = (expected: string) => typeNames[expected] ?? expected;

const legalName = (name: string) => {
  const legal = name
    .toLowerCase()
    .slice(0, 63)
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+|-$/g, '');
  return legal.length >= 2 && legal !== name ? legal : undefined;
};

const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

/** The own value at a path; undefined where there is none. */
export function at(value: unknown, path: DocumentPath): unknown {
  let found = value;
  for (const step of path) {
    if (!isMap(found) || !Object.hasOwn(found, step)) return undefined;
    found = found[step];
  }
  return found;
}

/** Takes everything broken out of the value, so that the rest can be checked further in the same run. */
export function prune(value: unknown, issues: readonly SchemaIssue[]): void {
  for (const issue of issues) {
    if (isMisnamedImage(issue)) continue;
    const path = issue.path as DocumentPath;
    const broken = issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...path, key]) : [path];
    for (const one of broken) remove(value, one);
  }
}

function remove(value: unknown, path: DocumentPath): void {
  // A list is taken out whole: without an entry the places of the others would be wrong.
  for (let length = 1; length <= path.length; length++) {
    const holder = at(value, path.slice(0, length - 1));
    const step = path[length - 1]!;
    if (!isMap(holder)) return;
    if (length === path.length || Array.isArray(at(value, path.slice(0, length)))) {
      delete holder[step];
      return;
    }
  }
}
