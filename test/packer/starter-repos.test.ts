import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { readBakeryYml } from '../../src/lib/definitions/bakery-yml';
import { checkCommit } from '../../src/lib/definitions/commit-check';
import type { CommitView } from '../../src/lib/definitions/commit-view';

const folder = (repo: string) => join(import.meta.dirname, '../../packer', repo);

/** A folder as it would be seen once it is a commit. */
function commitOf(root: string): CommitView {
  return {
    commitId: '0'.repeat(40),
    entry: (path) => {
      const stat = statSync(join(root, path), { throwIfNoEntry: false });
      return stat && { kind: stat.isDirectory() ? 'folder' : 'file', objectId: 'x' };
    },
    text: (path) =>
      statSync(join(root, path)).isFile() ? readFileSync(join(root, path), 'utf8') : undefined,
  };
}

describe.each([
  ['platform', 'platform', ['base-al2023/x86_64', 'batch/x86_64', 'web/x86_64']],
  ['app', 'shop', ['shop/x86_64']],
])('the starter repo %s', (repo, bakery, keys) => {
  const text = readFileSync(join(folder(repo), 'bakery.yml'), 'utf8');
  const read = readBakeryYml(text, { bakery, parameterPrefix: '/bakery/', upstreams: ['platform'] });

  it('is valid without a warning, field by field and against its own files', () => {
    expect(read.problems).toEqual([]);
    expect(checkCommit(read, commitOf(folder(repo)))).toEqual([]);
    expect(read.catalog?.images.map(({ key }) => key)).toEqual(keys);
  });

  it('gives editors its schema', () => {
    expect(text.split('\n')[0]).toBe('# yaml-language-server: $schema=./bakery.schema.json');
  });

  it('declares every file that its templates read', () => {
    for (const { template, inputs } of read.catalog?.images ?? []) {
      const path = join(folder(repo), template.path);
      const sources = statSync(path).isDirectory()
        ? readdirSync(path).map((name) => join(path, name))
        : [path];
      const used = sources.flatMap((file) => [
        ...readFileSync(file, 'utf8').matchAll(/"([\w-]+\/[\w.-]+\.sh)"/g),
      ]);
      expect(used).not.toHaveLength(0);
      for (const [, name = ''] of used) {
        statSync(join(folder(repo), name));
        const declared = [template.path, ...inputs];
        expect(declared.some((input) => name === input || name.startsWith(`${input}/`))).toBe(true);
      }
    }
  });

  it.each([
    'http_tokens',
    'imds_support',
    'shutdown_behavior',
    'delay_seconds',
    'max_attempts',
    'bakery:bake',
    'run_volume_tags',
    'snapshot_tags',
    'dead-mans-switch',
  ])('every template has %s', (setting) => {
    for (const { template } of read.catalog?.images ?? []) {
      const path = join(folder(repo), template.path);
      const files = statSync(path).isDirectory() ? readdirSync(path).map((name) => join(path, name)) : [path];
      expect(files.map((file) => readFileSync(file, 'utf8')).join('\n')).toContain(setting);
    }
  });
});

it('the platform shares its base with the accounts that build on it', () => {
  const text = readFileSync(join(folder('platform'), 'bakery.yml'), 'utf8');
  const { catalog } = readBakeryYml(text, { bakery: 'platform', parameterPrefix: '/bakery/' });
  const base = catalog?.images.find(({ name }) => name === 'base-al2023');
  expect(base?.share.accounts).toEqual(['222222222222', '333333333333']);
});
