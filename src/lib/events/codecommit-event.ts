import * as z from 'zod/mini';
import { eventBridgeEvent, eventText, none, refused, whyMalformed } from './interest';
import type { Interest } from './interest';

/** https://docs.aws.amazon.com/codecommit/latest/userguide/monitoring-events.html; delivery is best effort. */
const schema = eventBridgeEvent(
  'aws.codecommit',
  'CodeCommit Repository State Change',
  z.object({
    event: z.string(),
    repositoryName: z.string(),
    // An unreferenced merge commit has no reference, a deleted branch no commit.
    referenceType: z.optional(z.string()),
    referenceName: z.optional(z.string()),
    commitId: z.optional(eventText),
  }),
);

/** A branch of the image repo moved, was made or went away: its head is read anew, whatever the event says of it. */
export function readCodeCommitEvent(event: unknown, repo: { name: string; branch: string }): Interest {
  const read = z.safeParse(schema, event);
  if (!read.success) return refused(whyMalformed(read.error));
  const { id, detail } = read.data;
  if (!detail.event.startsWith('reference')) return none(`${detail.event} moves no branch`);
  if (detail.repositoryName !== repo.name)
    return none(`repository ${detail.repositoryName} is not the image repo`);
  if (detail.referenceType !== 'branch')
    return none(`a ${detail.referenceType ?? 'reference of no type'} is not a branch`);
  if (detail.referenceName !== repo.branch) return none(`branch ${detail.referenceName} is not in force`);
  const wakeUp = { kind: 'push', branch: repo.branch, commitId: detail.commitId } as const;
  return { interest: 'act', wakeUp, deduplicationId: `push:${id}` };
}
