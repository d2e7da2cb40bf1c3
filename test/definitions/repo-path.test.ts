import { parentFolder, repoPath, templateKind } from '../../src/lib/definitions/repo-path';

it.each<[string, string | undefined]>([
  ['web', 'web'],
  ['web/', 'web'],
  ['./web', 'web'],
  ['././web/a.sh', 'web/a.sh'],
  ['./', ''],
  ['.', ''],
  ['.github/x', '.github/x'],
  ['web/.git/x', 'web/.git/x'],
  ['web/...', 'web/...'],
  ['web/./x', undefined],
  ['web/.', undefined],
  ['web/../x', undefined],
  ['..', undefined],
  ['web//x', undefined],
  ['web//', undefined],
  ['/web', undefined],
  ['web\\x', undefined],
  ['web\u0000', undefined],
  [' web', undefined],
  ['web/x ', undefined],
  ['.git', undefined],
  ['./.git/x', undefined],
])('%j is the path %j', (written, path) => {
  expect(repoPath(written)).toBe(path);
});

it.each<[string, ReturnType<typeof templateKind>]>([
  ['web/', 'hcl-folder'],
  ['web', 'hcl-folder'],
  ['web.sh/', 'hcl-folder'],
  ['web.json/', 'hcl-folder'],
  ['.', 'hcl-folder'],
  ['web/.', 'hcl-folder'],
  ['web.pkr.hcl', 'hcl-file'],
  ['web.pkr.json', 'hcl-file'],
  ['.web.json', 'json'],
  ['web.json', 'json'],
  ['web.pkr.hcl.d', 'hcl-folder'],
  ['web.tfx', 'hcl-folder'],
  ['web.hcl', undefined],
  ['web.pkrvars.hcl', undefined],
  ['web.pkrvars', undefined],
  ['web.yaml', undefined],
  ['web.yml', undefined],
  ['web.tf', undefined],
  ['web.sh', undefined],
])('Packer reads %s as %s', (written, kind) => {
  expect(templateKind(written)).toBe(kind);
});

it.each([
  ['web/a.sh', 'web'],
  ['a/b/c', 'a/b'],
  ['web', ''],
  ['', ''],
])('%j lies in %j', (path, folder) => {
  expect(parentFolder(path)).toBe(folder);
});
