import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { parse, stringify } from 'yaml';
import { readBakeryYml } from '../../src/lib/definitions/bakery-yml';
import {
  checkCommit,
  contentDigests,
  inputIds,
  pathsToList,
  pathsToRead,
} from '../../src/lib/definitions/commit-check';
import type { CommitView } from '../../src/lib/definitions/commit-view';
import { graphOf } from '../../src/lib/definitions/graph';
import type { Problem } from '../../src/lib/definitions/problem';
import { problemCodes } from '../../src/lib/definitions/problem-codes';
import { policyDigests } from '../../src/lib/planning/policy-digest';
import { bombs } from './bombs';
import { hostileText, hostileValue, mutated } from './hostile';
import { always, within } from './runs';

const root = join(import.meta.dirname, '../..');
const files = [
  'test/definitions/documents/platform.yml',
  'test/definitions/documents/shop.yml',
  'packer/platform/bakery.yml',
  'packer/app/bakery.yml',
];
const texts = files.map((file) => readFileSync(join(root, file), 'utf8')) as [string, ...string[]];
const documents = texts.map((text) => parse(text) as unknown) as [unknown, ...unknown[]];

const options = { bakery: 'golden', parameterPrefix: '/bakery/', upstreams: ['platform'] };

const codes = new Set(Object.keys(problemCodes));
function holdsOf(problems: Problem[]): void {
  for (const { code, message, fix, path, suggestion = '' } of problems) {
    expect(codes).toContain(code);
    for (const text of [message, fix, path, suggestion]) {
      expect(text.length).toBeLessThanOrEqual(1_000);
      expect(text).not.toMatch(/[\p{Cc}\p{Cs}\u2028-\u202E\u2066-\u2069]/u);
    }
  }
}

/** A catalog or errors, and everything that is done with a catalog takes it as it is. */
function holds(text: string, view: CommitView = empty): void {
  const read = within(5_000, () => readBakeryYml(text, options));
  holdsOf(read.problems);
  expect(read.catalog === undefined).toBe(read.problems.some(({ severity }) => severity === 'error'));
  if (read.catalog === undefined) return;
  const { catalog } = read;
  expect(JSON.parse(JSON.stringify(catalog))).toEqual(catalog);
  expect(graphOf(catalog).order).toHaveLength(catalog.images.length);
  for (const path of [...pathsToList(catalog), ...pathsToRead(catalog)])
    expect(path.split('/')).not.toContain('..');
  holdsOf(checkCommit(read, view));
  const keys = catalog.images.map(({ key }) => key);
  expect(Object.keys(contentDigests(catalog, inputIds(catalog, view))).sort()).toEqual(keys);
  expect(Object.keys(policyDigests(catalog)).sort()).toEqual(keys);
}

const empty: CommitView = { commitId: 'c0ffee', entry: () => undefined, text: () => undefined };

/** Things that YAML can say and JSON cannot, put into the text line by line. */
const yamlLine = fc.oneof(
  hostileText,
  fc.constantFrom(
    '<<: *a',
    'x: &a { base: template, template: w/ }',
    'x: &a [*a]',
    '? [a, b]\n: c',
    '!!set { a, b }',
    '!!omap [a: 1]',
    'd: !!timestamp 2026-11-22',
    'b: !!binary aGVsbG8=',
    'n: !!int 0xFFFFFFFFFFFFFFFFFFFF',
    'i: .inf',
    '%YAML 1.1',
    '%TAG ! tag:example.com,2000:',
    '---',
    '...',
    '- x',
    '# ]',
    '"]"',
    '    base: !foo bar',
    'images: {}',
    '"__pro\\u0074o__": 1',
    '*a : *a',
    'a: |\n  text',
    '\u0085\u00A0: 1',
  ),
);

interface Edit {
  at: number;
  kind: 'insert' | 'replace' | 'remove' | 'double' | 'indent';
  line: string;
}
const edit: fc.Arbitrary<Edit> = fc.record({
  at: fc.nat(),
  kind: fc.constantFrom('insert', 'replace', 'remove', 'double', 'indent'),
  line: yamlLine,
});

function apply(text: string, edits: readonly Edit[]): string {
  return edits
    .reduce((lines, { at, kind, line }) => {
      const index = at % (lines.length + 1);
      const old = lines[index] ?? '';
      const indent = /^ */.exec(old)![0];
      if (kind === 'insert') return lines.toSpliced(index, 0, indent + line);
      if (kind === 'remove') return lines.toSpliced(index, 1);
      return lines.toSpliced(
        index,
        1,
        ...(kind === 'replace' ? [indent + line] : kind === 'double' ? [old, old] : [` ${old}`]),
      );
    }, text.split('\n'))
    .join('\n');
}

