import { AwsError } from '../aws/errors';
import { known, unknown } from '../definitions/known';
import type { Run } from './run';

/** How many of the newest builds are searched for a BAKE_ID: one ListBuildsForProject page (100 ids). */
const searchedBuilds = 100;

/** Lists the newest builds of a project, for all that look for theirs in this run. */
export async function findBuilds(run: Run, project: string): Promise<void> {
  try {
    const newest = await run.deps.builds.newest(project, searchedBuilds);
    run.facts.foundBuilds.set(project, known(newest));
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    run.facts.foundBuilds.set(project, unknown(error.message));
  }
}
