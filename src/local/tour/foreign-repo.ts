import { readFile } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { readBakeryYml } from '../../lib/definitions/bakery-yml';
import type { Catalog } from '../../lib/definitions/catalog';
import { formatProblem } from '../../lib/definitions/problem';
import { Git, GitError } from '../git/git';

/** The tour cannot run on this repo; a person has to change something. */
export class ForeignRepoRefused extends Error {
  override readonly name = 'ForeignRepoRefused';
}

/** Somebody's own image repo: a clone of it, what its bakery.yml says, and the texts in it. */
export interface ForeignRepo {
  /** As the person wrote it. */
  given: string;
  /** The clone: the only thing that is ever written to. */
  workTree: string;
  /** Folder of bakery.yml in it; '' is the root. */
  root: string;
  branch: string;
  commitId: string;
  catalog: Catalog;
  /** By path from `root`: every file of the commit that is not too large to be a template. */
  texts: Map<string, string>;
}

const largestTextBytes = 256 * 1024;

/**
 * Clones the repo that `path` is in (its folder of bakery.yml, or the root). What is not committed is not seen.
 * @throws ForeignRepoRefused
 */
export async function openForeignRepo(
  path: string,
  made: { workTree: string; searchPath: string },
): Promise<ForeignRepo> {
  const git = new Git(made.searchPath);
  const folder = resolve(path);
  const top = await ask(git, folder, ['rev-parse', '--show-toplevel'], `${path} is not in a git repository`);
  const root = relative(top, folder);
  const branch = await ask(git, top, ['symbolic-ref', '--short', 'HEAD'], `${path} is not on a branch`);
  const commitId = await ask(git, top, ['rev-parse', '--verify', 'HEAD'], `${path} has no commit yet`);
  const { workTree } = made;
  const clone = ['clone', '--quiet', '--no-local', '--no-tags', '--template=', '--', top, workTree];
  await ask(git, '/', clone, `${path} cannot be cloned`);
  const texts = await readTexts(git, join(workTree, root));
  const text = texts.get('bakery.yml');
  if (text === undefined) {
    throw new ForeignRepoRefused(
      `There is no bakery.yml in ${path} at commit ${commitId.slice(0, 8)}. Commit one (packer/platform/bakery.yml shows how), or give the folder it is in.`,
    );
  }
  const { catalog, problems } = readBakeryYml(text, { bakery: '', parameterPrefix: '/bakery/' });
  if (catalog === undefined) {
    const lines = problems.map((problem) => `  ${formatProblem('bakery.yml', problem)}`);
    throw new ForeignRepoRefused(`bakery.yml in ${path} is not valid:\n${lines.join('\n')}`);
  }
  return { given: path, workTree, root, branch, commitId, catalog, texts };
}

async function ask(git: Git, folder: string, args: string[], otherwise: string): Promise<string> {
  try {
    return await git.text(folder, args);
  } catch (error) {
    const why = error instanceof GitError ? error.stderr.trim() : String(error);
    throw new ForeignRepoRefused(`${otherwise}: ${why}`, { cause: error });
  }
}

async function readTexts(git: Git, folder: string): Promise<Map<string, string>> {
  const listed = (await git.text(folder, ['ls-files', '-z', '--stage', '--', '.'])).split('\0');
  const texts = new Map<string, string>();
  for (const line of listed) {
    const [, mode, path] = /^(\d{6}) [0-9a-f]+ \d\t(.*)$/s.exec(line) ?? [];
    if (path === undefined || !mode!.startsWith('100')) continue;
    const bytes = await readFile(join(folder, path));
    if (bytes.length <= largestTextBytes && !bytes.includes(0)) texts.set(path, bytes.toString('utf8'));
  }
  return texts;
}
