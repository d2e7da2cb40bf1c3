import type { CatalogReading, CatalogSettings } from '../../lib/reconcile/read-catalog';
import { readCatalog } from '../../lib/reconcile/read-catalog';
import type { Problem } from '../../lib/definitions/problem';
import type { CatalogInForce } from '../../lib/planning/snapshot';
import type { GitRepoReader } from '../git-repo-reader';
import type { LocalRepo } from './local-repo';
import { firstParents } from './local-repo';

/** Commits before the pushed one whose images may have been baked: a revert to one of them is recognised. */
export const rememberedCommits = 50;

/** What the commits say, as the bakery would read them. */
export interface States {
  /** At the pushed commit. */
  to: { commitId: string; catalog: CatalogInForce } | { commitId: string; problems: Problem[] };
  /** Warnings of the pushed commit. */
  warnings: Problem[];
  /** In force before the push; absent: nothing valid was found. */
  before?: CatalogInForce;
  /** Valid ones before the push, newest first, without `before`. */
  earlier: CatalogInForce[];
}

/** Reads the pushed commit, the one in force before it, and those from which bakes may be left. */
export async function readStates(
  repo: LocalRepo,
  reader: GitRepoReader,
  settings: CatalogSettings,
  range: { from: string | undefined; to: string },
  nowMs: number,
): Promise<States> {
  const { from, to } = range;
  const read = (commitId: string) => readCatalog(reader, settings, undefined, commitId, nowMs);
  // What lies between the two is part of the same push: only its last commit is ever baked.
  const history = from === undefined ? [] : await firstParents(repo, from, rememberedCommits);
  const [pushed, ...readings] = await Promise.all([read(to), ...history.map(read)]);
  const valid = readings.flatMap((reading) => reading.stored.inForce ?? []);
  // An invalid commit leaves the last valid one in force.
  const [inForce, ...earlier] = valid;
  return {
    to: outcome(to, pushed),
    warnings: pushed.accepted ? pushed.problems : [],
    ...(inForce === undefined ? {} : { before: inForce }),
    earlier,
  };
}

function outcome(commitId: string, { stored, problems }: CatalogReading): States['to'] {
  return stored.inForce === undefined ? { commitId, problems } : { commitId, catalog: stored.inForce };
}
