import { stat } from 'node:fs/promises';
import { Git, GitError } from '../../local/git/git';
import { CliError } from '../cli-error';

/** A repository on this machine, as `plan` looks at it. */
export interface LocalRepo {
  git: Git;
  /** The folder that was named. */
  folder: string;
  /** Folder of bakery.yml, from the root of the repository. */
  root: string;
  /** Commits before a certain one are missing. */
  shallow: boolean;
}

/** @throws CliError where the folder is not in a repository that can be read */
export async function openLocalRepo(
  made: { folder: string; given: string; path: string | undefined },
  searchPath: string,
): Promise<LocalRepo> {
  const { folder, given, path } = made;
  const git = new Git(searchPath);
  if (
    !(await stat(folder).then(
      (entry) => entry.isDirectory(),
      () => false,
    ))
  )
    throw new CliError('NO_SUCH_PATH', `There is no folder ${given}.`, 'Name a folder in a git repository.');
  const asked = ['rev-parse', '--is-shallow-repository', '--show-prefix'];
  const answer = await git.text(folder, asked).catch((error: unknown) => {
    throw notReadable(given, error);
  });
  const [shallow, prefix = ''] = answer.split('\n');
  const root = (path ?? prefix).replace(/^\.?\/+|\/+$/g, '').replace(/^\.$/, '');
  return { git, folder, root, shallow: shallow === 'true' };
}

/** @throws CliError where there is no such commit */
export async function commitOf({ git, folder, shallow }: LocalRepo, revision: string): Promise<string> {
  const found = await parse(git, folder, revision);
  if (found !== undefined) return found;
  throw new CliError(
    'NO_SUCH_COMMIT',
    `There is no commit "${revision}" in this repository.`,
    shallow ? deepen : 'Name a commit, a branch or a tag, for example HEAD, main or HEAD~3.',
  );
}

/** The commit before; undefined for the first one. @throws CliError where a shallow clone hides it */
export async function parentOf(repo: LocalRepo, commitId: string): Promise<string | undefined> {
  const parent = await parse(repo.git, repo.folder, `${commitId}~1`);
  if (parent !== undefined || !repo.shallow) return parent;
  throw new CliError(
    'SHALLOW_CLONE',
    `This clone is shallow: the commit before ${commitId.slice(0, 8)} is not in it.`,
    deepen,
  );
}

/** First parents, newest first, the commit itself included. */
export async function firstParents(
  { git, folder }: LocalRepo,
  commitId: string,
  most: number,
): Promise<string[]> {
  const args = ['rev-list', '--first-parent', `--max-count=${most}`, commitId];
  const listed = await git.text(folder, args);
  return listed === '' ? [] : listed.split('\n');
}

/** Paths that differ, from the root of the repository; everything where there is no commit before. */
export async function changedFiles(
  { git, folder }: LocalRepo,
  before: string | undefined,
  after: string,
): Promise<string[]> {
  const args =
    before === undefined
      ? ['ls-tree', '-r', '-z', '--name-only', '--full-tree', after]
      : ['diff-tree', '-r', '-z', '--name-only', '--no-renames', before, after];
  return (await git.text(folder, args)).split('\0').filter((path) => path !== '');
}

const deepen =
  'Fetch more of its history first: git fetch --deepen=50 (in a pipeline: check out with more depth).';

async function parse(git: Git, folder: string, revision: string): Promise<string | undefined> {
  try {
    const args = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`];
    return await git.text(folder, args);
  } catch (error) {
    if (error instanceof GitError) return undefined;
    throw error;
  }
}

function notReadable(given: string, error: unknown): CliError {
  if (!(error instanceof GitError))
    return new CliError('NO_GIT', 'git could not be started.', 'Install git, or put it on the PATH.', {
      cause: error,
    });
  const why =
    error.stderr
      .trim()
      .split('\n')[0]
      ?.replace(/^fatal: /, '') ?? '';
  return new CliError(
    'NOT_A_REPO',
    `${given === '.' ? 'This folder' : given} is not in a git repository that can be read: ${why}.`,
    'Name a folder of the image repo with --repo; it has to belong to you.',
    { cause: error },
  );
}
