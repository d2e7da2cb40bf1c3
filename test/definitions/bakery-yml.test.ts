import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { problemsOf } from '../../scripts/generated/bakery-doc';
import { problemExamples } from '../../scripts/generated/bakery-problem-examples';
import { readBakeryYml } from '../../src/lib/definitions/bakery-yml';
import type { ProblemCode } from '../../src/lib/definitions/problem-codes';
import { problemCodes } from '../../src/lib/definitions/problem-codes';

const options = { bakery: 'golden', parameterPrefix: '/bakery/' };
const read = (text: string) => readBakeryYml(text, options);
const document = (name: string) => readFileSync(join(import.meta.dirname, 'documents', name), 'utf8');

describe('the documents of the design', () => {
  it.each(['platform.yml', 'shop.yml'])('%s is valid', (name) => {
    const { catalog, problems } = read(document(name));
    expect(catalog).toBeDefined();
    expect(problems).toEqual([]);
  });

  it('expands images by architecture and merges the defaults', () => {
    const images = read(document('platform.yml')).catalog?.images ?? [];
    expect(images.map(({ key }) => key)).toEqual([
      'base-al2023/arm64',
      'base-al2023/x86_64',
      'web/arm64',
      'web/x86_64',
    ]);
    expect(images[0]).toMatchObject({
      base: { kind: 'ssm', path: '/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64' },
      template: { path: 'base-al2023', kind: 'hcl-folder' },
      inputs: ['common'],
      rebake: { cron: '0 2 * * *', timezone: 'Europe/London', publish: 'if-changed' },
      builder: { instanceType: 'm7g.large', instanceProfile: 'packer-build' },
      channels: ['candidate', 'stable'],
      retain: { count: 5, days: 90 },
    });
    expect(images[2]).toMatchObject({
      base: { kind: 'image', image: 'base-al2023/arm64', channel: 'stable' },
      variables: { nginx_version: '1.28' },
    });
    expect(images[2]).not.toHaveProperty('rebake');
  });

  it('reads classic JSON templates and upstream bases', () => {
    const { catalog } = read(document('shop.yml'));
    expect(catalog?.images).toHaveLength(1);
    expect(catalog?.images[0]).toMatchObject({
      key: 'shop/arm64',
      base: { kind: 'upstream', bakery: 'platform', image: 'base-al2023/arm64', channel: 'stable' },
      template: { path: 'packer.json', kind: 'json' },
      only: ['amazon-ebs'],
    });
  });
});

