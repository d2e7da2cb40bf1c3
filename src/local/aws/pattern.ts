/**
 * The pattern language that EventBridge rules and SNS filter policies share: a leaf is a list of alternatives, each a
 * literal or a matcher; nested objects must all match.
 */
export type Pattern = { [key: string]: Pattern | Alternative[] };

export type Alternative =
  | string
  | number
  | boolean
  | null
  | { prefix: string }
  | { suffix: string }
  | { 'anything-but': Literal | Literal[] | { prefix: string } }
  | { exists: boolean }
  | { numeric: (string | number)[] };

type Literal = string | number | boolean | null;

/** Whether a value (an event, or a message's attributes by name) satisfies every part of the pattern. */
export function matchesPattern(pattern: Pattern, value: unknown): boolean {
  return Object.entries(pattern).every(([key, part]) => {
    const member = isObject(value) ? value[key] : undefined;
    return Array.isArray(part) ? part.some((one) => matchesOne(one, member)) : matchesPattern(part, member);
  });
}

/** A list satisfies an alternative when one of its members does; a missing one only `exists: false`. */
function matchesOne(alternative: Alternative, value: unknown): boolean {
  if (isObject(alternative) && 'exists' in alternative) return (value !== undefined) === alternative.exists;
  if (value === undefined) return false;
  const values: unknown[] = Array.isArray(value) ? value : [value];
  return values.some((member) => matchesValue(alternative, member));
}

function matchesValue(alternative: Alternative, value: unknown): boolean {
  if (!isObject(alternative)) return value === alternative;
  if ('prefix' in alternative)
    return typeof value === 'string' && value.startsWith(String(alternative.prefix));
  if ('suffix' in alternative) return typeof value === 'string' && value.endsWith(String(alternative.suffix));
  if ('anything-but' in alternative) return !matchesAny(alternative['anything-but'], value);
  if ('numeric' in alternative) return matchesNumber(alternative.numeric, value);
  throw new Error(`The local AWS does not know the matcher ${JSON.stringify(alternative)}`);
}

function matchesAny(refused: Alternative | Alternative[], value: unknown): boolean {
  return (Array.isArray(refused) ? refused : [refused]).some((one) => matchesValue(one, value));
}

function matchesNumber(conditions: (string | number)[], value: unknown): boolean {
  if (typeof value !== 'number') return false;
  for (let i = 0; i < conditions.length; i += 2) {
    const limit = Number(conditions[i + 1]);
    const holds = {
      '=': value === limit,
      '<': value < limit,
      '<=': value <= limit,
      '>': value > limit,
      '>=': value >= limit,
    };
    if (!holds[conditions[i] as keyof typeof holds]) return false;
  }
  return true;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
