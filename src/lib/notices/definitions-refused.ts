import type { InstantMs } from '../definitions/instant';
import { formatProblem } from '../definitions/problem';
import type { Problem } from '../definitions/problem';
import type { Notice } from '../lifecycle/image-record';
import { composeNotice } from './compose';

/** The bakery.yml of a commit is not valid: the last valid commit stays in force. */
export function definitionsRefused(
  refused: { commitId: string; problems: Problem[]; inForceCommitId: string | undefined },
  target: string | undefined,
  atMs: InstantMs,
): Notice {
  const { commitId, problems, inForceCommitId } = refused;
  const errors = problems.filter(({ severity }) => severity === 'error').length;
  return composeNotice({
    id: `definitions-refused:${commitId}`,
    code: 'DEFINITIONS_REFUSED',
    target,
    subject: `bakery.yml of commit ${commitId.slice(0, 8)} is not valid: ${errors} error${errors === 1 ? '' : 's'}`,
    paragraphs: [
      `bakery.yml of commit ${commitId} is not valid and is not followed.`,
      problems.map((problem) => formatProblem('bakery.yml', problem)).join('\n'),
      inForceCommitId === undefined
        ? 'There is no earlier valid commit: nothing is baked until there is one.'
        : `Commit ${inForceCommitId} stays in force.`,
      'What to do: mend it and push.',
    ],
    atMs,
  });
}
