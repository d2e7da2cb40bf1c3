import {
  BranchDoesNotExistException,
  BranchNameRequiredException,
  CommitDoesNotExistException,
  CommitIdDoesNotExistException,
  CommitRequiredException,
  FileDoesNotExistException,
  FileTooLargeException,
  FolderDoesNotExistException,
  InvalidCommitIdException,
  InvalidContinuationTokenException,
  InvalidMaxResultsException,
  PathDoesNotExistException,
  RepositoryDoesNotExistException,
  RepositoryNameRequiredException,
} from '@aws-sdk/client-codecommit';
import type {
  BlobMetadata,
  Difference,
  FileModeTypeEnum,
  GetBranchInput,
  GetBranchOutput,
  GetCommitInput,
  GetCommitOutput,
  GetDifferencesInput,
  GetDifferencesOutput,
  GetFileInput,
  GetFileOutput,
  GetFolderInput,
  GetFolderOutput,
  GetRepositoryInput,
  GetRepositoryOutput,
  UserInfo,
} from '@aws-sdk/client-codecommit';
import type { CallSite } from '../aws/world';
import type { TreeEntry } from './bare-repo';
import type { LocalRepo, RepoStore } from './repo-store';

/** GetFile refuses larger files (CodeCommit user guide, quotas: 6 MB through the API). */
const largestFileBytes = 6 * 1024 * 1024;

/** CodeCommit, answered from real bare git repositories. Refuses with the exception classes of the SDK. */
export class LocalCodeCommit {
  constructor(
    private readonly repos: RepoStore,
    /** Differences on one page where the caller names no MaxResults; small, so that paging is exercised. */
    private readonly pageSize = 3,
  ) {}

  async GetRepository(input: GetRepositoryInput, at: CallSite): Promise<GetRepositoryOutput> {
    const { account, name, repositoryId, region, defaultBranch, createdAtMs } = this.#repo(input, at);
    return {
      repositoryMetadata: {
        accountId: account,
        repositoryId,
        repositoryName: name,
        defaultBranch,
        creationDate: new Date(createdAtMs),
        cloneUrlHttp: `https://git-codecommit.${region}.amazonaws.com/v1/repos/${name}`,
        cloneUrlSsh: `ssh://git-codecommit.${region}.amazonaws.com/v1/repos/${name}`,
        Arn: `arn:aws:codecommit:${region}:${account}:${name}`,
      },
    };
  }

  async GetBranch(input: GetBranchInput, at: CallSite): Promise<GetBranchOutput> {
    const { git } = this.#repo(input, at);
    if (!input.branchName) throw new BranchNameRequiredException(refusal('A branch name is required.'));
    const commitId = await git.branchHead(input.branchName);
    if (commitId === undefined) {
      throw new BranchDoesNotExistException(refusal(`Branch ${input.branchName} does not exist.`));
    }
    return { branch: { branchName: input.branchName, commitId } };
  }

  async GetCommit(input: GetCommitInput, at: CallSite): Promise<GetCommitOutput> {
    const { git } = this.#repo(input, at);
    const id = input.commitId ?? '';
    if (!/^[0-9a-f]{40}$/.test(id)) {
      throw new InvalidCommitIdException(refusal(`Commit id ${id} is not a full commit id.`));
    }
    if ((await git.resolve(id)) === undefined) {
      throw new CommitIdDoesNotExistException(refusal(`Commit ${id} does not exist.`));
    }
    return { commit: { commitId: id, ...parseCommit(await git.commitText(id)) } };
  }

  async GetFolder(input: GetFolderInput, at: CallSite): Promise<GetFolderOutput> {
    const { git, commitId } = await this.#at(input, at, input.commitSpecifier);
    const folderPath = normalPath(input.folderPath);
    const folders = await git.folders(commitId);
    const entries = folders.get(folderPath);
    if (entries === undefined) {
      throw new FolderDoesNotExistException(refusal(`Folder ${folderPath} does not exist in ${commitId}.`));
    }
    const treeId = treeIdOf(folders, folderPath) ?? (await git.rootTreeId(commitId));
    const of = (...modes: string[]): TreeEntry[] => entries.filter(({ mode }) => modes.includes(mode));
    const paths = ({ path }: TreeEntry) => ({
      absolutePath: path,
      relativePath: path.slice(folderPath === '' ? 0 : folderPath.length + 1),
    });
    return {
      commitId,
      folderPath,
      treeId,
      subFolders: of('040000').map((entry) => ({ treeId: entry.objectId, ...paths(entry) })),
      files: of('100644', '100755').map((entry) => ({
        blobId: entry.objectId,
        ...paths(entry),
        fileMode: fileMode(entry.mode),
      })),
      symbolicLinks: of('120000').map((entry) => ({
        blobId: entry.objectId,
        ...paths(entry),
        fileMode: fileMode(entry.mode),
      })),
      subModules: of('160000').map((entry) => ({ commitId: entry.objectId, ...paths(entry) })),
    };
  }

