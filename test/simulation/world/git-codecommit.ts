import { execFileSync } from 'node:child_process';
import type {
  GetFileInput,
  GetFileOutput,
  GetFolderInput,
  GetFolderOutput,
} from '@aws-sdk/client-codecommit';
import { LocalCodeCommit } from '../../../src/local/git/codecommit';
import { MemoryCodeCommit, type Files } from '../../../src/local/git/memory-codecommit';
import { RepoStore } from '../../../src/local/git/repo-store';
import type { CallSite, World } from '../../../src/local/aws/world';

/** Pushes go into real git repositories, from which functions read; what is asked here is asked of git as well. */
export class GitCodeCommit extends MemoryCodeCommit {
  readonly store: RepoStore;
  readonly service: LocalCodeCommit;
  readonly #paths = new Map<string, string>();

  constructor(world: World, root: string) {
    super(world);
    this.store = new RepoStore(world, { root, searchPath: process.env['PATH'] ?? '' });
    this.service = new LocalCodeCommit(this.store);
  }

  /** Before the first push. */
  async create(account: string, region: string, name: string, root: string): Promise<void> {
    await this.store.createRepo({ account, region, name });
    this.#paths.set(`${account}/${name}`, `${root}/${account}/${region}/${name}.git`);
  }

  protected override commitIdOf(
    at: Omit<CallSite, 'caller'>,
    repository: string,
    branch: string,
    files: Files,
  ): string {
    const path = this.#paths.get(`${at.account}/${repository}`)!;
    const stream = Object.entries(files)
      .map(([file, text]) => `M 100644 inline ${file}\ndata ${Buffer.byteLength(text)}\n${text}\n`)
      .join('');
    const nobody = 'somebody <somebody@example.com> 1767225600 +0000';
    this.#git(
      path,
      ['fast-import', '--quiet', '--force'],
      `commit refs/heads/${branch}\ncommitter ${nobody}\ndata 4\npush\ndeleteall\n${stream}\n`,
    );
    return this.#git(path, ['rev-parse', `refs/heads/${branch}`]);
  }

  override GetFile(input: GetFileInput): GetFileOutput {
    const blobId = this.#find(input.commitSpecifier, input.filePath ?? '');
    return { ...super.GetFile(input), blobId };
  }

  override GetFolder(input: GetFolderInput): GetFolderOutput {
    const folder = (input.folderPath ?? '').replace(/^\/|\/$/g, '');
    return { ...super.GetFolder(input), treeId: this.#find(input.commitSpecifier, folder) };
  }

  #find(commitId: string | undefined, path: string): string {
    for (const repo of this.#paths.values()) {
      try {
        return this.#git(repo, ['rev-parse', '--verify', '--quiet', `${commitId}:${path}`]);
      } catch {
        // Of another account.
      }
    }
    return '';
  }

  #git(path: string, args: string[], input = ''): string {
    return execFileSync('git', ['--git-dir', path, ...args], {
      input,
      encoding: 'utf8',
      stdio: ['pipe', 'pipe', 'ignore'],
    }).trim();
  }
}
