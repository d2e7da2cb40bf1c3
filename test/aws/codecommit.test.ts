import {
  CodeCommitClient,
  GetBranchCommand,
  GetFileCommand,
  GetFolderCommand,
} from '@aws-sdk/client-codecommit';
import * as sdk from '@aws-sdk/client-codecommit';
import { mockClient } from 'aws-sdk-client-mock';
import { createClientFactory } from '../../src/lib/aws/clients';
import { codeCommitRepo } from '../../src/lib/aws/codecommit';

const aws = mockClient(CodeCommitClient);
beforeEach(() => aws.reset());
const repo = codeCommitRepo(createClientFactory({ region: 'eu-west-1' }), {
  repository: 'golden-images',
  branch: 'main',
});
const thrown = { message: '', $metadata: {} };

test('the head of the branch', async () => {
  aws.on(GetBranchCommand, { repositoryName: 'golden-images', branchName: 'main' }).resolves({
    branch: { commitId: 'c1' },
  });
  await expect(repo.head()).resolves.toBe('c1');
});

test('what is not there is undefined', async () => {
  aws.on(GetBranchCommand).rejects(new sdk.BranchDoesNotExistException(thrown));
  aws.on(GetFileCommand).rejects(new sdk.FileDoesNotExistException(thrown));
  aws.on(GetFolderCommand).rejects(new sdk.FolderDoesNotExistException(thrown));
  await expect(repo.head()).resolves.toBeUndefined();
  await expect(repo.file('c1', 'bakery.yml')).resolves.toBeUndefined();
  await expect(repo.folder('c1', 'base')).resolves.toBeUndefined();
});

test('a repository or a commit that is missing is an error, not an absence', async () => {
  aws.on(GetBranchCommand).rejects(new sdk.RepositoryDoesNotExistException(thrown));
  aws.on(GetFileCommand).rejects(new sdk.CommitDoesNotExistException(thrown));
  await expect(repo.head()).rejects.toMatchObject({ code: 'NOT_FOUND', call: 'codecommit.GetBranch' });
  await expect(repo.file('c1', 'bakery.yml')).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

test('a folder by its names, the root included', async () => {
  aws.on(GetFolderCommand, { folderPath: '' }).resolves({
    treeId: 't0',
    subFolders: [{ treeId: 't1', absolutePath: 'base', relativePath: 'base' }],
    files: [{ blobId: 'b1', absolutePath: 'bakery.yml', relativePath: 'bakery.yml', fileMode: 'NORMAL' }],
    symbolicLinks: [{ blobId: 'b2', absolutePath: 'l', relativePath: 'l', fileMode: 'SYMLINK' }],
    subModules: [{ commitId: 'c9', absolutePath: 'm', relativePath: 'm' }],
  });
  await expect(repo.folder('c1', '')).resolves.toEqual({
    treeId: 't0',
    folders: [{ name: 'base', treeId: 't1' }],
    files: [{ name: 'bakery.yml', blobId: 'b1' }],
    symlinks: [{ name: 'l', blobId: 'b2' }],
    submodules: [{ name: 'm', commitId: 'c9' }],
  });
});
