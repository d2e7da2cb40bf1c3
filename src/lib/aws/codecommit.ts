import {
  CodeCommitClient,
  GetBranchCommand,
  GetFileCommand,
  GetFolderCommand,
} from '@aws-sdk/client-codecommit';
import { call, causedBy } from './classify';
import type { ClientFactory } from './clients';
import type { CommitFolder, RepoReader } from './edges';

/**
 * An image repo in CodeCommit. Files above 6 MB are refused with TOO_LARGE (CodeCommit quota for GetFile). The root folder
 * is asked for as '' (AWS CLI reference, `codecommit get-folder`, its example).
 */
export function codeCommitRepo(
  clients: ClientFactory,
  repo: { repository: string; branch: string; region?: string; roleArn?: string },
): RepoReader {
  const client = () => clients(CodeCommitClient, { region: repo.region, roleArn: repo.roleArn });
  const repositoryName = repo.repository;

  return {
    head: () =>
      undefinedWhere('BranchDoesNotExistException', async () => {
        const answer = await call('codecommit.GetBranch', () =>
          client().send(new GetBranchCommand({ repositoryName, branchName: repo.branch })),
        );
        return answer.branch?.commitId;
      }),

    file: (commitId, path) =>
      undefinedWhere('FileDoesNotExistException', async () => {
        const answer = await call('codecommit.GetFile', () =>
          client().send(new GetFileCommand({ repositoryName, commitSpecifier: commitId, filePath: path })),
        );
        return answer.fileContent;
      }),

    folder: (commitId, path) =>
      undefinedWhere('FolderDoesNotExistException', async () => {
        const answer = await call('codecommit.GetFolder', () =>
          client().send(
            new GetFolderCommand({ repositoryName, commitSpecifier: commitId, folderPath: path }),
          ),
        );
        return {
          treeId: answer.treeId ?? '',
          folders: named(answer.subFolders, (it) => ({ treeId: it.treeId ?? '' })),
          files: named(answer.files, (it) => ({ blobId: it.blobId ?? '' })),
          symlinks: named(answer.symbolicLinks, (it) => ({ blobId: it.blobId ?? '' })),
          submodules: named(answer.subModules, (it) => ({ commitId: it.commitId ?? '' })),
        } satisfies CommitFolder;
      }),
  };
}

const named = <T extends { relativePath?: string }, R>(entries: T[] | undefined, rest: (entry: T) => R) =>
  (entries ?? []).map((entry) => ({ name: entry.relativePath ?? '', ...rest(entry) }));

/** A repository or commit that is missing stays an error; what is asked for inside it may be absent. */
async function undefinedWhere<T>(errorName: string, ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (causedBy(error, errorName)) return undefined;
    throw error;
  }
}
