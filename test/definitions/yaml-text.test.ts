import { readYamlText } from '../../src/lib/definitions/yaml-text';

const top = { line: 1, column: 1 };
const nowhere = { line: 0, column: 0 };

describe('a text that is too large is refused before it is read, for the whole file', () => {
  const nested = (levels: number) => `The file is nested ${levels} levels deep; at most 60 are read.`;
  it.each([
    [
      'characters',
      'a\n'.repeat(500_001),
      'The file has 1000002 characters; at most 1000000 are read.',
      'Split it into several bakeries.',
    ],
    [
      'a long line, not the last',
      `# ${'x'.repeat(20_000)}\na: 1\n`,
      'The file has a line of 20002 characters; at most 20000 are read.',
      'Write one entry a line.',
    ],
    ['lists in lists', '['.repeat(62) + ']'.repeat(62), nested(61), 'Write it flatter.'],
    ['lists in lists, by lines', `${'- '.repeat(61)}x`, nested(61), 'Write it flatter.'],
    ['maps in maps', `${'{a: '.repeat(61)}x${'}'.repeat(61)}`, nested(61), 'Write it flatter.'],
    ['maps as keys', `${'{? '.repeat(61)}x${' }'.repeat(61)}`, nested(61), 'Write it flatter.'],
    ['a second document', `a: 1\n---\n${'- '.repeat(61)}x`, nested(61), 'Write it flatter.'],
    [
      'beside something flat',
      `a: ${'['.repeat(62)}${']'.repeat(62)}\nb: 1\n`,
      nested(62),
      'Write it flatter.',
    ],
  ])('%s', (_, text, message, fix) => {
    const { value, findings, locate, source } = readYamlText(text);
    expect(value).toBeUndefined();
    expect(findings).toEqual([{ code: 'TOO_LARGE', path: [], message, fix }]);
    expect(locate(['a'])).toEqual(nowhere);
    expect(source(['a'])).toBeUndefined();
  });

  it.each([
    ['lists', '['.repeat(61) + ']'.repeat(61)],
    ['lists by lines', `${'- '.repeat(60)}x`],
    ['maps', `${'{a: '.repeat(60)}x${'}'.repeat(60)}`],
    ['many that are not in one another', '- [[]]\n'.repeat(200)],
  ])('60 levels of %s are not', (_, text) => {
    const { value, findings } = readYamlText(text);
    expect(findings).toEqual([]);
    expect(value).toBeDefined();
  });
});

describe('a text that expands to too many values is refused', () => {
  const limit = {
    code: 'ALIAS_LIMIT',
    path: [],
    place: top,
    message: 'The file expands to too many values, or an alias contains itself.',
    fix: 'Use fewer aliases, and none inside its own anchor.',
  };
  /** The list holds 1 + 99 texts, the other 2,000 times that: with map, keys and itself 200,106 values and more by text. */
  const repeated = (times: number, text = 'x') =>
    [
      `a: &a [${Array.from({ length: 98 }, () => text).join(',')}]`,
      'b:',
      ...Array.from({ length: times }, () => '  - *a'),
      '',
    ].join('\n');
  it.each([
    ['a list in itself', 'a: &a [*a]'],
    ['a map in itself', 'a: &a\n  b: *a'],
    ['a merge of itself', 'a: &a { <<: *a }'],
    ['a list, repeated', repeated(2_030)],
    ['long texts, repeated', repeated(1_100, `"${'x'.repeat(64)}"`)],
    ['maps, repeated', repeated(800, '{ k: v }')],
  ])('%s', (_, text) => {
    const { value, findings } = readYamlText(text);
    expect(findings).toEqual([limit]);
    expect(value).toBeUndefined();
  });

  it.each([
    ['a list, less often', repeated(1_900)],
    ['shorter texts', repeated(1_100, `"${'x'.repeat(60)}"`)],
    ['maps, less often', repeated(600, '{ k: v }')],
    ['a text that stands alone', `a: &a ${'x'.repeat(10_000)}\nb: *a\n`],
  ])('%s is not', (_, text) => {
    const { value, findings } = readYamlText(text);
    expect(findings).toEqual([]);
    expect(value).toBeDefined();
  });
});

describe('of errors', () => {
  const errors = (text: string) => readYamlText(text).findings.length;
  it.each([
    [299, 299],
    [300, 300],
    [301, 300],
    [900, 300],
  ])('of %i, %i are told', (count, told) => {
    expect(errors(']\n'.repeat(count))).toBe(told);
  });

  it('what is no error is read however much there is of it', () => {
    expect(readYamlText(`${'# x\n\n'.repeat(500)}a: 1\n`)).toMatchObject({ value: { a: 1 }, findings: [] });
  });

  it('each has its place and what to do', () => {
    const { value, findings } = readYamlText('a: 1\nb: {');
    expect(findings).toEqual([
      {
        code: 'YAML_SYNTAX',
        path: [],
        place: { line: 2, column: 5 },
        message: 'Flow map in block collection must be sufficiently indented and end with a }.',
        fix: 'Correct the YAML here.',
      },
    ]);
    expect(value).toBeUndefined();
  });

  it('those that leave no doubt of the values come with the values, so that those are checked as well', () => {
    expect(readYamlText('a: 1\na: 2\n')).toMatchObject({
      value: { a: 2 },
      findings: [
        {
          code: 'YAML_SYNTAX',
          path: [],
          place: { line: 2, column: 1 },
          message: 'The key "a" stands twice in one map.',
          fix: 'Remove one of the two.',
        },
      ],
    });
    expect(readYamlText('a: 1\n---\nb: 1\n')).toMatchObject({
      value: { a: 1 },
      findings: [{ code: 'MULTIPLE_DOCUMENTS', path: [], place: { line: 2, column: 1 } }],
    });
  });

  it.each(['__proto__: 1', '? [a]\n: 1', 'a: *b', 'a: { <<: 1 }'])('others come without: %s', (text) => {
    const { value, findings } = readYamlText(text);
    expect(value).toBeUndefined();
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatchObject({ path: [] });
  });
});

