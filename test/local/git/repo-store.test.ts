import { createHash } from 'node:crypto';
import { chmod, readFile, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Git } from '../../../src/local/git/git';
import { RepoStore } from '../../../src/local/git/repo-store';
import { at, searchPath, temporaryFolder, testWorld, writeFiles } from './local-world';

const git = new Git(searchPath);

const person = {
  GIT_AUTHOR_NAME: 'Alice',
  GIT_AUTHOR_EMAIL: 'alice@example.com',
  GIT_COMMITTER_NAME: 'Alice',
  GIT_COMMITTER_EMAIL: 'alice@example.com',
};

async function setUp() {
  const { world, events } = testWorld();
  const repos = new RepoStore(world, { root: await temporaryFolder(), searchPath });
  const details = () => events.map((event) => event.detail);
  return { repos, events, details };
}

it('a first push, a second, a force push, a tag and a deleted branch are one event each', async () => {
  const { repos, events, details } = await setUp();
  const repo = await repos.createRepo({ ...at, name: 'images' });
  expect(events).toEqual([]);
  const workTree = await temporaryFolder();
  await repos.checkOut(repo, workTree);
  await writeFiles(workTree, { a: '1' });
  const first = await repos.commitAndPush(workTree, 'one');
  const second = await repos.commitAndPush(workTree, 'two');
  await git.run(workTree, ['checkout', '--quiet', '-b', 'side']);
  const side = await repos.commitAndPush(workTree, 'three');
  await git.run(workTree, ['push', '--quiet', '--force', 'origin', `${first}:refs/heads/side`]);
  await git.run(workTree, ['tag', '--annotate', '--message=x', 'v1', first], { env: person });
  await git.run(workTree, ['push', '--quiet', 'origin', 'v1']);
  await repos.detectPushes();
  await git.run(workTree, ['push', '--quiet', 'origin', ':side']);
  await repos.detectPushes();
  await repos.detectPushes();

  const common = { repositoryName: 'images', repositoryId: repo.repositoryId, referenceType: 'branch' };
  expect(details()).toMatchObject([
    { ...common, event: 'referenceCreated', referenceName: 'main', commitId: first },
    { ...common, event: 'referenceUpdated', referenceName: 'main', commitId: second, oldCommitId: first },
    { ...common, event: 'referenceCreated', referenceFullName: 'refs/heads/side', commitId: side },
    { ...common, event: 'referenceUpdated', referenceName: 'side', commitId: first, oldCommitId: side },
    { ...common, event: 'referenceCreated', referenceType: 'tag', referenceName: 'v1', commitId: first },
    { ...common, event: 'referenceDeleted', referenceName: 'side', oldCommitId: first },
  ]);
  expect(details()[0]).not.toHaveProperty('oldCommitId');
  expect(details()[5]).not.toHaveProperty('commitId');
  expect(events[0]).toMatchObject({
    account: at.account,
    region: at.region,
    source: 'aws.codecommit',
    'detail-type': 'CodeCommit Repository State Change',
    resources: [`arn:aws:codecommit:eu-west-1:${at.account}:images`],
  });
});

it('looks that overlap tell of a push once', async () => {
  const { repos, events } = await setUp();
  const repo = await repos.createRepo({ ...at, name: 'images' });
  const workTree = await temporaryFolder();
  await repos.checkOut(repo, workTree);
  await repos.commitAndPush(workTree, 'one');
  await Promise.all([repos.detectPushes(), repos.detectPushes(), repos.detectPushes()]);
  expect(events).toHaveLength(1);
});

async function fingerprint(folder: string): Promise<string> {
  const hash = createHash('sha256');
  for (const name of (await readdir(folder, { recursive: true })).sort()) {
    const path = join(folder, name);
    const { mode, mtimeMs } = await stat(path);
    hash.update(`${name} ${mode} ${mtimeMs}\n`);
    if ((await stat(path)).isFile()) hash.update(await readFile(path));
  }
  return hash.digest('hex');
}

it('a foreign repository is followed on its own default branch, and not a byte of it changes', async () => {
  const { repos, details } = await setUp();
  const foreign = await temporaryFolder();
  const canary = join(await temporaryFolder(), 'hook-ran');
  await git.run(foreign, ['init', '--quiet', '--initial-branch=trunk']);
  await writeFiles(foreign, {
    'bakery.yml': 'version: 1\n',
    '.git/hooks/post-update': `#!/bin/sh\ntouch ${canary}\n`,
  });
  await chmod(join(foreign, '.git/hooks/post-update'), 0o755);
  await git.run(foreign, ['add', '.']);
  await git.run(foreign, ['commit', '--quiet', '--message=one'], { env: person });
  await writeFiles(foreign, { 'not-committed.txt': 'x' });
  const before = await fingerprint(foreign);

  const repo = await repos.createRepo({ ...at, name: 'images', from: { foreign } });
  expect(repo.defaultBranch).toBe('trunk');
  const head = await repo.git.branchHead('trunk');
  const files = (await repo.git.folders(head ?? '')).get('');
  expect(files?.map(({ path }) => path)).toEqual(['bakery.yml']);
  await repos.detectPushes();
  expect(await fingerprint(foreign)).toBe(before);

  await git.run(foreign, ['commit', '--quiet', '--allow-empty', '--message=two'], { env: person });
  await repos.detectPushes();
  expect(details()).toMatchObject([{ event: 'referenceUpdated', referenceName: 'trunk', oldCommitId: head }]);
  await expect(stat(canary)).rejects.toMatchObject({ code: 'ENOENT' });
});

it.each(['../out', 'a/b', '.hidden', 'x.git', ''])('refuses the repository name "%s"', async (name) => {
  const { repos } = await setUp();
  await expect(repos.createRepo({ ...at, name })).rejects.toThrow(RangeError);
});
