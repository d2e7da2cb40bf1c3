import { mkdir } from 'node:fs/promises';
import type { RepoStore } from '../git/repo-store';
import type { BuildRun } from './build-run';

/** The repo that a project's source location names; undefined for a project without source. */
function sourceRepo(repos: RepoStore, run: BuildRun) {
  const { type, location = '' } = run.project.source ?? {};
  if (type === undefined || type === 'NO_SOURCE') return undefined;
  const [, region, name] =
    /^https:\/\/git-codecommit\.([^.]+)\.amazonaws\.com\/v1\/repos\/([^/]+)$/.exec(location) ?? [];
  const repo = name === undefined ? undefined : repos.find(run.account, region ?? run.region, name);
  if (type !== 'CODECOMMIT' || repo === undefined)
    throw new Error(`CLIENT_ERROR: no repository at ${location}`);
  return repo;
}

/**
 * Puts the source of a build into `folder`: one commit, with its `.git`, as CodeBuild does at clone depth 1. Answers the
 * commit; undefined where the project has no source. Throws `CLIENT_ERROR: …` where there is no such commit.
 */
export async function checkOut(repos: RepoStore, run: BuildRun, folder: string): Promise<string | undefined> {
  await mkdir(folder, { recursive: true });
  const repo = sourceRepo(repos, run);
  if (repo === undefined) return undefined;
  const version = run.sourceVersion ?? repo.defaultBranch;
  const commit = await repo.git.resolve(version);
  if (commit === undefined)
    throw new Error(`CLIENT_ERROR: reference not found for primary source and source version ${version}`);
  await repos.git.run(folder, ['init', '--quiet', '--template=']);
  await repos.git.run(folder, [
    'fetch',
    '--quiet',
    '--depth=1',
    '--no-tags',
    `file://${repo.git.path}`,
    commit,
  ]);
  await repos.git.run(folder, ['checkout', '--quiet', '--detach', commit]);
  return commit;
}
