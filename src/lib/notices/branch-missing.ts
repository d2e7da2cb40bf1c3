import type { InstantMs } from '../definitions/instant';
import type { Notice } from '../lifecycle/image-record';
import { composeNotice } from './compose';

/** The branch that is in force has gone, or was never there. Told once for each commit that was last on it. */
export function branchMissing(
  missing: { repo: string; branch: string; lastCommitId: string | undefined },
  atMs: InstantMs,
): Notice {
  const { repo, branch, lastCommitId } = missing;
  return composeNotice({
    id: `branch-missing:${repo}:${branch}:${lastCommitId ?? 'never'}`,
    code: 'BRANCH_MISSING',
    subject: `Branch ${branch} of ${repo} does not exist`,
    paragraphs: [
      `Repository ${repo} has no branch ${branch}.`,
      lastCommitId === undefined
        ? 'Nothing is baked until there is one.'
        : `Commit ${lastCommitId}, the last one seen on it, stays in force.`,
      'What to do: push the branch, or name another one in the settings (repo.branch).',
    ],
    atMs,
  });
}
