import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Git } from './git';
import { GitError } from './git';

/** One line of a tree, or of a recursive listing. */
export interface TreeEntry {
  mode: string;
  objectId: string;
  /** From the root of the repo. */
  path: string;
}

export interface RawChange {
  changeType: 'A' | 'D' | 'M';
  before: TreeEntry;
  after: TreeEntry;
}

const fullId = /^[0-9a-f]{40}$/;
/** Git's id of a tree without entries: what a first commit is compared with. */
const emptyTree = '4b825dc642cb6eb9a060e54bf8d69288fbee4904';

/** Reads a bare repository. What a commit or a blob id names can never change, so it is read once and kept. */
export class BareRepo {
  readonly #trees = new Map<string, Promise<Map<string, TreeEntry[]>>>();
  readonly #blobs = new Map<string, Promise<Buffer>>();
  readonly #commits = new Set<string>();
  constructor(
    readonly path: string,
    private readonly git: Git,
  ) {}

  /** Commit at the head of a branch; undefined where there is none. */
  async branchHead(branch: string): Promise<string | undefined> {
    if (!isRefName(branch)) return undefined;
    const loose = await readFile(join(this.path, 'refs', 'heads', branch), 'utf8').catch(() => '');
    return fullId.test(loose.trim()) ? loose.trim() : this.#revParse(`refs/heads/${branch}^{commit}`);
  }

  /** The commit that a branch, a tag, a full reference name, HEAD or a full commit id means. */
  async resolve(specifier: string): Promise<string | undefined> {
    if (this.#commits.has(specifier)) return specifier;
    if (fullId.test(specifier)) return this.#revParse(`${specifier}^{commit}`);
    if (!isRefName(specifier)) return undefined;
    const head = specifier.startsWith('refs/') ? undefined : await this.branchHead(specifier);
    if (head !== undefined) return head;
    const reference =
      specifier === 'HEAD' || specifier.startsWith('refs/') ? specifier : `refs/tags/${specifier}`;
    return this.#revParse(`${reference}^{commit}`);
  }

  /** Full name of every branch and tag with the commit it points at. */
  async references(): Promise<Map<string, string>> {
    const format = '--format=%(refname)%00%(objectname)%00%(*objectname)';
    const lines = (await this.git.text(this.path, ['for-each-ref', format, 'refs/heads', 'refs/tags'])).split(
      '\n',
    );
    return new Map(
      lines.filter(Boolean).map((line) => {
        const [name = '', id = '', peeled = ''] = line.split('\0');
        return [name, peeled || id];
      }),
    );
  }

  /** Folders of a commit by path ('' is the root), each with the entries directly in it. */
  folders(commitId: string): Promise<Map<string, TreeEntry[]>> {
    return remember(this.#trees, commitId, async () => {
      const raw = await this.git.run(this.path, ['ls-tree', '-r', '-t', '-z', '--full-tree', commitId]);
      const folders = new Map<string, TreeEntry[]>([['', []]]);
      for (const line of raw.toString().split('\0').filter(Boolean)) {
        const tab = line.indexOf('\t');
        const entry = {
          mode: line.slice(0, 6),
          objectId: line.slice(tab - 40, tab),
          path: line.slice(tab + 1),
        };
        if (entry.mode === '040000') folders.set(entry.path, []);
        const parent = entry.path.includes('/') ? entry.path.slice(0, entry.path.lastIndexOf('/')) : '';
        folders.get(parent)?.push(entry);
      }
      return folders;
    });
  }

  async rootTreeId(commitId: string): Promise<string> {
    return this.git.text(this.path, ['rev-parse', '--verify', `${commitId}^{tree}`]);
  }

  blob(blobId: string): Promise<Buffer> {
    return remember(this.#blobs, blobId, () => this.git.run(this.path, ['cat-file', 'blob', blobId]));
  }

  async blobSize(blobId: string): Promise<number> {
    return Number(await this.git.text(this.path, ['cat-file', '-s', blobId]));
  }

  /** The commit object as git stores it. */
  async commitText(commitId: string): Promise<string> {
    return (await this.git.run(this.path, ['cat-file', 'commit', commitId])).toString();
  }

  /** Without `before`, everything is new. Renames are a removal and an addition, as CodeCommit shows them. */
  async changes(before: string | undefined, after: string, path: string): Promise<RawChange[]> {
    const args = [
      'diff-tree',
      '-r',
      '-z',
      '--raw',
      '--no-renames',
      '--no-abbrev',
      before ?? emptyTree,
      after,
    ];
    const fields = (await this.git.run(this.path, [...args, '--', `:(literal)${path}`]))
      .toString()
      .split('\0');
    const changes: RawChange[] = [];
    for (let i = 0; i + 1 < fields.length; i += 2) {
      const [modeBefore = '', modeAfter = '', idBefore = '', idAfter = '', letter = ''] = (fields[i] ?? '')
        .slice(1)
        .split(' ');
      const changed = fields[i + 1] ?? '';
      changes.push({
        changeType: letter === 'A' || letter === 'D' ? letter : 'M',
        before: { mode: modeBefore, objectId: idBefore, path: changed },
        after: { mode: modeAfter, objectId: idAfter, path: changed },
      });
    }
    return changes;
  }

  async #revParse(expression: string): Promise<string | undefined> {
    try {
      const id = await this.git.text(this.path, [
        'rev-parse',
        '--verify',
        '--quiet',
        '--end-of-options',
        expression,
      ]);
      this.#commits.add(id);
      return id;
    } catch (error) {
      if (error instanceof GitError) return undefined;
      throw error;
    }
  }
}

function isRefName(name: string): boolean {
  return /^[^\s~^:?*[\\\0-]/.test(name) && !/\.\.|@\{|\/\/|[\s~^:?*[\\\0]|\/$|\.lock$/.test(name);
}

function remember<T>(cache: Map<string, Promise<T>>, key: string, make: () => Promise<T>): Promise<T> {
  const kept = cache.get(key);
  if (kept !== undefined) return kept;
  const made = make();
  cache.set(key, made);
  made.catch(() => cache.delete(key));
  return made;
}
