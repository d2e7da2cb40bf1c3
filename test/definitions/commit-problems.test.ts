import { readBakeryYml } from '../../src/lib/definitions/bakery-yml';
import { checkCommit, contentDigest, inputIds } from '../../src/lib/definitions/commit-check';
import type { CommitEntry, CommitView } from '../../src/lib/definitions/commit-view';

const view = (entries: Record<string, CommitEntry['kind']>, text?: string): CommitView => ({
  commitId: 'c',
  entry: (path) =>
    entries[path] === undefined ? undefined : { kind: entries[path], objectId: `id-of-${path}` },
  text: () => text,
});
const read = (fields: string) =>
  readBakeryYml(`version: 1\nimages:\n  web: { base: template, ${fields} }\n`, {
    bakery: 'b',
    parameterPrefix: '/bakery/',
  });

const many = Array.from({ length: 12 }, (_, index) => `b${index}`);
type Told = [message: string, fix: string, path: string, suggestion?: string];
it.each<[string, string, CommitView, Told[]]>([
  [
    'a template that is not there',
    'template: web/',
    view({}),
    [
      [
        'The template "web" of web is not in the commit.',
        'Commit it, or correct the path.',
        'images.web.template',
      ],
    ],
  ],
  [
    'a folder that is not there, where a file of that name is',
    'template: web',
    view({ 'web.pkr.hcl': 'file' }),
    [
      [
        'The template "web" of web is not in the commit.',
        'Commit it, or correct the path.',
        'images.web.template',
        'web.pkr.hcl',
      ],
    ],
  ],
  [
    'a folder that is not there, where a classic template of that name is',
    'template: web',
    view({ 'web.pkr.hcl': 'folder', 'web.json': 'file' }),
    [
      [
        'The template "web" of web is not in the commit.',
        'Commit it, or correct the path.',
        'images.web.template',
        'web.json',
      ],
    ],
  ],
  [
    'a file for a folder',
    'template: web/',
    view({ web: 'file' }),
    [
      [
        'The template "web" of web is a file in the commit, not a folder.',
        'Name a folder, or a file that ends in .pkr.hcl, .pkr.json or .json.',
        'images.web.template',
      ],
    ],
  ],
  [
    'a folder for a file',
    'template: web.json',
    view({ 'web.json': 'folder' }),
    [
      [
        'The template "web.json" of web is a folder in the commit, not a file.',
        'Write a slash at the end of a folder.',
        'images.web.template',
        'web.json/',
      ],
    ],
  ],
  [
    'a link for a template',
    'template: web/',
    view({ web: 'symlink' }),
    [
      [
        '"web" is a symlink in the commit.',
        'Use a file or folder of the image repo itself: its git id is what tells that it changed.',
        'images.web.template',
      ],
    ],
  ],
  [
    'a submodule for a template',
    'template: web/',
    view({ web: 'submodule' }),
    [
      [
        '"web" is a submodule in the commit.',
        'Use a file or folder of the image repo itself: its git id is what tells that it changed.',
        'images.web.template',
      ],
    ],
  ],
  [
    'inputs',
    'template: web/, inputs: [a, b, c, d, e]',
    view({ web: 'folder', a: 'file', b: 'symlink', c: 'submodule', d: 'folder' }),
    [
      [
        '"b" is a symlink in the commit.',
        'Use a file or folder of the image repo itself: its git id is what tells that it changed.',
        'images.web.inputs.1',
      ],
      [
        '"c" is a submodule in the commit.',
        'Use a file or folder of the image repo itself: its git id is what tells that it changed.',
        'images.web.inputs.2',
      ],
      [
        'The input "e" of web is not in the commit.',
        'Commit it, correct the path, or remove it.',
        'images.web.inputs.4',
      ],
    ],
  ],
  [
    'a classic template that cannot be read',
    'template: web.json',
    view({ 'web.json': 'file' }, 'builders'),
    [
      [
        'The template "web.json" of web is not JSON with a list of builders.',
        'Correct the template; HCL2 in JSON is called .pkr.json.',
        'images.web.template',
      ],
    ],
  ],
  ['a classic template that was not read', 'template: web.json', view({ 'web.json': 'file' }), []],
  [
    'a classic template that cannot be read, while an input is missing',
    'template: web.json, inputs: [a]',
    view({ 'web.json': 'file' }, 'builders'),
    [
      [
        'The input "a" of web is not in the commit.',
        'Commit it, correct the path, or remove it.',
        'images.web.inputs.0',
      ],
    ],
  ],
  [
    'an HCL template without builders that are known',
    'template: web.pkr.hcl, only: [a]',
    view({ 'web.pkr.hcl': 'file' }, 'variable "x" {}'),
    [],
  ],
  [
    'builders, of which ten are named',
    'template: web.json, only: [b1, b12]',
    view({ 'web.json': 'file' }, JSON.stringify({ builders: many.map((type) => ({ type })) })),
    [
      [
        'The template "web.json" of web has no builder "b12"; it has b0, b1, b2, b3, b4, b5, b6, b7, b8, b9.',
        'Name one of its builders, or none for all.',
        'images.web.only.1',
        'b1',
      ],
    ],
  ],
])('%s', (_, fields, commit, told) => {
  const problems = checkCommit(read(fields), commit);
  expect(
    problems.map(({ message, fix, path, suggestion }) =>
      suggestion === undefined ? [message, fix, path] : [message, fix, path, suggestion],
    ),
  ).toEqual(told);
});

it('an image of two architectures is told once; without the text, nowhere', () => {
  const { catalog } = read('template: web/, architectures: [x86_64, arm64]');
  expect(checkCommit({ catalog }, view({}))).toMatchObject([
    { code: 'TEMPLATE_MISSING', line: 0, column: 0 },
  ]);
  expect(checkCommit({}, view({}))).toEqual([]);
});

describe('what an image is made of', () => {
  const { catalog } = read('template: web/, inputs: [b, a], only: [z, y]');
  const image = catalog!.images[0]!;
  const inputs = [
    { path: 'web', objectId: '1' },
    { path: 'b', objectId: '2' },
    { path: 'a', objectId: '3' },
  ];

  it('is the same from version to version: otherwise everything would be baked anew', () => {
    expect(contentDigest(image, inputs)).toBe(
      'f7a501be4c56bc6a1d56b303a54c17490d25d88da8a9f756018b8428ad13d351',
    );
  });

  it('is the same in any order', () => {
    expect(contentDigest({ ...image, only: ['y', 'z'] }, [...inputs].reverse())).toBe(
      contentDigest(image, inputs),
    );
  });

  it('is the same on any base but none: the AMI that it comes to is in the input hash', () => {
    const on = (amiId: string) => contentDigest({ ...image, base: { kind: 'ami', amiId } }, inputs);
    expect(on('ami-1')).toBe(on('ami-2'));
    expect(on('ami-1')).not.toBe(contentDigest(image, inputs));
  });

  it('holds only what is there', () => {
    expect(inputIds(catalog!, view({ web: 'folder', a: 'file' }))).toEqual({
      'web/x86_64': [
        { path: 'web', objectId: 'id-of-web' },
        { path: 'a', objectId: 'id-of-a' },
      ],
    });
  });
});
