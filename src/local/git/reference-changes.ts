/** Detail of a `CodeCommit Repository State Change` event: a created reference has no oldCommitId, a deleted one no commitId. */
export interface ReferenceChange {
  event: 'referenceCreated' | 'referenceUpdated' | 'referenceDeleted';
  repositoryName: string;
  repositoryId: string;
  referenceType: 'branch' | 'tag';
  referenceName: string;
  referenceFullName: string;
  commitId?: string;
  oldCommitId?: string;
  callerUserArn: string;
}

/** What changed between two looks at the references of a repo, by full reference name. */
export function changedReferences(
  repo: { account: string; name: string; repositoryId: string },
  before: Map<string, string>,
  now: Map<string, string>,
): ReferenceChange[] {
  const names = [...new Set([...before.keys(), ...now.keys()])].sort();
  return names.flatMap((referenceFullName): ReferenceChange[] => {
    const oldCommitId = before.get(referenceFullName);
    const commitId = now.get(referenceFullName);
    if (oldCommitId === commitId) return [];
    const event =
      oldCommitId === undefined
        ? 'referenceCreated'
        : commitId === undefined
          ? 'referenceDeleted'
          : 'referenceUpdated';
    return [
      {
        event,
        repositoryName: repo.name,
        repositoryId: repo.repositoryId,
        referenceType: referenceFullName.startsWith('refs/tags/') ? 'tag' : 'branch',
        referenceName: referenceFullName.replace(/^refs\/(heads|tags)\//, ''),
        referenceFullName,
        ...(commitId === undefined ? {} : { commitId }),
        ...(oldCommitId === undefined ? {} : { oldCommitId }),
        callerUserArn: `arn:aws:iam::${repo.account}:user/local`,
      },
    ];
  });
}
