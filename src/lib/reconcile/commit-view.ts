import pLimit from 'p-limit';
import type { CommitFolder, RepoReader } from '../aws/edges';
import type { CommitEntry, CommitView } from '../definitions/commit-view';

/** CodeCommit calls under way at once. */
const concurrency = 8;

/** `images/web` under the root `golden`: `golden/images/web`. */
export const underRoot = (root: string, path: string): string =>
  [root, path].filter((part) => part !== '').join('/');

/**
 * One folder listing per distinct parent folder, and the texts that are needed: what the catalog is checked and hashed
 * against. `paths` and `texts` are relative to `root`, the folder of bakery.yml.
 */
export async function readCommitView(
  repo: RepoReader,
  commitId: string,
  root: string,
  folders: string[],
  texts: string[],
): Promise<CommitView> {
  const limit = pLimit(concurrency);
  const entries = new Map<string, CommitEntry>();
  const contents = new Map<string, string>();
  const files = new Map<string, string[]>();
  await Promise.all([
    ...folders.map((folder) =>
      limit(async () => {
        const listing = await repo.folder(commitId, underRoot(root, folder));
        if (listing === undefined) return;
        // A template or an input may be the folder of bakery.yml itself.
        if (folder === '') entries.set('', { kind: 'folder', objectId: listing.treeId });
        addEntries(entries, folder, listing);
        files.set(
          folder,
          listing.files.map(({ name }) => name),
        );
      }),
    ),
    ...texts.map((path) =>
      limit(async () => {
        const bytes = await repo.file(commitId, underRoot(root, path));
        if (bytes !== undefined) contents.set(path, Buffer.from(bytes).toString('utf8'));
      }),
    ),
  ]);
  return {
    commitId,
    entry: (path) => entries.get(path),
    files: (folder) => files.get(folder),
    text: (path) => contents.get(path),
  };
}

function addEntries(entries: Map<string, CommitEntry>, folder: string, listing: CommitFolder): void {
  const put = (name: string, kind: CommitEntry['kind'], objectId: string) =>
    entries.set(underRoot(folder, name), { kind, objectId });
  for (const { name, treeId } of listing.folders) put(name, 'folder', treeId);
  for (const { name, blobId } of listing.files) put(name, 'file', blobId);
  for (const { name, blobId } of listing.symlinks) put(name, 'symlink', blobId);
  for (const { name, commitId } of listing.submodules) put(name, 'submodule', commitId);
}
