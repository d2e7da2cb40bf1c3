import fc from 'fast-check';

/** Texts that programs stumble over. */
export const notorious: readonly string[] = [
  '',
  ' ',
  '__proto__',
  'constructor',
  'hasOwnProperty',
  'toString',
  'valueOf',
  'prototype',
  'length',
  'then',
  'toJSON',
  '\0',
  '\uFEFF',
  '\uD800',
  '\uDC00\uD800',
  '\u202Egnp.exe',
  '\u2028\u2029',
  '\u001B[31mred\u001B[0m',
  'a\r\nb',
  '\t\t',
  'e\u0301\u0327\u0327\u0327',
  '👩‍👩‍👧‍👦',
  'İıſK',
  'NaN',
  '-0',
  '1e400',
  '0x10',
  '010',
  '9007199254740993',
  'null',
  '~',
  'yes',
  '..',
  '../../etc/passwd',
  '/',
  '//',
  '.git/config',
  '${env.SECRET}',
  '{{user `x`}}',
  "'; rm -rf / #",
  '*',
  '&a',
  '!!binary aGk=',
  '<<',
  '- - - -',
  '%s%n',
  'a'.repeat(300),
  'é'.repeat(5_000),
];

export const hostileText: fc.Arbitrary<string> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...notorious) },
  { weight: 2, arbitrary: fc.string({ maxLength: 40 }) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
  { weight: 1, arbitrary: fc.string({ unit: 'grapheme', maxLength: 20 }) },
);

/** A list in a list in a list. */
export function nested(levels: number): unknown {
  let value: unknown = [];
  for (let level = 1; level < levels; level++) value = [value];
  return value;
}

const hostileNumber = fc.oneof(
  fc.double(),
  fc.integer(),
  fc.constantFrom(0, -0, -1, 0.5, 2 ** 31, 2 ** 53, 2 ** 53 + 2, 1e21, 1e308, Number.MAX_VALUE, 5e-324),
);

/** Any JSON value, the awkward ones first. */
export const hostileValue: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 4, arbitrary: hostileText },
  { weight: 2, arbitrary: hostileNumber.filter(Number.isFinite) },
  { weight: 2, arbitrary: fc.constantFrom<unknown>(null, true, false, [], {}, [null], [[]]) },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
  { weight: 1, arbitrary: fc.array(hostileText, { maxLength: 5 }) },
  {
    weight: 2,
    arbitrary: fc
      .array(fc.tuple(hostileText, fc.oneof(hostileText, hostileNumber)), { maxLength: 4 })
      .map((entries) => withOwn({}, entries)),
  },
);

/** Sets own properties as JSON.parse does: `__proto__` is a field like any other. */
function withOwn<T extends object>(holder: T, entries: readonly (readonly [string, unknown])[]): T {
  for (const [key, value] of entries)
    // No text makes a list with named members: JSON and YAML have none.
    if (Array.isArray(holder) && !/^\d{1,4}$/.test(key)) holder.push(value);
    else Object.defineProperty(holder, key, { value, writable: true, enumerable: true, configurable: true });
  return holder;
}

interface Mutation {
  pick: number;
  kind: 'replace' | 'remove' | 'add' | 'rename' | 'exchange';
  key: string;
  value: unknown;
}

const mutation: fc.Arbitrary<Mutation> = fc.record({
  pick: fc.nat(),
  kind: fc.constantFrom('replace', 'remove', 'add', 'rename', 'exchange'),
  key: hostileText,
  value: hostileValue,
});

/** A valid document with a few places of it changed: what a mistake, or an attacker who knows the format, would write. */
export const mutated = <T>(...documents: readonly [T, ...T[]]): fc.Arbitrary<unknown> =>
  fc
    .tuple(fc.constantFrom(...documents), fc.array(mutation, { minLength: 1, maxLength: 4 }))
    .map(([document, mutations]) => mutations.reduce<unknown>(mutate, structuredClone(document)));

type Holder = Record<string, unknown>;

function mutate(document: unknown, { pick, kind, key, ...mutation }: Mutation): unknown {
  // A copy: the next mutation may change what this one puts in.
  const value = structuredClone(mutation.value);
  const places = [...placesIn(document)];
  const place = places[pick % Math.max(1, places.length)];
  if (place === undefined) return value;
  const [holder, at] = place;
  const { [at]: old } = holder;
  if (kind === 'replace') withOwn(holder, [[at, value]]);
  else if (kind === 'add') withOwn(holder, [[key, value]]);
  else if (kind === 'exchange') {
    const [other, there] = places[(pick * 7) % places.length]!;
    withOwn(holder, [[at, structuredClone(other[there])]]);
  } else {
    if (Array.isArray(holder)) holder.splice(Number(at), 1);
    else delete holder[at];
    if (kind === 'rename') withOwn(holder, [[key, old]]);
  }
  return document;
}

function* placesIn(value: unknown): Generator<[Holder, string]> {
  if (typeof value !== 'object' || value === null) return;
  for (const key of Object.keys(value)) {
    yield [value as Holder, key];
    yield* placesIn((value as Holder)[key]);
  }
}
