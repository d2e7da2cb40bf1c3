/**
 * What is known of one commit of the image repo: enough to check that templates and inputs exist and to identify
 * their content by git object id. Paths are relative to the folder of bakery.yml, without leading or trailing slash.
 */
export interface CommitView {
  commitId: string;
  /** The entry at a path; undefined: nothing there. The root folder ('') has an entry too. */
  entry(path: string): CommitEntry | undefined;
  /** Names of the plain files of a folder that was listed; undefined where it was not. */
  files?(folder: string): readonly string[] | undefined;
  /** The text of a file that was asked for with `pathsToRead`; undefined where it was not read. */
  text(path: string): string | undefined;
}

export interface CommitEntry {
  kind: 'folder' | 'file' | 'symlink' | 'submodule';
  /** Git tree id of a folder, blob id of a file. */
  objectId: string;
}
