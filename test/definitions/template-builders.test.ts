import { builderNames, onlyMatches } from '../../src/lib/definitions/template-builders';

describe('the builders of a classic template', () => {
  it.each<[string, string, string[] | undefined]>([
    ['by type', '{"builders":[{"type":"amazon-ebs"}]}', ['amazon-ebs']],
    ['by name where there is one', '{"builders":[{"type":"amazon-ebs","name":"arm"}]}', ['arm']],
    ['with a byte order mark', '\uFEFF{"builders":[{"type":"amazon-ebs"}]}', ['amazon-ebs']],
    ['without what has neither', '{"builders":[null,{},{"name":5},{"type":"x"}]}', ['x']],
    ['none', '{"builders":[]}', undefined],
    ['no list', '{"builders":{"type":"x"}}', undefined],
    ['no builders', '{"provisioners":[]}', undefined],
    ['no map', '"builders"', undefined],
    ['nothing', 'null', undefined],
    ['not JSON', '{"builders":', undefined],
    ['a byte order mark inside', '{"builders":[{"type":"a\uFEFFb"}]}', ['a\uFEFFb']],
  ])('%s', (_, text, names) => {
    expect(builderNames('json', text)).toEqual(names);
  });
});

describe('the builders of an HCL2 file', () => {
  it.each<[string, string, string[] | undefined]>([
    ['its sources', 'source "amazon-ebs" "a" {\n}\nsource  "docker"  "b"{}', ['amazon-ebs.a', 'docker.b']],
    [
      'not those in comments',
      '# source "x" "a" {\n  // source "x" "b" {\n/* source "x"\n"c" { */',
      undefined,
    ],
    ['the one beside a comment', 'source "x" "a" {} # source', ['x.a']],
    ['none', 'variable "x" {}', undefined],
    ['left to Packer where it is JSON', ' {"source":{"x":{"a":{}}}}', undefined],
    [
      'renamed in a build',
      'source "x" "a" {}\nbuild {\n  source "source.x.a" {\n    name = "b"\n  }\n}',
      ['x.a', 'x.b'],
    ],
    [
      'renamed twice, told once',
      'source "x" "a" {}\nbuild {\n source "x.a" { name="a" }\n source "x.a" { name="c" }\n}',
      ['x.a', 'x.c'],
    ],
    [
      'also with the name of the build',
      'source "x" "a" {}\nbuild {\n  description = "d"\n  name = "nightly"\n  sources = ["x.a"]\n}',
      ['x.a', 'nightly.x.a'],
    ],
    [
      'written with little space, or much',
      'source "amazon-ebs" "a-1"{}\nbuild  {\ndescription="d e"\nlabel  =  "l"\nname  =  "nightly"\nsource  "source.amazon-ebs.a-1"  {\nname="bcd"\n}\n}',
      ['amazon-ebs.a-1', 'amazon-ebs.bcd', 'nightly.amazon-ebs.a-1', 'nightly.amazon-ebs.bcd'],
    ],
    ['a name in front', '\n  source "x" "a" {}\nlocals {', ['x.a']],
    [
      'not a comment: what stands in quotes',
      'locals {\n url = "http://x"\n sharp = "# \\" #"\n}\nsource "x" "a" {}',
      ['x.a'],
    ],
    [
      'nor where a build is told about first',
      'source "x" "a" {}\nbuild {\n  description = "see https://wiki # 1"\n  name = "nightly"\n}',
      ['x.a', 'nightly.x.a'],
    ],
    ['a comment that ends in quotes', 'source "x" "a" {}\n# source "x" "b" { # "old"', ['x.a']],
    ['quotes that do not end, before what is no comment', 'a = "b /*\nsource "x" "a" {}', ['x.a']],
    ['quotes that do not end', 'a = "b\nsource "x" "a" {}', ['x.a']],
    ['a comment that does not end', 'source "x" "a" {}\n/* source "x" "b" {}', ['x.a']],
    ['a comment between words', 'source/**/"x" "a" {}', ['x.a']],
    ['a build without a name', 'source "x" "a" {}\nbuild {\n  sources = ["x.a"]\n}', ['x.a']],
  ])('%s', (_, text, names) => {
    expect(builderNames('hcl-file', text)).toEqual(names);
  });

  it.each([
    [100, 1, 200],
    [101, 0, undefined],
    [1, 100, 101],
    [1, 101, undefined],
  ])('of %i sources and %i builds, %s names are known', (sources, builds, names) => {
    const text = [
      ...Array.from({ length: sources }, (_, index) => `source "x" "a${index}" {}`),
      ...Array.from({ length: builds }, (_, index) => `build {\n  name = "b${index}"\n}`),
    ].join('\n');
    expect(builderNames('hcl-file', text)?.length).toBe(names);
  });

  it('of a folder are not looked for', () => {
    expect(builderNames('hcl-folder', 'source "x" "a" {}')).toBeUndefined();
  });
});

it.each<[string, string, 'json' | 'hcl-file', string[], boolean]>([
  ['the whole name', 'amazon-ebs', 'json', ['amazon-ebs'], true],
  ['part of a name', 'amazon', 'json', ['amazon-ebs'], false],
  ['a glob in JSON is a name', 'amazon-*', 'json', ['amazon-ebs'], false],
  ['a star', 'x.*', 'hcl-file', ['y.a', 'x.a'], true],
  ['a star for nothing', 'x.a*', 'hcl-file', ['x.a'], true],
  ['a star in front', '*.a', 'hcl-file', ['x.a'], true],
  ['two stars', '*.a*c', 'hcl-file', ['x.abc'], true],
  ['a question mark', 'x.?', 'hcl-file', ['x.a'], true],
  ['a question mark is one letter', 'x.?', 'hcl-file', ['x.ab'], false],
  ['a question mark is not nothing', 'x.a?', 'hcl-file', ['x.a'], false],
  ['the rest has to fit', '*.b', 'hcl-file', ['x.a'], false],
  ['the beginning has to fit', 'y*', 'hcl-file', ['x.a'], false],
  ['without a star the whole name', 'x.b', 'hcl-file', ['x.a'], false],
  ['a longer name than is compared', `${'b'.repeat(501)}*`, 'hcl-file', ['c'.repeat(501)], true],
  ['a name as long as is compared', 'b*', 'hcl-file', ['c'.repeat(500)], false],
  ['what is no glob is compared whatever its length', 'b', 'hcl-file', ['c'.repeat(501)], false],
  ['classes are left to Packer', 'x.[ab]', 'hcl-file', ['y.c'], true],
  ['alternatives are left to Packer', 'x.{a,b}', 'hcl-file', ['y.c'], true],
])('only: %s', (_, only, kind, builders, expected) => {
  expect(onlyMatches(only, kind, builders)).toBe(expected);
});
