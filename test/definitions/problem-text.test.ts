import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readBakeryYml } from '../../src/lib/definitions/bakery-yml';
import { formatProblem } from '../../src/lib/definitions/problem';

/** All that is told of a text. */
const told = (text: string): string[] =>
  readBakeryYml(text, {
    bakery: 'shop',
    parameterPrefix: '/bakery/',
    upstreams: ['platform'],
  }).problems.map((problem) => formatProblem('', problem).replace(/^:/, ''));

const [, ...blocks] = readFileSync(join(import.meta.dirname, 'documents', 'problems.txt'), 'utf8').split(
  '\n# ',
);
const cases = blocks.map((block): [title: string, text: string, told: string[]] => {
  const [title = '', ...lines] = block.trimEnd().split('\n');
  const isTold = (line: string) => line.startsWith('=> ');
  const expected = lines.filter(isTold).map((line) => line.slice(3));
  const text = lines.filter((line) => !isTold(line)).join('\n');
  return [title, `${text}\n`, expected[0] === 'nothing' ? [] : expected];
});

describe('a person who writes bakery.yml is told where, what and what to do', () => {
  test.each(cases)('%s', (_, text, expected) => {
    expect(told(text)).toEqual(expected);
  });
});

const image = (fields: string) =>
  `version: 1\nimages:\n  web: { base: template, template: web/, ${fields} }\n`;
const commentLine = `#${'x'.repeat(9_998)}\n`;
const many = (count: number, entry: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => entry(index)).join(', ');

test.each<[string, string, string | undefined]>([
  ['40 tags', image(`tags: { ${many(40, (at) => `t${at}: a`)} }`), undefined],
  ['41 tags', image(`tags: { ${many(41, (at) => `t${at}: a`)} }`), 'WRONG_VALUE'],
  ['50 builders', image(`only: [${many(50, (at) => `b${at}`)}]`), undefined],
  ['51 builders', image(`only: [${many(51, (at) => `b${at}`)}]`), 'OUT_OF_RANGE'],
  ['a line of 20,000 characters', `${image('inputs: []')}#${'x'.repeat(19_999)}\n`, undefined],
  ['a line of 20,001 characters', `${image('inputs: []')}#${'x'.repeat(20_000)}\n`, 'TOO_LARGE'],
  ['1,000,000 characters', `${image('inputs: []')}`.padEnd(1_000_000, commentLine), undefined],
  ['1,000,001 characters', `${image('inputs: []')}`.padEnd(1_000_001, commentLine), 'TOO_LARGE'],
  [
    '200 problems',
    `version: 1\nimages: {}\n${many(200, (at) => `\nx${at}: 1`).replaceAll(', ', '')}`,
    'UNKNOWN_FIELD',
  ],
  [
    '201 problems',
    `version: 1\nimages: {}\n${many(201, (at) => `\nx${at}: 1`).replaceAll(', ', '')}`,
    'MORE_PROBLEMS',
  ],
])('%s', (_, text, code) => {
  const { problems, catalog } = readBakeryYml(text, { bakery: 'shop', parameterPrefix: '/bakery/' });
  expect(problems.at(-1)?.code).toBe(code);
  expect(catalog === undefined).toBe(code !== undefined);
});
