import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** A git repository of somebody else's, with one commit of these files on a branch that is not called main. */
export function makeRepo(folder: string, files: Record<string, string>): string {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=Ann', '-c', 'user.email=ann@localhost', ...args], { cwd: folder });
  git('init', '--quiet', '--initial-branch=trunk');
  git('add', '--all');
  git('commit', '--quiet', '--message=One');
  return folder;
}

/** Every file below a folder, `.git` included: name, mode, time of the last change and content. */
export function fingerprint(folder: string): string {
  const hash = createHash('sha256');
  for (const path of readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()) {
    const stat = statSync(join(folder, path));
    hash.update(`${path} ${stat.mode} ${stat.mtimeMs}\n`);
    if (stat.isFile()) hash.update(readFileSync(join(folder, path)));
  }
  return hash.digest('hex');
}