describe('problems', () => {
  it.each(Object.keys(problemCodes) as ProblemCode[])(
    '%s is given by its example, with what to do',
    (code) => {
      const problem = problemsOf(problemExamples[code]).find((one) => one.code === code);
      expect(problem).toMatchObject({ severity: problemCodes[code].severity });
      expect(problem?.message).toMatch(/\.$/);
      expect(problem?.fix).toMatch(/\.$/);
    },
  );

  const images = (...lines: string[]) =>
    ['version: 1', 'images:', ...lines.map((line) => `  ${line}`)].join('\n');
  it.each([
    ['near field', images('web:', '  base: template', '  templat: web/'), 'UNKNOWN_FIELD', 5, 5, 'template'],
    [
      'near base',
      images('web: { base: image:wob, template: w/ }', 'wab: { base: template, template: w/ }'),
      'UNKNOWN_BASE',
      3,
      16,
      'image:wab',
    ],
    [
      'number',
      images('web: { base: template, template: w/, variables: { v: 1.10 } }'),
      'WRONG_TYPE',
      3,
      56,
      "'1.10'",
    ],
    ['name', images('Web Server: { base: template, template: w/ }'), 'BAD_NAME', 3, 3, 'web-server'],
    [
      'own parameter',
      images('web: { base: ssm:/bakery/web/arm64/stable, template: w/ }'),
      'BASE_OWN_PREFIX',
      3,
      16,
      'image:web@stable',
    ],
    ['merged', 'version: 1\ndefaults: &d\n  timeoutMinutes: 1\nimages: {}', 'OUT_OF_RANGE', 3, 19, undefined],
    ['missing images', 'version: 1', 'MISSING_FIELD', 1, 1, undefined],
    ['broken YAML', 'version: 1\nimages: {', 'YAML_SYNTAX', 2, 10, undefined],
    [
      'prototype name',
      images('__proto__: { base: template, template: w/ }'),
      'FORBIDDEN_KEY',
      3,
      3,
      undefined,
    ],
  ])('%s', (_, text, code, line, column, suggestion) => {
    expect(read(text).problems.find((one) => one.code === code)).toMatchObject({ line, column });
    expect(read(text).problems.find((one) => one.code === code)?.suggestion).toBe(suggestion);
    expect(read(text).catalog).toBeUndefined();
  });

  it('are told all at once, shape and graph together, in the order of the text', () => {
    const { problems } = read(
      images(
        'web:',
        '  base: image:app',
        '  template: ../web',
        '  timeoutMinutes: soon',
        'app: { base: image:web, template: app.hcl }',
      ),
    );
    expect(problems.map(({ code }) => code)).toEqual(['BAD_PATH', 'WRONG_TYPE', 'CYCLE', 'BAD_TEMPLATE']);
    expect(problems.find(({ code }) => code === 'CYCLE')?.message).toContain('app → web → app');
    const lines = problems.map(({ line }) => line);
    expect(lines).toEqual([...lines].sort((a, b) => a - b));
  });

  it('knows images called like members of every object', () => {
    const { catalog, problems } = read(
      images(
        'constructor: { base: template, template: a/ }',
        'to-string: { base: image:constructor, template: b/ }',
      ),
    );
    expect(problems).toEqual([]);
    expect(catalog?.images.map(({ key }) => key)).toEqual(['constructor/x86_64', 'to-string/x86_64']);
  });
});

describe('any text', () => {
  const bounded = 5_000;
  const laughs = (line: (n: number) => string) =>
    `a0: &a0 { k: 1 }\n${Array.from({ length: 40 }, (_, n) => line(n + 1)).join('\n')}`;
  it.each([
    ['flow', '['.repeat(900_000), 'TOO_LARGE'],
    ['block', '- '.repeat(9_000), 'TOO_LARGE'],
    ['lines', Array.from({ length: 1_000 }, (_, n) => `${' '.repeat(n)}a:`).join('\n'), 'TOO_LARGE'],
    ['aliases', laughs((n) => `a${n}: &a${n} [*a${n - 1}, *a${n - 1}]`), 'ALIAS_LIMIT'],
    ['merges', laughs((n) => `a${n}: &a${n} { <<: [*a${n - 1}, *a${n - 1}] }`), 'ALIAS_LIMIT'],
    ['errors', ']\n'.repeat(300_000), 'YAML_SYNTAX'],
    ['long', 'a'.repeat(1_000_001), 'TOO_LARGE'],
  ])('a bomb of %s is refused in time', (_, text, code) => {
    const started = performance.now();
    expect(read(text).problems.map((one) => one.code)).toContain(code);
    expect(performance.now() - started).toBeLessThan(bounded);
  });

  const codes = new Set(Object.keys(problemCodes));
  const holds = (text: string) => {
    const { catalog, problems } = read(text);
    expect(problems.every(({ code }) => codes.has(code))).toBe(true);
    expect(catalog === undefined).toBe(problems.some(({ severity }) => severity === 'error'));
  };

  it('gives a catalog or problems, and never throws', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 200 }), holds), { numRuns: 300 });
  });

  it('also where parts of a real file are replaced by anything', () => {
    const lines = document('platform.yml').split('\n');
    fc.assert(
      fc.property(
        fc.nat(lines.length - 1),
        fc.oneof(
          fc.string({ maxLength: 40 }),
          fc.constantFrom('- x', '? y', '<<: *a', '    base: 5', '  web: ', '__proto__: 1'),
        ),
        fc.json(),
        (at, text, json) => {
          holds(lines.with(at, text).join('\n'));
          holds(`version: 1\nimages:\n  web: ${json}\n`);
        },
      ),
      { numRuns: 200 },
    );
  });
});