  async GetFile(input: GetFileInput, at: CallSite): Promise<GetFileOutput> {
    const { git, commitId } = await this.#at(input, at, input.commitSpecifier);
    const filePath = normalPath(input.filePath);
    const siblings = (await git.folders(commitId)).get(parentOf(filePath)) ?? [];
    const entry = siblings.find(
      ({ path, mode }) => path === filePath && mode.startsWith('1') && mode !== '160000',
    );
    if (entry === undefined) {
      throw new FileDoesNotExistException(refusal(`File ${filePath} does not exist in ${commitId}.`));
    }
    const fileSize = await git.blobSize(entry.objectId);
    if (fileSize > largestFileBytes) {
      throw new FileTooLargeException(refusal(`File ${filePath} has ${fileSize} bytes, more than 6 MB.`));
    }
    return {
      commitId,
      blobId: entry.objectId,
      filePath,
      fileMode: fileMode(entry.mode),
      fileSize,
      fileContent: new Uint8Array(await git.blob(entry.objectId)),
    };
  }

  async GetDifferences(input: GetDifferencesInput, at: CallSite): Promise<GetDifferencesOutput> {
    const { git } = this.#repo(input, at);
    if (!input.afterCommitSpecifier)
      throw new CommitRequiredException(refusal('afterCommitSpecifier is required.'));
    const limit = input.MaxResults ?? this.pageSize;
    if (limit < 1) throw new InvalidMaxResultsException(refusal(`MaxResults ${limit} is not positive.`));
    const { commitId: after } = await this.#at(input, at, input.afterCommitSpecifier);
    const before =
      input.beforeCommitSpecifier === undefined
        ? undefined
        : (await this.#at(input, at, input.beforeCommitSpecifier)).commitId;
    const path = normalPath(input.afterPath ?? input.beforePath);
    if (path !== '' && !(await exists(git, [before, after], path))) {
      throw new PathDoesNotExistException(refusal(`Path ${path} exists in neither commit.`));
    }
    const offset = input.NextToken === undefined ? 0 : Number(/^offset-(\d+)$/.exec(input.NextToken)?.[1]);
    if (Number.isNaN(offset)) {
      throw new InvalidContinuationTokenException(refusal(`${input.NextToken} is not a token of this call.`));
    }
    const all = (await git.changes(before, after, path)).map(({ changeType, ...sides }): Difference => {
      return {
        changeType,
        ...(changeType === 'A' ? {} : { beforeBlob: blobOf(sides.before) }),
        ...(changeType === 'D' ? {} : { afterBlob: blobOf(sides.after) }),
      };
    });
    const end = offset + limit;
    return {
      differences: all.slice(offset, end),
      ...(end < all.length ? { NextToken: `offset-${end}` } : {}),
    };
  }

  #repo(input: { repositoryName?: string | undefined }, at: CallSite): LocalRepo {
    if (!input.repositoryName)
      throw new RepositoryNameRequiredException(refusal('A repository name is required.'));
    const repo = this.repos.find(at.account, at.region, input.repositoryName);
    if (repo === undefined) {
      throw new RepositoryDoesNotExistException(refusal(`${input.repositoryName} does not exist.`));
    }
    return repo;
  }

  async #at(input: { repositoryName?: string | undefined }, at: CallSite, specifier: string | undefined) {
    const repo = this.#repo(input, at);
    const commitId = await repo.git.resolve(specifier ?? repo.defaultBranch);
    if (commitId === undefined) {
      throw new CommitDoesNotExistException(
        refusal(`Commit ${specifier ?? repo.defaultBranch} does not exist.`),
      );
    }
    return { ...repo, commitId };
  }
}

const refusal = (message: string) => ({ message, $metadata: { httpStatusCode: 400 } });

const normalPath = (path: string | undefined): string => (path ?? '').replace(/^\/+|\/+$/g, '');

const parentOf = (path: string): string => (path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '');

const blobOf = ({ mode, objectId, path }: TreeEntry): BlobMetadata => ({ mode, blobId: objectId, path });

function fileMode(mode: string): FileModeTypeEnum {
  if (mode === '120000') return 'SYMLINK';
  return mode === '100755' ? 'EXECUTABLE' : 'NORMAL';
}

function treeIdOf(folders: Map<string, TreeEntry[]>, path: string): string | undefined {
  return folders.get(parentOf(path))?.find((entry) => path !== '' && entry.path === path)?.objectId;
}

async function exists(
  git: LocalRepo['git'],
  commits: (string | undefined)[],
  path: string,
): Promise<boolean> {
  for (const commit of commits) {
    const entries = commit === undefined ? [] : ((await git.folders(commit)).get(parentOf(path)) ?? []);
    if (entries.some((entry) => entry.path === path)) return true;
  }
  return false;
}

function parseCommit(text: string) {
  const split = text.indexOf('\n\n');
  const headers = text.slice(0, split).split('\n');
  const all = (key: string) =>
    headers.filter((line) => line.startsWith(`${key} `)).map((line) => line.slice(key.length + 1));
  const user = (key: string): UserInfo => {
    const [, name, email, date] = /^(.*) <(.*)> (.*)$/.exec(all(key)[0] ?? '') ?? [];
    return { name, email, date };
  };
  return {
    treeId: all('tree')[0],
    parents: all('parent'),
    author: user('author'),
    committer: user('committer'),
    message: text.slice(split + 2),
  };
}
