import { createHash } from 'node:crypto';
import {
  BranchDoesNotExistException,
  CommitDoesNotExistException,
  FileDoesNotExistException,
  FolderDoesNotExistException,
} from '@aws-sdk/client-codecommit';
import type {
  GetBranchInput,
  GetBranchOutput,
  GetFileInput,
  GetFileOutput,
  GetFolderInput,
  GetFolderOutput,
} from '@aws-sdk/client-codecommit';
import type { CallSite, World } from '../aws/world';

/** Path to text. Equal files have equal commit ids. */
export type Files = Record<string, string>;

const sha1 = (text: string): string => createHash('sha1').update(text).digest('hex');
const byPath = (files: Files): [string, string][] =>
  Object.entries(files).sort(([a], [b]) => (a < b ? -1 : 1));
const refusal = (message: string) => ({ message, $metadata: {} });

/**
 * CodeCommit without git, for simulations and benchmarks that make thousands of commits: one branch a repo, object ids
 * by content. What the bakery calls and no more; LocalCodeCommit is the one that people push to.
 */
export class MemoryCodeCommit {
  readonly #heads = new Map<string, string>();
  readonly #commits = new Map<string, Files>();

  constructor(private readonly world: World) {}

  /** Moves the branch, whatever was there; undefined deletes it. Emits the event of a push. */
  push(at: Omit<CallSite, 'caller'>, repository: string, branch: string, files: Files | undefined): string {
    const key = `${at.account}/${repository}/${branch}`;
    const oldCommitId = this.#heads.get(key);
    const commitId = files === undefined ? undefined : this.commitIdOf(at, repository, branch, files);
    if (commitId === undefined) this.#heads.delete(key);
    else {
      this.#heads.set(key, commitId);
      this.#commits.set(commitId, { ...files });
    }
    const event =
      commitId === undefined
        ? 'referenceDeleted'
        : oldCommitId === undefined
          ? 'referenceCreated'
          : 'referenceUpdated';
    this.world.events.put(at.account, at.region, {
      source: 'aws.codecommit',
      'detail-type': 'CodeCommit Repository State Change',
      resources: [`arn:aws:codecommit:${at.region}:${at.account}:${repository}`],
      detail: {
        event,
        repositoryName: repository,
        repositoryId: sha1(key),
        referenceType: 'branch',
        referenceName: branch,
        referenceFullName: `refs/heads/${branch}`,
        ...(commitId === undefined ? {} : { commitId }),
        ...(oldCommitId === undefined ? {} : { oldCommitId }),
        callerUserArn: `arn:aws:iam::${at.account}:user/local`,
      },
    });
    return commitId ?? '';
  }

  /** The id that a push of these files gets. */
  protected commitIdOf(
    _at: Omit<CallSite, 'caller'>,
    _repository: string,
    _branch: string,
    files: Files,
  ): string {
    return sha1(JSON.stringify(byPath(files)));
  }

  GetBranch(input: GetBranchInput, at: CallSite): GetBranchOutput {
    const commitId = this.#heads.get(`${at.account}/${input.repositoryName}/${input.branchName}`);
    if (commitId === undefined) {
      throw new BranchDoesNotExistException(refusal(`Branch ${input.branchName} does not exist.`));
    }
    return { branch: { branchName: input.branchName, commitId } };
  }

  GetFile(input: GetFileInput): GetFileOutput {
    const files = this.#files(input.commitSpecifier);
    const text = files[input.filePath ?? ''];
    if (text === undefined) {
      throw new FileDoesNotExistException(refusal(`There is no file ${input.filePath}.`));
    }
    const fileContent = Buffer.from(text);
    return {
      commitId: input.commitSpecifier,
      blobId: sha1(text),
      filePath: input.filePath,
      fileMode: 'NORMAL',
      fileSize: fileContent.byteLength,
      fileContent,
    };
  }

  GetFolder(input: GetFolderInput): GetFolderOutput {
    const files = this.#files(input.commitSpecifier);
    const folder = (input.folderPath ?? '').replace(/^\/|\/$/g, '');
    const prefix = folder === '' ? '' : `${folder}/`;
    const inside = Object.keys(files).filter((path) => path.startsWith(prefix));
    if (inside.length === 0) {
      throw new FolderDoesNotExistException(refusal(`There is no folder ${folder}.`));
    }
    const names = [...new Set(inside.map((path) => path.slice(prefix.length).split('/')[0]!))].sort();
    const treeId = (path: string): string =>
      sha1(JSON.stringify(byPath(files).filter(([file]) => path === '' || file.startsWith(`${path}/`))));
    const isFile = (name: string) => files[prefix + name] !== undefined;
    return {
      commitId: input.commitSpecifier,
      folderPath: folder,
      treeId: treeId(folder),
      subFolders: names
        .filter((name) => !isFile(name))
        .map((name) => ({
          treeId: treeId(prefix + name),
          absolutePath: prefix + name,
          relativePath: name,
        })),
      files: names.filter(isFile).map((name) => ({
        blobId: sha1(files[prefix + name]!),
        absolutePath: prefix + name,
        relativePath: name,
        fileMode: 'NORMAL',
      })),
      symbolicLinks: [],
      subModules: [],
    };
  }

  #files(commitId: string | undefined): Files {
    const files = this.#commits.get(commitId ?? '');
    if (files === undefined) {
      throw new CommitDoesNotExistException(refusal(`Commit ${commitId} does not exist.`));
    }
    return files;
  }
}