describe('bakery.yml', () => {
  it('gives a catalog or problems for any text', () =>
    always<[string]>(150, [fc.oneof(fc.string({ unit: 'binary', maxLength: 300 }), hostileText)], (text) =>
      holds(text),
    ));

  it('for lines of real files changed into anything YAML', () =>
    always<[string, Edit[]]>(
      250,
      [fc.constantFrom(...texts), fc.array(edit, { minLength: 1, maxLength: 6 })],
      (text, edits) => holds(apply(text, edits)),
    ));

  it('for values and names of real files changed into any others', () =>
    always<[unknown]>(250, [mutated(...documents)], (document) => holds(stringify(document))));

  it('for any byte order mark, line end and encoding of it', () =>
    always<[string, string, string]>(
      60,
      [
        fc.constantFrom(...texts),
        fc.constantFrom('', '\uFEFF', '\uFEFF\uFEFF', '\uFFFE', '\0'),
        fc.constantFrom('\n', '\r\n', '\r', '\u2028', '\n\t', '\n\0'),
      ],
      (text, mark, end) => holds(mark + text.replaceAll('\n', end)),
    ));

  it('reads names of every object’s members like any other', () => {
    const image =
      '{ base: template, template: w/, variables: { constructor: a, toString: b }, tags: { hasOwnProperty: c } }';
    const read = readBakeryYml(
      `version: 1\nimages:\n  constructor: ${image}\n  valueof: ${image}\n`,
      options,
    );
    expect(read.problems).toEqual([]);
    expect(read.catalog?.images[0]).toMatchObject({
      key: 'constructor/x86_64',
      tags: { hasOwnProperty: 'c' },
    });
    expect(Object.entries(read.catalog!.images[0]!.variables)).toEqual([
      ['constructor', 'a'],
      ['toString', 'b'],
    ]);
  });

  describe('bombs, in a process whose heap is half of what the function has', () => {
    let told: Record<string, Defused> = {};
    beforeAll(() => {
      told = defuseApart();
    }, 180_000);

    it.each(Object.entries(bombs))('%s', (name, { code }) => {
      expect(told[name]).toBeDefined();
      const { problems, milliseconds, valid } = told[name]!;
      holdsOf(problems);
      expect(problems.map((problem) => problem.code)).toContain(code);
      expect(valid).toBe(false);
      expect(milliseconds).toBeLessThan(15_000);
    });
  });
});

interface Defused {
  name: string;
  problems: Problem[];
  milliseconds: number;
  valid: boolean;
}

/** Empty after the first bomb that the process did not live through. */
function defuseApart(): Record<string, Defused> {
  const program = join(import.meta.dirname, 'defuse.ts');
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ['--max-old-space-size=512', '--import', 'tsx', program],
    { cwd: root, encoding: 'utf8', maxBuffer: 100_000_000, env: { PATH: process.env['PATH'] } },
  );
  expect(stderr).toBe('');
  const lines = stdout.split('\n').filter((line) => line !== '');
  return Object.fromEntries(
    lines.map((line) => {
      const defused = JSON.parse(line) as Defused;
      return [defused.name, defused];
    }),
  );
}

describe('templates of a commit', () => {
  const catalogOf = (template: string, only: string[]) =>
    readBakeryYml(stringify({ version: 1, images: { web: { base: 'template', template, only } } }), options);
  const viewOf = (text: string): CommitView => ({
    commitId: 'c0ffee',
    entry: () => ({ kind: 'file', objectId: 'a'.repeat(40) }),
    text: () => text,
  });
  const classic = {
    builders: [{ type: 'amazon-ebs', name: 'web' }],
    variables: { a: 'b' },
    provisioners: [],
  };
  const hcl =
    'source "amazon-ebs" "web" {\n  x = 1\n}\nbuild {\n  name = "b"\n  sources = ["source.amazon-ebs.web"]\n}';

  it('of any content are told to be wrong, or not', () =>
    always<[string, string, string]>(
      200,
      [
        fc.constantFrom('web.json', 'web.pkr.hcl', 'web.pkr.json'),
        fc.oneof(
          mutated(classic).map((value) => JSON.stringify(value)),
          fc.array(edit, { maxLength: 4 }).map((edits) => apply(hcl, edits)),
          hostileText,
        ),
        hostileText.filter((text) => text.length > 0 && text.length <= 200),
      ],
      (template, text, only) => {
        const read = catalogOf(template, [only]);
        if (read.catalog !== undefined) holdsOf(checkCommit(read, viewOf(text)));
      },
    ));

  const million = (part: string) => part.repeat(1_000_000 / part.length);
  it.each([
    ['blank lines', million('\n')],
    ['comments that do not end', million('/*')],
    ['words of blocks', million('source build name = ')],
    ['headings', million('source "a" "b" {')],
    ['names', million('build { name = "b" source "a" "b" {\n')],
    ['quotes', million('"')],
    ['backslashes', million('"\\')],
    ['one long name', `source "${million('a')}" "b" {`],
    ['one long word', `build { ${million('a')}`],
    ['spaces', `source ${million(' ')}`],
  ])('a megabyte of %s in HCL is read in time', (_, text) => {
    const read = catalogOf('web.pkr.hcl', ['*a*b*c*', 'amazon-ebs.web']);
    within(5_000, () => holdsOf(checkCommit(read, viewOf(text))));
  });

  it('100,000 levels of JSON are read in time', () => {
    const text = '['.repeat(100_000) + ']'.repeat(100_000);
    const problems = within(5_000, () => checkCommit(catalogOf('web.json', []), viewOf(text)));
    expect(problems.map(({ code }) => code)).toEqual(['TEMPLATE_UNREADABLE']);
  });
});

describe('what a base may say', () => {
  it('is read, or a problem', () =>
    always<[unknown]>(
      300,
      [
        fc.oneof(
          hostileValue,
          fc
            .tuple(
              fc.constantFrom('ssm:', 'ami:', 'image:', 'upstream:', 'ami-filter:', 'template'),
              hostileText,
            )
            .map(([kind, rest]) => kind + rest),
          fc
            .tuple(fc.constantFrom('/a/', '/aws/service/', 'platform/', '{"owners": '), hostileText)
            .map(([kind, rest]) => `ssm:${kind}${rest}`),
          mutated({
            'ami-filter': { owners: ['amazon'], name: 'al2023-*', filters: { state: 'available' } },
          }),
          mutated({ owners: ['amazon'], name: 'al2023-*', filters: { state: ['a', 'b'] } }).map(
            (filter) => `ami-filter:${JSON.stringify(filter)}`,
          ),
        ),
      ],
      (base) => holds(stringify({ version: 1, images: { web: { base, template: 'w/' } } })),
    ));
});
