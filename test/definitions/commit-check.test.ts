import { readBakeryYml } from '../../src/lib/definitions/bakery-yml';
import {
  checkCommit,
  contentDigest,
  contentDigests,
  inputIds,
  pathsToList,
  pathsToRead,
} from '../../src/lib/definitions/commit-check';
import type { CommitEntry, CommitView } from '../../src/lib/definitions/commit-view';

const view = (
  entries: Record<string, CommitEntry['kind']>,
  texts: Record<string, string> = {},
): CommitView => ({
  commitId: 'c',
  entry: (path) =>
    entries[path] === undefined ? undefined : { kind: entries[path], objectId: `id-of-${path}` },
  text: (path) => texts[path],
});
const read = (...images: string[]) =>
  readBakeryYml(`version: 1\nimages:\n${images.map((image) => `  ${image}\n`).join('')}`, {
    bakery: 'b',
    parameterPrefix: '/bakery/',
  });
const one = (fields: string) => read(`web: { base: template, ${fields} }`);

it('lists each parent folder once and reads only the texts it needs, in their order', () => {
  const { catalog } = read(
    'web: { base: template, template: images/web/, inputs: [images/common/, top.sh] }',
    'old: { base: template, template: classic/old.json }',
    'new: { base: template, template: new.pkr.hcl }',
    'few: { base: template, template: few.pkr.hcl, only: [amazon-ebs.a] }',
    'dir: { base: template, template: dir/, only: [amazon-ebs.a] }',
    'also: { base: template, template: z/also.json, inputs: [z/also.json, images/common/] }',
  );
  expect(pathsToList(catalog!)).toEqual(['', 'classic', 'images', 'z']);
  expect(pathsToRead(catalog!)).toEqual(['classic/old.json', 'few.pkr.hcl', 'z/also.json']);
});

const classic = '{"builders":[{"type":"amazon-ebs"},{"type":"amazon-ebs","name":"arm"}]}';
const hcl =
  'source "amazon-ebs" "al2023" {}\nbuild {\n  name = "nightly"\n  sources = ["source.amazon-ebs.al2023"]\n}';
it.each([
  ['template there', 'template: web/', view({ web: 'folder' }), []],
  ['template gone', 'template: web/', view({}), ['TEMPLATE_MISSING']],
  ['file for folder', 'template: web/', view({ web: 'file' }), ['TEMPLATE_WRONG_KIND']],
  ['folder for file', 'template: web.json', view({ 'web.json': 'folder' }), ['TEMPLATE_WRONG_KIND']],
  ['symlink', 'template: web/, inputs: [x]', view({ web: 'folder', x: 'symlink' }), ['NOT_A_PLAIN_INPUT']],
  ['submodule', 'template: web/', view({ web: 'submodule' }), ['NOT_A_PLAIN_INPUT']],
  [
    'inputs gone',
    'template: web/, inputs: [x, y]',
    view({ web: 'folder' }),
    ['INPUT_MISSING', 'INPUT_MISSING'],
  ],
  [
    'only by type and name',
    'template: w.json, only: [amazon-ebs, arm]',
    view({ 'w.json': 'file' }, { 'w.json': classic }),
    [],
  ],
  [
    'only unknown',
    'template: w.json, only: [amazon-ebss]',
    view({ 'w.json': 'file' }, { 'w.json': classic }),
    ['ONLY_UNKNOWN'],
  ],
  [
    'no glob in JSON',
    'template: w.json, only: ["amazon-*"]',
    view({ 'w.json': 'file' }, { 'w.json': classic }),
    ['ONLY_UNKNOWN'],
  ],
  ['not JSON', 'template: w.json', view({ 'w.json': 'file' }, { 'w.json': '{' }), ['TEMPLATE_UNREADABLE']],
  [
    'HCL source',
    'template: w.pkr.hcl, only: [amazon-ebs.al2023, "nightly.*"]',
    view({ 'w.pkr.hcl': 'file' }, { 'w.pkr.hcl': hcl }),
    [],
  ],
  [
    'HCL unknown',
    'template: w.pkr.hcl, only: [amazon-ebs.al2032]',
    view({ 'w.pkr.hcl': 'file' }, { 'w.pkr.hcl': hcl }),
    ['ONLY_UNKNOWN'],
  ],
])('%s', (_, fields, commit, codes) => {
  expect(checkCommit(one(fields), commit).map(({ code }) => code)).toEqual(codes);
});

it('tells the place and what was meant', () => {
  const problems = checkCommit(
    one('template: w.json, only: [amazon-ebss]'),
    view({ 'w.json': 'file' }, { 'w.json': classic }),
  );
  expect(problems).toMatchObject([{ line: 3, column: 51, suggestion: 'amazon-ebs' }]);
});

describe('the content digest', () => {
  const { catalog } = one('template: web/, inputs: [b, a], tags: { x: "1" }');
  const ids = inputIds(catalog!, view({ web: 'folder', a: 'file', b: 'file' }));
  const image = catalog!.images[0]!;
  const inputs = ids[image.key]!;
  const digest = contentDigest(image, inputs);

  it('covers the inputs, template first, in any order', () => {
    expect(inputs.map(({ path }) => path)).toEqual(['web', 'b', 'a']);
    expect(contentDigest(image, [...inputs].reverse())).toBe(digest);
    expect(contentDigests(catalog!, ids)).toEqual({ 'web/x86_64': digest });
    expect(digest).toMatch(/^[0-9a-f]{64}$/);
  });

  it.each([
    ['variables', { variables: { a: '1' } }],
    ['only', { only: ['x'] }],
    ['builderEpoch', { builderEpoch: 1 }],
    ['architecture', { architecture: 'arm64' as const }],
    ['kind of template', { template: { path: 'web', kind: 'json' as const } }],
    ['a base that is resolved', { base: { kind: 'ami' as const, amiId: 'ami-1' } }],
  ])('changes with %s', (_, change) => {
    expect(contentDigest({ ...image, ...change }, inputs)).not.toBe(digest);
  });

  it.each([
    ['tags', { tags: {} }],
    ['share', { share: { accounts: ['111111111111'], organizations: [], organizationalUnits: [] } }],
    ['timeout', { timeoutMinutes: 99 }],
    ['notify', { notify: 'x' }],
    ['rebake', { rebake: { cron: '0 2 * * *', timezone: 'UTC', publish: 'always' as const } }],
  ])('does not change with %s', (_, change) => {
    expect(contentDigest({ ...image, ...change }, inputs)).toBe(digest);
  });

  it('changes with an input', () => {
    expect(
      contentDigest(
        image,
        inputs.map((input) => ({ ...input, objectId: 'other' })),
      ),
    ).not.toBe(digest);
  });
});