it.each(['', '# soon\n', '~'])('%j is nothing, at its beginning', (text) => {
  const { value, findings, locate, source } = readYamlText(text);
  expect([value, findings]).toEqual([null, []]);
  expect([locate([]), locate(['a']), locate(['a', 0])]).toEqual([top, top, top]);
  expect(source(['a'])).toBeUndefined();
});

describe('where something stands, and how it is written', () => {
  const text = `a: &a { k: 1.10, l: "x" }
b:
  <<: *a
  l: 2
c:
  l: 3
  <<: [*a, { l: 4, m: 5 }]
d: &d { <<: *a, n: 6 }
e: { <<: *d }
f: [x, [y, 'z'], *a, null]
g: *a
h:
i: ""
"<<": { q: 7 }
j: { text: long }
`;
  type Case = [path: (string | number)[], value: [number, number], key: [number, number], source?: string];
  const cases: Case[] = [
    [[], [1, 1], [1, 1]],
    [['a'], [1, 7], [1, 1]],
    [['a', 'k'], [1, 12], [1, 9], '1.10'],
    [['a', 'l'], [1, 21], [1, 18], 'x'],
    // What a map does not have is at the map's key.
    [
      ['a', 'z'],
      [1, 1],
      [1, 1],
    ],
    [
      ['a', 'k', 'z'],
      [1, 9],
      [1, 9],
    ],
    [
      ['z', 'z'],
      [1, 1],
      [1, 1],
    ],
    // Merged: where it is written. What is written in the map itself wins, then the first that is merged.
    [['b', 'k'], [1, 12], [1, 9], '1.10'],
    [['b', 'l'], [4, 6], [4, 3], '2'],
    [['c', 'l'], [6, 6], [6, 3], '3'],
    [['c', 'm'], [7, 23], [7, 20], '5'],
    [['c', 'k'], [1, 12], [1, 9], '1.10'],
    [['e', 'k'], [1, 12], [1, 9], '1.10'],
    [['e', 'n'], [8, 20], [8, 17], '6'],
    [
      ['b', '<<'],
      [2, 1],
      [2, 1],
    ],
    [['f', 0], [10, 5], [10, 5], 'x'],
    [['f', 1, 1], [10, 12], [10, 12], 'z'],
    [
      ['f', 1, 2],
      [10, 8],
      [10, 8],
    ],
    [['f', 3], [10, 22], [10, 22], 'null'],
    [
      ['f', 9],
      [10, 1],
      [10, 1],
    ],
    [
      ['f', 'length'],
      [10, 1],
      [10, 1],
    ],
    [
      ['f', 0, 0],
      [10, 5],
      [10, 5],
    ],
    [['f', 2, 'k'], [1, 12], [1, 9], '1.10'],
    // An alias is where it is written, what is in it where the anchor is.
    [
      ['f', 2],
      [10, 18],
      [10, 18],
    ],
    [['g'], [11, 4], [11, 1]],
    [['g', 'l'], [1, 21], [1, 18], 'x'],
    [['h'], [12, 3], [12, 1], ''],
    [['i'], [13, 4], [13, 1], ''],
    // Quoted, it is a key like others.
    [['<<'], [14, 7], [14, 1]],
    [['<<', 'q'], [14, 12], [14, 9], '7'],
    [['q'], [1, 1], [1, 1]],
    [
      ['j', 'text', 0],
      [15, 6],
      [15, 6],
    ],
  ];
  it.each(cases.map(([path, value, key, source]) => [path, value, key, source] as const))(
    '%j',
    (path, [line, column], [keyLine, keyColumn], written) => {
      const { locate, source, findings } = readYamlText(text);
      expect(findings).toEqual([]);
      expect(locate(path)).toEqual({ line, column });
      expect(locate(path, 'value')).toEqual({ line, column });
      expect(locate(path, 'key')).toEqual({ line: keyLine, column: keyColumn });
      expect(source(path)).toBe(written);
    },
  );

  it('the values are those that the places are of', () => {
    expect(readYamlText(text).value).toMatchObject({
      b: { k: 1.1, l: 2 },
      c: { k: 1.1, l: 3, m: 5 },
      e: { k: 1.1, l: 'x', n: 6 },
      '<<': { q: 7 },
    });
  });
});
