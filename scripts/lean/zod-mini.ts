/**
 * What the bakery's schemas use of `zod/mini`, in its place in a function's bundle: zod takes seven milliseconds of every
 * cold start to load and to build forty schemas, this takes less than one. Everywhere else, and for types and JSON
 * Schemas, zod itself is used; test/scripts/lean-zod.test.ts holds the two against each other. A schema that needs more
 * than is here fails the bundling, by name.
 */

/** Fields of zod's issues that somebody reads. */
interface Issue {
  code: string;
  path: PropertyKey[];
  message: string;
  /** Whether later checks of the same value make sense; not in what `safeParse` returns. */
  goOn?: boolean | undefined;
  expected?: string;
  keys?: string[];
  values?: readonly unknown[];
  minimum?: number;
  maximum?: number;
}

interface Check {
  /** Runs even where the value was refused, as long as it has a length; zod's checks of lengths do. */
  ofLength?: boolean;
  find(value: never): Omit<Issue, 'path' | 'message'> | undefined;
  message?: string | undefined;
}

type Parse = (value: unknown, issues: Issue[]) => unknown;
type Shape = Record<string, Schema>;

interface About {
  /** What an absent field does; without it the field is required. */
  absent?: 'left out' | 'filled in';
  /** Of a literal or an enum. */
  values?: readonly unknown[];
  shape?: Shape;
  others?: Others;
}

/** What an object does with fields that it has no schema for. */
type Others = 'refused' | 'dropped' | 'kept';

const noMessage = 'Invalid input';

class Schema {
  constructor(
    readonly parse: Parse,
    readonly about: About = {},
    readonly checks: readonly Check[] = [],
  ) {}

  check(...more: Check[]): Schema {
    return new Schema(this.parse, this.about, [...this.checks, ...more]);
  }

  run(value: unknown, issues: Issue[]): unknown {
    const parsed = this.parse(value, issues);
    for (const { find, ofLength, message = noMessage } of this.checks) {
      const stop = ofLength
        ? issues.some(({ goOn }) => goOn === false) || !hasLength(parsed)
        : issues.some(({ goOn }) => goOn !== true);
      const found = stop ? undefined : find(parsed as never);
      if (found !== undefined) issues.push({ goOn: true, ...found, path: [], message });
    }
    return parsed;
  }
}

const hasLength = (value: unknown): boolean =>
  value !== null && value !== undefined && (value as { length?: unknown }).length !== undefined;

const wrongType = (expected: string): Issue => ({
  code: 'invalid_type',
  expected,
  path: [],
  message: noMessage,
});

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const ofType = (expected: string, is: (value: unknown) => boolean) => (): Schema =>
  new Schema((value, issues) => {
    if (!is(value)) issues.push(wrongType(expected));
    return value;
  });

export const string = ofType('string', (value) => typeof value === 'string');
export const boolean = ofType('boolean', (value) => typeof value === 'boolean');
export const number = ofType('number', (value) => Number.isFinite(value));

export const int = (): Schema =>
  number().check({
    find: (value: number) => {
      if (!Number.isInteger(value)) return { code: 'invalid_type', expected: 'int', goOn: false };
      if (Number.isSafeInteger(value)) return undefined;
      return value > 0
        ? { code: 'too_big', maximum: Number.MAX_SAFE_INTEGER }
        : { code: 'too_small', minimum: Number.MIN_SAFE_INTEGER };
    },
  });

const oneOf = (values: readonly unknown[]): Schema =>
  new Schema(
    (value, issues) => {
      if (!values.includes(value))
        issues.push({ code: 'invalid_value', values, path: [], message: noMessage });
      return value;
    },
    { values },
  );

export { oneOf as enum };
export const literal = (value: unknown): Schema => oneOf([value]);

export const array = (element: Schema): Schema =>
  new Schema((value, issues) => {
    if (!Array.isArray(value)) {
      issues.push(wrongType('array'));
      return value;
    }
    return Array.from(value as unknown[], (entry, index) => within(element, entry, index, issues));
  });

function within(schema: Schema, value: unknown, key: PropertyKey, issues: Issue[]): unknown {
  const found: Issue[] = [];
  const parsed = schema.run(value, found);
  for (const issue of found) issues.push({ ...issue, path: [key, ...issue.path] });
  return parsed;
}

