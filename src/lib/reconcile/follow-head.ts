import { known, unknown } from '../definitions/known';
import { formatProblem } from '../definitions/problem';
import { putCatalog } from '../ledger/writes';
import { definitionsRefused } from '../notices/definitions-refused';
import { branchMissing } from '../notices/branch-missing';
import { observeBases, type Head } from './observe';
import { readWith } from './read-with';
import { readCatalog } from './read-catalog';
import type { Run } from './run';
import { keepTold, tell } from './send-notices';

/**
 * Takes the catalog at the head of the branch into force when the head has moved. An invalid one, or a branch that is
 * gone, leaves the last valid commit in force and is told to the owner, once.
 */
export async function followHead(run: Run, head: Head): Promise<void> {
  const { deps, ledger } = run;
  if (deps.repo === undefined || !head.known) return;
  const { repo } = deps.settings;
  if (head.value === undefined) {
    const last = ledger.catalog?.inForce?.commitId;
    deps.log.warn('the branch does not exist', { branch: repo?.branch, commit: last });
    tell(
      run,
      branchMissing({ repo: repo?.name ?? '', branch: repo?.branch ?? '', lastCommitId: last }, run.nowMs),
    );
    return;
  }
  const reading = await readCatalog(deps.repo, deps.settings, ledger.catalog, head.value, run.nowMs);
  for (const problem of reading.problems) {
    deps.log.warn(formatProblem('bakery.yml', problem), { code: problem.code, commit: head.value });
  }
  const { stored, write } = putCatalog({ ...reading.stored, readWith: readWith(deps.settings) });
  if (!reading.accepted) {
    const refused = {
      commitId: head.value,
      problems: reading.problems,
      inForceCommitId: stored.inForce?.commitId,
    };
    tell(run, definitionsRefused(refused, undefined, run.nowMs));
  }
  // The next run will not read this commit again: what is told of it is kept by the same write.
  const told = reading.accepted ? undefined : keepTold(run);
  await deps.table.write([write, ...(told?.writes ?? [])]);
  told?.stored();
  ledger.catalog = stored;
  if (!reading.accepted) {
    if (stored.inForce !== undefined) run.facts.catalog = known(stored.inForce);
    else run.facts.catalog = unknown(`bakery.yml of commit ${head.value} is not valid`);
    return;
  }
  deps.log.info('catalog in force', {
    commit: head.value,
    images: reading.stored.inForce?.catalog.images.length,
  });
  run.facts.catalog = known(stored.inForce!);
  observeBases(run, stored.inForce!);
}
