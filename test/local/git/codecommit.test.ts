import { chmod, mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { GetDifferencesOutput } from '@aws-sdk/client-codecommit';
import { LocalCodeCommit } from '../../../src/local/git/codecommit';
import { Git } from '../../../src/local/git/git';
import { RepoStore } from '../../../src/local/git/repo-store';
import type { LocalRepo } from '../../../src/local/git/repo-store';
import { at, searchPath, startMs, temporaryFolder, testWorld, writeFiles } from './local-world';

const git = new Git(searchPath);

const repositoryName = 'golden-images';
let repo: LocalRepo;
let repos: RepoStore;
let codecommit: LocalCodeCommit;
let workTree: string;
let first: string;
let second: string;

beforeAll(async () => {
  const { world } = testWorld();
  const root = await temporaryFolder();
  const folder = await temporaryFolder();
  await writeFiles(folder, {
    'bakery.yml': 'version: 1\n',
    'web/web.pkr.hcl': 'source {}\n',
    'web/checks/up.sh': '#!/bin/sh\n',
    'web/größe ä.bin': new Uint8Array([0, 255, 10, 0, 200]),
    'big.iso': new Uint8Array(6 * 1024 * 1024 + 1),
  });
  await chmod(join(folder, 'web/checks/up.sh'), 0o755);
  await symlink('../bakery.yml', join(folder, 'web/link'));
  repos = new RepoStore(world, { root, searchPath });
  repo = await repos.createRepo({ ...at, name: repositoryName, from: { folder } });
  codecommit = new LocalCodeCommit(repos, 2);
  first = (await repo.git.branchHead('main')) ?? '';
  workTree = await temporaryFolder();
  await repos.checkOut(repo, workTree);
  await mkdir(join(workTree, 'vendor'));
  await git.run(workTree, ['update-index', '--add', '--cacheinfo', `160000,${first},vendor`]);
  await git.run(workTree, ['mv', 'big.iso', 'large.iso']);
  await writeFiles(workTree, { 'bakery.yml': 'version: 1\nimages: {}\n', 'common/setup.sh': 'true\n' });
  second = await repos.commitAndPush(workTree, 'second\n\nwith a body');
});

it('GetBranch answers the head, which moves with a push', async () => {
  const { branch } = await codecommit.GetBranch({ repositoryName, branchName: 'main' }, at);
  expect(branch).toEqual({ branchName: 'main', commitId: second });
  expect(second).not.toBe(first);
});

it('GetRepository knows the default branch', async () => {
  const { repositoryMetadata } = await codecommit.GetRepository({ repositoryName }, at);
  expect(repositoryMetadata).toMatchObject({
    accountId: at.account,
    defaultBranch: 'main',
    creationDate: new Date(startMs),
    Arn: `arn:aws:codecommit:eu-west-1:${at.account}:${repositoryName}`,
  });
});

it('GetCommit shows tree, parents, author and message', async () => {
  const { commit } = await codecommit.GetCommit({ repositoryName, commitId: first }, at);
  expect(commit).toMatchObject({
    commitId: first,
    parents: [],
    author: { name: 'Local Bakery', email: 'bakery@localhost', date: `${startMs / 1000} +0000` },
    message: expect.stringContaining('First commit'),
  });
  const { treeId } = await codecommit.GetFolder(
    { repositoryName, folderPath: '/', commitSpecifier: first },
    at,
  );
  expect(commit?.treeId).toBe(treeId);
});

it('GetFolder shows one level: folders, files, links, modules', async () => {
  const root = await codecommit.GetFolder({ repositoryName, folderPath: '' }, at);
  expect(root.commitId).toBe(second);
  expect(root.subFolders?.map((folder) => folder.absolutePath)).toEqual(['common', 'web']);
  expect(root.files?.map((file) => file.relativePath)).toEqual(['bakery.yml', 'large.iso']);
  expect(root.subModules).toEqual([{ commitId: first, absolutePath: 'vendor', relativePath: 'vendor' }]);

  const web = await codecommit.GetFolder(
    { repositoryName, folderPath: '/web/', commitSpecifier: second },
    at,
  );
  expect(web.treeId).toBe(root.subFolders?.find(({ absolutePath }) => absolutePath === 'web')?.treeId);
  expect(web.files?.map((file) => [file.absolutePath, file.relativePath, file.fileMode])).toEqual([
    ['web/größe ä.bin', 'größe ä.bin', 'NORMAL'],
    ['web/web.pkr.hcl', 'web.pkr.hcl', 'NORMAL'],
  ]);
  expect(web.symbolicLinks?.map((link) => link.relativePath)).toEqual(['link']);
  const checks = await codecommit.GetFolder({ repositoryName, folderPath: 'web/checks' }, at);
  expect(checks.files?.[0]?.fileMode).toBe('EXECUTABLE');
});

it('the ids of folders change only with their content', async () => {
  const treeId = async (commitSpecifier: string) =>
    (await codecommit.GetFolder({ repositoryName, folderPath: 'web', commitSpecifier }, at)).treeId;
  expect(await treeId(first)).toBe(await treeId(second));
});

it('GetFile answers bytes as they are', async () => {
  const file = await codecommit.GetFile({ repositoryName, filePath: 'web/größe ä.bin' }, at);
  expect(file.fileContent).toEqual(new Uint8Array([0, 255, 10, 0, 200]));
  expect(file.fileSize).toBe(5);
});

it('GetDifferences pages through additions, removals and changes; a rename is two of them', async () => {
  const collect = async (beforeCommitSpecifier?: string) => {
    const pages: GetDifferencesOutput[] = [];
    let NextToken: string | undefined;
    do {
      const request = { repositoryName, beforeCommitSpecifier, afterCommitSpecifier: second, NextToken };
      pages.push(await codecommit.GetDifferences(request, at));
      NextToken = pages.at(-1)?.NextToken;
    } while (NextToken !== undefined);
    return pages;
  };
  const pages = await collect(first);
  expect(pages.map((page) => page.differences?.length)).toEqual([2, 2, 1]);
  const all = pages.flatMap((page) => page.differences ?? []);
  expect(all.map((d) => [d.changeType, d.beforeBlob?.path, d.afterBlob?.path])).toEqual([
    ['M', 'bakery.yml', 'bakery.yml'],
    ['D', 'big.iso', undefined],
    ['A', undefined, 'common/setup.sh'],
    ['A', undefined, 'large.iso'],
    ['A', undefined, 'vendor'],
  ]);
  expect((await collect()).flatMap((page) => page.differences ?? []).every((d) => d.changeType === 'A')).toBe(
    true,
  );
});

it('GetDifferences of a path', async () => {
  const answer = await codecommit.GetDifferences(
    { repositoryName, beforeCommitSpecifier: first, afterCommitSpecifier: 'main', afterPath: 'common' },
    at,
  );
  expect(answer.differences?.map((d) => d.afterBlob?.path)).toEqual(['common/setup.sh']);
});

const missing = '0123456789012345678901234567890123456789';
it.each<[string, () => Promise<unknown>]>([
  [
    'RepositoryDoesNotExistException',
    () => codecommit.GetBranch({ repositoryName: 'other', branchName: 'main' }, at),
  ],
  [
    'RepositoryDoesNotExistException',
    () => codecommit.GetBranch({ repositoryName, branchName: 'main' }, { ...at, account: '222222222222' }),
  ],
  ['RepositoryNameRequiredException', () => codecommit.GetBranch({ branchName: 'main' }, at)],
  ['BranchNameRequiredException', () => codecommit.GetBranch({ repositoryName }, at)],
  ['BranchDoesNotExistException', () => codecommit.GetBranch({ repositoryName, branchName: 'release' }, at)],
  [
    'BranchDoesNotExistException',
    () => codecommit.GetBranch({ repositoryName, branchName: '../../HEAD' }, at),
  ],
  ['BranchDoesNotExistException', () => codecommit.GetBranch({ repositoryName, branchName: '--help' }, at)],
  ['CommitIdDoesNotExistException', () => codecommit.GetCommit({ repositoryName, commitId: missing }, at)],
  ['InvalidCommitIdException', () => codecommit.GetCommit({ repositoryName, commitId: 'main' }, at)],
  [
    'CommitDoesNotExistException',
    () => codecommit.GetFolder({ repositoryName, folderPath: '', commitSpecifier: missing }, at),
  ],
  [
    'CommitDoesNotExistException',
    () =>
      codecommit.GetDifferences(
        { repositoryName, beforeCommitSpecifier: missing, afterCommitSpecifier: second },
        at,
      ),
  ],
  [
    'FolderDoesNotExistException',
    () => codecommit.GetFolder({ repositoryName, folderPath: 'bakery.yml' }, at),
  ],
  [
    'FolderDoesNotExistException',
    () => codecommit.GetFolder({ repositoryName, folderPath: 'nowhere/x' }, at),
  ],
  ['FileDoesNotExistException', () => codecommit.GetFile({ repositoryName, filePath: 'web' }, at)],
  ['FileDoesNotExistException', () => codecommit.GetFile({ repositoryName, filePath: 'vendor' }, at)],
  ['FileTooLargeException', () => codecommit.GetFile({ repositoryName, filePath: 'large.iso' }, at)],
  [
    'PathDoesNotExistException',
    () =>
      codecommit.GetDifferences({ repositoryName, afterCommitSpecifier: second, afterPath: 'nowhere' }, at),
  ],
  [
    'InvalidContinuationTokenException',
    () => codecommit.GetDifferences({ repositoryName, afterCommitSpecifier: second, NextToken: 'x' }, at),
  ],
])('refuses with %s', async (name, call) => {
  await expect(call()).rejects.toMatchObject({ name, $fault: 'client' });
});

it('an id that did not exist is found once it was pushed', async () => {
  const other = await temporaryFolder();
  await repos.checkOut(repo, other);
  await writeFiles(other, { 'new.txt': 'x' });
  const pushed = await repos.commitAndPush(other, 'third');
  const answer = await codecommit.GetFile(
    { repositoryName, filePath: 'new.txt', commitSpecifier: pushed },
    at,
  );
  expect(Buffer.from(answer.fileContent ?? []).toString()).toBe('x');
});