const objectOf = (shape: Shape, others: Others): Schema =>
  new Schema(
    (value, issues) => {
      if (!isObject(value)) {
        issues.push(wrongType('object'));
        return value;
      }
      const parsed: Record<string, unknown> = {};
      for (const key of Object.keys(shape)) {
        const schema = shape[key]!;
        const isThere = key in value;
        if (!isThere && schema.about.absent === 'left out') continue;
        const field = within(schema, value[key], key, issues);
        if (isThere || schema.about.absent === 'filled in') parsed[key] = field;
      }
      if (others === 'dropped') return parsed;
      const keys = Object.keys(value).filter((key) => !Object.hasOwn(shape, key));
      if (others === 'refused' && keys.length > 0)
        issues.push({ code: 'unrecognized_keys', keys, goOn: true, path: [], message: noMessage });
      if (others === 'kept') for (const key of keys) if (key !== '__proto__') parsed[key] = value[key];
      return parsed;
    },
    { shape, others },
  );

export const object = (shape: Shape): Schema => objectOf(shape, 'dropped');
export const strictObject = (shape: Shape): Schema => objectOf(shape, 'refused');
export const looseObject = (shape: Shape): Schema => objectOf(shape, 'kept');
export const extend = ({ about }: Schema, more: Shape): Schema =>
  objectOf({ ...about.shape, ...more }, about.others ?? 'dropped');

export const record = (key: Schema, entry: Schema): Schema =>
  new Schema((value, issues) => {
    if (!isObject(value)) {
      issues.push(wrongType('record'));
      return value;
    }
    const parsed: Record<string, unknown> = {};
    for (const name of Object.keys(value)) {
      if (name === '__proto__') continue;
      const found: Issue[] = [];
      key.run(name, found);
      if (found.length > 0) issues.push({ code: 'invalid_key', path: [name], message: noMessage });
      else parsed[name] = within(entry, value[name], name, issues);
    }
    return parsed;
  });

export function discriminatedUnion(field: string, options: Schema[]): Schema {
  const byValue = new Map<unknown, Schema>();
  for (const option of options)
    for (const value of option.about.shape?.[field]?.about.values ?? []) byValue.set(value, option);
  return new Schema((value, issues) => {
    if (!isObject(value)) {
      issues.push(wrongType('object'));
      return value;
    }
    const option = byValue.get(value[field]);
    if (option !== undefined) return option.run(value, issues);
    issues.push({ code: 'invalid_union', path: [field], message: noMessage });
    return value;
  });
}

export const optional = (schema: Schema): Schema =>
  new Schema((value, issues) => (value === undefined ? value : schema.run(value, issues)), {
    absent: 'left out',
  });

const copyOf = (value: unknown): unknown =>
  Array.isArray(value) ? [...(value as unknown[])] : isObject(value) ? { ...value } : value;

/** The default is not checked. */
export const _default = (schema: Schema, value: unknown): Schema =>
  new Schema((given, issues) => (given === undefined ? copyOf(value) : schema.run(given, issues)), {
    absent: 'filled in',
  });

/** The default is checked, and completed by the defaults within. */
export const prefault = (schema: Schema, value: unknown): Schema =>
  new Schema((given, issues) => schema.run(given === undefined ? copyOf(value) : given, issues), {
    absent: 'filled in',
  });

export const describe = (): Check => ({ find: () => undefined });

export const regex = (rule: RegExp, message?: string): Check => ({
  find: (value: string) => (rule.test(value) ? undefined : { code: 'invalid_format' }),
  message,
});

export const refine = (holds: (value: never) => unknown): Check => ({
  find: (value) => (holds(value) ? undefined : { code: 'custom' }),
});

/** Of a text in characters: a pair of surrogates is one. */
const lengthOf = (value: string | unknown[]): number =>
  typeof value === 'string' ? [...value].length : value.length;

const atLeast = (minimum: number, holds: (value: never) => boolean, ofLength: boolean): Check => ({
  find: (value) => (holds(value) ? undefined : { code: 'too_small', minimum }),
  ofLength,
});
const atMost = (maximum: number, holds: (value: never) => boolean, ofLength: boolean): Check => ({
  find: (value) => (holds(value) ? undefined : { code: 'too_big', maximum }),
  ofLength,
});

export const minLength = (least: number): Check => atLeast(least, (value) => lengthOf(value) >= least, true);
export const maxLength = (most: number): Check => atMost(most, (value) => lengthOf(value) <= most, true);
export const gte = (least: number): Check => atLeast(least, (value) => value >= least, false);
export const lte = (most: number): Check => atMost(most, (value) => value <= most, false);
export const positive = (): Check => atLeast(0, (value) => value > 0, false);

export function safeParse(schema: Schema, value: unknown) {
  const issues: Issue[] = [];
  const data = schema.run(value, issues);
  return issues.length === 0
    ? { success: true as const, data }
    : {
        success: false as const,
        error: { issues: issues.map(({ goOn: _, ...issue }) => issue) },
      };
}
