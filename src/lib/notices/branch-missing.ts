import type { InstantMs } from '../definitions/instant';
import type { Notice } from '../lifecycle/image-record';
import { composeNotice } from './compose';

/** The branch that is in force has gone, or was never there. Told once for each commit that was last on it. */
export function branchMissing(
  repository: string,
  branch: string,
  lastCommitId: string | undefined,
  atMs: InstantMs,
): Notice {
  return composeNotice({
    id: `branch-missing:${repository}:${branch}:${lastCommitId ?? 'never'}`,
    code: 'BRANCH_MISSING',
    subject: `Branch ${branch} of ${repository} does not exist`,
    paragraphs: [
      `Repository ${repository} has no branch ${branch}.`,
      lastCommitId === undefined
        ? 'Nothing is baked until there is one.'
        : `Commit ${lastCommitId}, the last one seen on it, stays in force.`,
      'What to do: push the branch, or name another one in the settings (repo.branch).',
    ],
    atMs,
  });
}
