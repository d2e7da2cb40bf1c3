import { readBakeryYml } from '../../src/lib/definitions/bakery-yml';
import { checkCommit, pathsToList, testIds } from '../../src/lib/definitions/commit-check';
import type { CommitEntry, CommitView } from '../../src/lib/definitions/commit-view';

const text = `version: 1
images:
  old: { base: template, template: old/ }
  web:
    base: template
    template: web/
    test: checks/web/
    architectures: [x86_64, arm64]
`;
const read = () => readBakeryYml(text, { bakery: 'b', parameterPrefix: '/bakery/' });

/** A commit with both templates, and what is at `checks/web`. */
const view = (checks: CommitEntry['kind'] | undefined, files?: CommitView['files']): CommitView => ({
  commitId: 'c',
  entry: (path) => {
    if (path === 'checks/web') return checks && { kind: checks, objectId: 'id-of-checks' };
    return { kind: 'folder', objectId: `id-of-${path}` };
  },
  text: () => undefined,
  ...(files === undefined ? {} : { files }),
});
const listed = (...names: string[]) => view('folder', (folder) => (folder === 'checks/web' ? names : []));

const isNotThere = {
  code: 'TEST_MISSING',
  message: 'The folder "checks/web", the tests of web, is not in the commit.',
  fix: 'Commit it, correct the path, or remove it.',
};
const isA = (kind: string) => ({
  code: 'TEST_MISSING',
  message: `The folder "checks/web", the tests of web, is a ${kind} in the commit.`,
  fix: 'Name a folder of the image repo that holds check scripts.',
});
const isEmpty = {
  code: 'TEST_EMPTY',
  message: 'The folder "checks/web", the tests of web, holds no check.',
  fix: 'Write scripts that end in .sh or .ps1 directly into it: docs/tests.md.',
};
const atTest = { severity: 'error', path: 'images.web.test', line: 7, column: 11 };

test.each<[string, CommitView, object[]]>([
  ['is not in the commit', view(undefined), [isNotThere]],
  ['is a file', view('file'), [isA('file')]],
  ['is a link', view('symlink'), [isA('symlink')]],
  ['is a submodule', view('submodule'), [isA('submodule')]],
  ['holds nothing', listed(), [isEmpty]],
  ['holds only other files', listed('README.md', 'http.py'), [isEmpty]],
  ['holds scripts that were put aside', listed('http.sh.old', 'http.ps1~', 'sh'), [isEmpty]],
  ['holds a shell script', listed('http.sh'), []],
  ['holds a script of PowerShell', listed('http.ps1'), []],
  ['holds a script among other files', listed('README.md', 'http.sh', 'http.py'), []],
  ['was not listed', view('folder', () => undefined), []],
  ['is in a commit of which nothing is listed', view('folder'), []],
])('a folder of checks that %s', (_, commit, told) => {
  expect(checkCommit(read(), commit)).toEqual(told.map((one) => ({ ...one, ...atTest })));
});

test('it is listed itself, as is the folder that it is in', () => {
  expect(pathsToList(read().catalog!)).toEqual(['', 'checks', 'checks/web']);
});

test.each<[string, CommitView, Record<string, string>]>([
  [
    'each architecture, and none for an image without tests',
    view('folder'),
    { 'web/x86_64': 'id-of-checks', 'web/arm64': 'id-of-checks' },
  ],
  ['nothing where it is not in the commit', view(undefined), {}],
])('its git id is that of %s', (_, commit, ids) => {
  expect(testIds(read().catalog!, commit)).toEqual(ids);
});
