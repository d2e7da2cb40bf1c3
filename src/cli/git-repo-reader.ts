import type { CommitFolder, RepoReader } from '../lib/aws/edges';
import type { Git } from '../local/git/git';

interface GitObject {
  id: string;
  type: string;
  content: Buffer;
}

interface Waiting {
  spec: string;
  resolve(found: GitObject | undefined): void;
  reject(error: unknown): void;
}

/**
 * Reads commits of a repository on this machine, and never writes to it. What is asked for in one turn of the event loop
 * is answered by one run of git, so that fifty commits cost as little as one.
 */
export class GitRepoReader implements RepoReader {
  #waiting: Waiting[] = [];

  constructor(
    private readonly git: Git,
    /** Any folder of the work tree, or a bare repository. */
    private readonly folderOfRepo: string,
  ) {}

  head(): Promise<string | undefined> {
    return this.git.text(this.folderOfRepo, ['rev-parse', '--verify', 'HEAD']);
  }

  async file(commitId: string, path: string): Promise<Uint8Array | undefined> {
    const found = await this.#object(`${commitId}:${path}`);
    return found?.type === 'blob' ? found.content : undefined;
  }

  async folder(commitId: string, path: string): Promise<CommitFolder | undefined> {
    const found = await this.#object(`${commitId}:${path}`);
    return found?.type === 'tree' ? readTree(found.id, found.content, commitId.length / 2) : undefined;
  }

  #object(spec: string): Promise<GitObject | undefined> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ spec, resolve, reject });
      if (this.#waiting.length === 1) setImmediate(() => void this.#answer());
    });
  }

  async #answer(): Promise<void> {
    const asked = this.#waiting;
    this.#waiting = [];
    try {
      const input = asked.map(({ spec }) => `${spec}\n`).join('');
      const output = await this.git.run(this.folderOfRepo, ['cat-file', '--batch'], { input });
      const objects = readBatch(output, asked.length);
      for (const [index, { resolve }] of asked.entries()) resolve(objects[index]);
    } catch (error) {
      for (const { reject } of asked) reject(error);
    }
  }
}

/** git-cat-file, "Batch output": `<id> SP <type> SP <size> LF <contents> LF`, or a line that ends otherwise. */
function readBatch(output: Buffer, count: number): (GitObject | undefined)[] {
  const objects: (GitObject | undefined)[] = [];
  let at = 0;
  while (objects.length < count) {
    const end = output.indexOf('\n', at);
    if (end < 0) throw new Error(`git answered ${objects.length} of ${count} questions.`);
    const [, id = '', type, size] =
      /^([0-9a-f]{40,64}) (\w+) (\d+)$/.exec(output.toString('utf8', at, end)) ?? [];
    at = end + 1;
    if (type === undefined) {
      objects.push(undefined);
      continue;
    }
    objects.push({ id, type, content: output.subarray(at, at + Number(size)) });
    at += Number(size) + 1;
  }
  return objects;
}

/** A tree object: `<mode> SP <name> NUL <id in binary>`, one after another. */
function readTree(treeId: string, tree: Buffer, idBytes: number): CommitFolder {
  const folder: CommitFolder = { treeId, folders: [], files: [], symlinks: [], submodules: [] };
  for (let at = 0; at < tree.length;) {
    const space = tree.indexOf(' ', at);
    const nul = tree.indexOf(0, space);
    const mode = tree.toString('latin1', at, space);
    const name = tree.toString('utf8', space + 1, nul);
    at = nul + 1 + idBytes;
    const id = tree.toString('hex', nul + 1, at);
    if (mode === '40000') folder.folders.push({ name, treeId: id });
    else if (mode === '120000') folder.symlinks.push({ name, blobId: id });
    else if (mode === '160000') folder.submodules.push({ name, commitId: id });
    else folder.files.push({ name, blobId: id });
  }
  return folder;
}
