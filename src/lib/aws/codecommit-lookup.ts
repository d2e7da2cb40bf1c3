import { CodeCommitClient, GetBranchCommand } from '@aws-sdk/client-codecommit';
import { call, causedBy } from './classify';
import type { ClientFactory } from './clients';

/** Whether an image repo and its branch exist. */
export type RepoLookup = (where: {
  region: string;
  repository: string;
  branch: string;
}) => Promise<{ repository: boolean; branch: boolean }>;

export const codeCommitLookup =
  (clients: ClientFactory): RepoLookup =>
  async ({ region, repository, branch }) => {
    try {
      await call('codecommit.GetBranch', () =>
        clients(CodeCommitClient, { region }).send(
          new GetBranchCommand({ repositoryName: repository, branchName: branch }),
        ),
      );
      return { repository: true, branch: true };
    } catch (error) {
      if (causedBy(error, 'RepositoryDoesNotExistException')) return { repository: false, branch: false };
      if (causedBy(error, 'BranchDoesNotExistException')) return { repository: true, branch: false };
      throw error;
    }
  };
