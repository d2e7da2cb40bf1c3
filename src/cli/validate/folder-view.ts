import { lstatSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { CommitEntry, CommitView } from '../../lib/definitions/commit-view';

/** The id of everything: who only checks a folder compares nothing. */
const objectId = 'not-committed';

/** A folder as it would be in a commit of all that is in it now. */
export function folderView(root: string): CommitView {
  return {
    commitId: objectId,
    entry: (path) => {
      const steps = path === '' ? [] : path.split('/');
      let at = root;
      for (const [index, step] of steps.entries()) {
        // Asked for by its listing: a file system that takes Web/ for web/ would hide what git will not find.
        if (!namesIn(at).includes(step)) return undefined;
        at = join(at, step);
        const kind = kindOf(at);
        if (kind === undefined) return undefined;
        if (index === steps.length - 1) return { kind, objectId };
        // Behind a link or in a submodule there is nothing, as far as the commit is concerned.
        if (kind !== 'folder') return undefined;
      }
      return { kind: 'folder', objectId };
    },
    files: (folder) =>
      namesIn(join(root, folder)).filter((name) => kindOf(join(root, folder, name)) === 'file'),
    text: (path) => {
      try {
        return readFileSync(join(root, path), 'utf8');
      } catch {
        return undefined;
      }
    },
  };
}

function kindOf(path: string): CommitEntry['kind'] | undefined {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return undefined;
  if (stat.isSymbolicLink()) return 'symlink';
  if (stat.isFile()) return 'file';
  if (!stat.isDirectory()) return undefined;
  if (namesIn(path).includes('.git')) return 'submodule';
  return holdsFiles(path) ? 'folder' : undefined;
}

/** Git keeps no empty folders. */
const holdsFiles = (folder: string): boolean =>
  readdirSync(folder, { withFileTypes: true }).some(
    (entry) => !entry.isDirectory() || holdsFiles(join(folder, entry.name)),
  );

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
