import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const starters = join(import.meta.dirname, '../../packer');

/** A real git repository in a folder of its own. */
export class ImageRepo {
  readonly folder = realpathSync(mkdtempSync(join(tmpdir(), 'bakery-cli-')));

  git(...args: string[]): string {
    const identity = [
      '-c',
      'user.name=Ada',
      '-c',
      'user.email=ada@example.com',
      '-c',
      'commit.gpgSign=false',
    ];
    return execFileSync('git', [...identity, ...args], { cwd: this.folder, encoding: 'utf8' }).trim();
  }

  /** With the files of a starter repo, in `under`, committed. */
  static starter(name: 'platform' | 'app', under = ''): ImageRepo {
    const repo = new ImageRepo();
    repo.git('init', '--quiet', '--initial-branch=main');
    cpSync(join(starters, name), join(repo.folder, under), { recursive: true });
    repo.commit('first');
    return repo;
  }

  write(path: string, text: string): this {
    mkdirSync(dirname(join(this.folder, path)), { recursive: true });
    writeFileSync(join(this.folder, path), text);
    return this;
  }

  append(path: string, text = '\n# changed\n'): this {
    appendFileSync(join(this.folder, path), text);
    return this;
  }

  edit(path: string, change: (text: string) => string): this {
    const before = readFileSync(join(this.folder, path), 'utf8');
    const after = change(before);
    if (before === after) throw new Error(`The test changes nothing of ${path}.`);
    return this.write(path, after);
  }

  /** Commits everything; answers the commit. */
  commit(message = 'change'): string {
    this.git('add', '--all');
    this.git('commit', '--quiet', '--message', message);
    return this.git('rev-parse', 'HEAD');
  }

  revert(): string {
    this.git('revert', '--no-edit', 'HEAD');
    return this.git('rev-parse', 'HEAD');
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
