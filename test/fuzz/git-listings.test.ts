import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import fc from 'fast-check';
import { stringify } from 'yaml';
import type { CommitFolder, RepoReader } from '../../src/lib/aws/edges';
import { readCatalog } from '../../src/lib/reconcile/read-catalog';
import { catalogFromItem, catalogToItem } from '../../src/lib/ledger/catalog-item';
import { BareRepo } from '../../src/local/git/bare-repo';
import { Git } from '../../src/local/git/git';
import { hostileText } from './hostile';
import { always } from './runs';

const settings = { bakery: 'golden', parameterPattern: '/bakery/{image}/{arch}/{channel}' };

/** A repo that answers every listing with the same, whatever is asked. */
const repoOf = (
  bakeryYml: Uint8Array,
  listing: CommitFolder | undefined,
  template = '{"builders":[{"type":"a"}]}',
): RepoReader => ({
  head: () => Promise.resolve('c0ffee'),
  file: (_, path) => Promise.resolve(path.endsWith('bakery.yml') ? bakeryYml : Buffer.from(template)),
  folder: () => Promise.resolve(listing),
});

const id = 'a'.repeat(40);
const name = fc.oneof(fc.constantFrom('web', 'common', 'web.json'), hostileText);
const listing: fc.Arbitrary<CommitFolder> = fc.record({
  treeId: fc.constantFrom(id, ''),
  folders: fc.array(fc.record({ name, treeId: fc.constant(id) }), { maxLength: 5 }),
  files: fc.array(fc.record({ name, blobId: fc.constant(id) }), { maxLength: 5 }),
  symlinks: fc.array(fc.record({ name, blobId: fc.constant(id) }), { maxLength: 3 }),
  submodules: fc.array(fc.record({ name, commitId: fc.constant(id) }), { maxLength: 3 }),
});

it('a commit of any listing is in force or refused, and fits into the ledger', () =>
  always<[CommitFolder | undefined, string, string, string]>(
    150,
    [fc.option(listing, { nil: undefined }), name, name, hostileText],
    async (folder, template, input, text) => {
      const image = { base: 'template', template, inputs: [input] };
      const bytes = Buffer.from(stringify({ version: 1, images: { web: image } }));
      const reading = await readCatalog(repoOf(bytes, folder, text), settings, undefined, 'c0ffee', 1);
      expect(reading.accepted).toBe(reading.stored.inForce !== undefined);
      expect(catalogFromItem(catalogToItem(reading.stored))).toEqual(reading.stored);
    },
  ));

it('any bytes of bakery.yml are in force or refused', () =>
  always<[Uint8Array]>(100, [fc.uint8Array({ maxLength: 200 })], async (bytes) => {
    const reading = await readCatalog(repoOf(bytes, undefined), settings, undefined, 'c0ffee', 1);
    expect(reading.accepted).toBe(false);
    expect(reading.problems.length).toBeGreaterThan(0);
  }));

/** Letters that no packing makes shorter. */
function noise(length: number): string {
  let state = 1;
  let text = '';
  while (text.length < length) {
    state = (state * 48_271) % 2_147_483_647;
    text += state.toString(36);
  }
  return text.slice(0, length);
}

it('a catalog that no ledger item holds is refused: the last valid one stays in force', async () => {
  const variables = (kilobytes: number) => {
    const text = noise(kilobytes * 1_000);
    return Object.fromEntries(
      Array.from({ length: kilobytes }, (_, n) => [`v${n}`, text.slice(n * 1_000, (n + 1) * 1_000)]),
    );
  };
  const bytes = (kilobytes: number) =>
    Buffer.from(
      stringify({
        version: 1,
        images: { web: { base: 'template', template: 'web/', variables: variables(kilobytes) } },
      }),
    );
  const web = { treeId: id, folders: [{ name: 'web', treeId: id }], files: [], symlinks: [], submodules: [] };
  const good = await readCatalog(repoOf(bytes(400), web), settings, undefined, 'c1', 1);
  expect(good.problems).toEqual([]);
  const large = await readCatalog(repoOf(bytes(800), web), settings, good.stored, 'c2', 2);
  expect(large).toMatchObject({ accepted: false, problems: [{ code: 'TOO_LARGE' }] });
  expect(large.stored.inForce?.commitId).toBe('c1');
  expect(() => catalogToItem(large.stored)).not.toThrow();

  const wrong = Array.from({ length: 50 }, (_, n) => `  W${n}${noise(15_000)}: 1`).join('\n');
  const refused = await readCatalog(
    repoOf(Buffer.from(`version: 1\nimages:\n${wrong}`), web),
    settings,
    large.stored,
    'c3',
    3,
  );
  expect(refused.accepted).toBe(false);
  expect(() => catalogToItem(refused.stored)).not.toThrow();
});

describe('a real repository', () => {
  const folder = mkdtempSync(join(tmpdir(), 'fuzz-git-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const env = { PATH: process.env['PATH'], HOME: folder, GIT_CONFIG_NOSYSTEM: '1' };
  const git = (args: string[], input?: string) =>
    execFileSync('git', ['-C', folder, ...args], { env, input, encoding: 'utf8' }).trim();

  it('lists files of any name that git takes', async () => {
    git(['init', '-q', '--bare', '.']);
    const blob = git(['hash-object', '-w', '--stdin'], 'text');
    const repo = new BareRepo(folder, new Git(process.env['PATH'] ?? ''));
    await always<[string[]]>(15, [fc.array(hostileText, { minLength: 1, maxLength: 6 })], async (written) => {
      const usable = (it: string) =>
        !/^\.?\.?$|[/\0]/.test(it) &&
        !/\p{Cs}/u.test(it) &&
        Buffer.byteLength(it) < 4_000 &&
        !/^\.?git$/i.test(it);
      const names = [...new Set(written.filter(usable))];
      const tree = git(['mktree', '-z'], names.map((it) => `100644 blob ${blob}\t${it}\0`).join(''));
      const commit = git(['-c', 'user.name=a', '-c', 'user.email=a@b', 'commit-tree', tree, '-m', 'm']);
      const listed = (await repo.folders(commit)).get('') ?? [];
      expect(listed.map(({ path }) => path).sort()).toEqual([...names].sort());
      expect(listed.every(({ objectId }) => objectId === blob)).toBe(true);
    });
  });
});
