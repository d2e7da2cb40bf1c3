import type { ProblemCode } from '../../src/lib/definitions/problem-codes';

interface Bomb {
  /** Small to write, or a megabyte; made when it is needed. */
  text: () => string;
  code: ProblemCode;
}

const lines = (count: number, line: (index: number) => string) =>
  Array.from({ length: count }, (_, n) => line(n)).join('\n');
const head = 'version: 1\nimages:\n';
const plain = '{ base: template, template: w/ }';

/** Texts of bakery.yml that were written to take time or memory, by what they use. */
export const bombs: Record<string, Bomb> = {
  'brackets in one line': { text: () => '['.repeat(900_000), code: 'TOO_LARGE' },
  'brackets in many lines': { text: () => '[\n'.repeat(100_000), code: 'TOO_LARGE' },
  'braces that are keys': { text: () => '{\n'.repeat(100_000), code: 'TOO_LARGE' },
  'brackets closed in quotes': {
    text: () => `a:\n${'     ["]",\n'.repeat(20_000)}${' ]\n'.repeat(20_000)}`,
    code: 'TOO_LARGE',
  },
  'brackets closed in comments': {
    text: () => `a:\n${'     [ # ]\n'.repeat(20_000)}${' ]\n'.repeat(20_000)}`,
    code: 'TOO_LARGE',
  },
  'lists in lists': { text: () => '- '.repeat(9_000), code: 'TOO_LARGE' },
  'keys of keys': { text: () => '? '.repeat(9_000), code: 'TOO_LARGE' },
  'maps in maps': { text: () => lines(1_400, (n) => `${' '.repeat(n)}a:`), code: 'TOO_LARGE' },
  'anchors in anchors': { text: () => lines(9_000, (n) => `&a${n}`), code: 'YAML_SYNTAX' },
  'billion laughs': {
    text: () => `a0: &a0 [lol]\n${lines(40, (n) => `a${n + 1}: &a${n + 1} [*a${n}, *a${n}]`)}`,
    code: 'ALIAS_LIMIT',
  },
  'merges of merges': {
    text: () => `a0: &a0 { k: 1 }\n${lines(40, (n) => `a${n + 1}: &a${n + 1} { <<: [*a${n}, *a${n}] }`)}`,
    code: 'ALIAS_LIMIT',
  },
  'an alias inside its anchor': { text: () => 'a: &a [*a]', code: 'ALIAS_LIMIT' },
  'a long text in many aliases': {
    text: () =>
      `x: &x |\n  ${'a\n  '.repeat(150_000)}\nimages:\n${lines(9_000, (n) => `  w${n}: { base: *x }`)}`,
    code: 'ALIAS_LIMIT',
  },
  'a long filter in many aliases': {
    text: () =>
      `${head}  a: { base: &b 'ami-filter:{"owners": ["amazon"], "name": [${'"aaa", '.repeat(650)}"a"]}', template: w/ }\n` +
      lines(9_000, (n) => `  w${n}: { base: *b, template: w/ }`),
    code: 'ALIAS_LIMIT',
  },
  'brackets in a filter': {
    text: () => `${head}  w: { base: 'ami-filter:${'['.repeat(2_900)}', template: w/ }`,
    code: 'BAD_BASE',
  },
  'defaults of many images': {
    text: () =>
      `version: 1\ndefaults:\n  variables:\n${lines(100, (n) => `    v${n}: ${'x'.repeat(4_000)}`)}\nimages:\n` +
      lines(9_000, (n) => `  w${n}: ${plain}`),
    code: 'TOO_LARGE',
  },
  'variables of many images': {
    text: () =>
      `version: 1\ndefaults:\n  variables:\n${lines(30_000, (n) => `    v${n}: x`)}\nimages:\n` +
      lines(9_000, (n) => `  w${n}: ${plain}`),
    code: 'TOO_LARGE',
  },
  'architectures of one image': {
    text: () =>
      `${head}  web: { base: template, template: w/, architectures: [${'arm64,\n      '.repeat(50_000)}] }`,
    code: 'TOO_MANY_IMAGES',
  },
  'more images than one bakery plans': {
    text: () => head + lines(10_001, (n) => `  web-${n}: ${plain}`),
    code: 'TOO_MANY_IMAGES',
  },
  'images that are all wrong': {
    text: () => head + lines(9_000, (n) => `  Web ${n}: { base: image:x, template: ../w, zzz: 1, tags: [] }`),
    code: 'MORE_PROBLEMS',
  },
  'images on each other in one circle': {
    text: () => head + lines(9_000, (n) => `  w${n}: { base: image:w${(n + 1) % 9_000}, template: w/ }`),
    code: 'CYCLE',
  },
  'bases that are nearly right': {
    text: () => head + lines(9_000, (n) => `  web-image-${n}: { base: image:web-imago-${n}, template: w/ }`),
    code: 'UNKNOWN_BASE',
  },
  'schedules that differ': {
    text: () =>
      head +
      lines(
        5_000,
        (n) =>
          `  w${n}: { base: ${n === 0 ? 'template' : `image:w${n - 1}`}, template: w/, rebake: { cron: "${n % 60} ${n % 24} * * ${n % 7}", timezone: Nowhere/X${n} } }`,
      ),
    code: 'BAD_TIMEZONE',
  },
  'fields that do not exist': { text: () => lines(30_000, (n) => `f${n}: 1`), code: 'UNKNOWN_FIELD' },
  'the same key': { text: () => `${head}${lines(30_000, () => '  web: 1')}`, code: 'YAML_SYNTAX' },
  'a long name': {
    text: () => `${head}  ? ${'x'.repeat(15_000)}\n  : {\n${lines(300, (n) => `    u${n}: 1,`)} }`,
    code: 'BAD_NAME',
  },
  documents: { text: () => '---\n'.repeat(50_000), code: 'MULTIPLE_DOCUMENTS' },
  errors: { text: () => ']\n'.repeat(100_000), code: 'YAML_SYNTAX' },
  comments: { text: () => '#\n'.repeat(200_000), code: 'WRONG_TYPE' },
  'a line': { text: () => `a: ${'b'.repeat(900_000)}`, code: 'TOO_LARGE' },
  'more than a megabyte': { text: () => 'a: b\n'.repeat(200_001), code: 'TOO_LARGE' },
};
