import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseDocument } from 'yaml';
import type { Document } from 'yaml';
import type { LocalRepo, RepoStore } from '../git/repo-store';

/** A work tree of an image repo: what a person who maintains it would do, with git. */
export class ImageRepo {
  constructor(
    private readonly store: RepoStore,
    readonly repo: LocalRepo,
    readonly workTree: string,
    /** Folder of bakery.yml in the repo; '' is the root. */
    readonly root: string,
  ) {}

  get account(): string {
    return this.repo.account;
  }

  read(path: string): Promise<string> {
    return readFile(join(this.workTree, this.root, path), 'utf8');
  }

  /** Changes a file below the folder of bakery.yml; '' where it does not exist yet. */
  async edit(path: string, change: (text: string) => string): Promise<void> {
    const before = await this.read(path).catch(() => '');
    await writeFile(join(this.workTree, this.root, path), change(before));
  }

  /** Changes bakery.yml and keeps its comments. */
  async editBakeryYml(change: (document: Document) => void): Promise<void> {
    await this.edit('bakery.yml', (text) => {
      const document = parseDocument(text);
      change(document);
      return document.toString({ lineWidth: 0 });
    });
  }

  /** Files tracked below a path, relative to the folder of bakery.yml. */
  async files(path: string): Promise<string[]> {
    const folder = join(this.workTree, this.root);
    const listed = await this.store.git.text(folder, ['ls-files', '-z', '--', path]);
    return listed.split('\0').filter((file) => file !== '');
  }

  /** Commits everything and pushes; answers the commit. */
  push(message: string): Promise<string> {
    return this.store.commitAndPush(this.workTree, message);
  }

  /** `git revert` of the last commit, pushed. */
  async revertLast(message: string): Promise<string> {
    await this.store.git.run(this.workTree, ['revert', '--no-commit', 'HEAD']);
    return this.push(message);
  }
}
