import { execFileSync } from 'node:child_process';
import { chmod, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { checkOut } from '../../packer/environment/bake/check-out';
import { searchPath, temporaryFolder, writeFiles } from '../local/git/local-world';

const git = (folder: string, ...args: string[]) =>
  execFileSync('git', ['-c', 'user.name=x', '-c', 'user.email=x@y', ...args], {
    cwd: folder,
    encoding: 'utf8',
  });

/** A repo with two commits, and an AWS CLI that gives credentials of a role and writes down who asks. */
async function place() {
  const repo = await temporaryFolder();
  git(repo, 'init', '--quiet', '--initial-branch', 'main');
  const commit = async (text: string) => {
    await writeFiles(repo, { file: text });
    git(repo, 'add', '.');
    git(repo, 'commit', '--quiet', '-m', text);
    return git(repo, 'rev-parse', 'HEAD').trim();
  };
  const commits = [await commit('one'), await commit('two')];
  const bin = await temporaryFolder();
  const log = join(bin, 'log');
  const Credentials = { AccessKeyId: 'of-the-role', SecretAccessKey: 's', SessionToken: 't' };
  await writeFiles(bin, {
    aws: `#!/bin/sh\necho "$* as \${AWS_ACCESS_KEY_ID:-the build}" >> ${log}\necho '${JSON.stringify({ Credentials })}'\n`,
  });
  await chmod(join(bin, 'aws'), 0o755);
  const environment = {
    PATH: `${bin}:${searchPath}`,
    BAKERY_REPO_URL: `file://${repo}`,
    BAKERY_REPO_BRANCH: 'main',
    BAKERY_COMMIT: commits[0],
  };
  return {
    environment,
    commits,
    asked: () => readFile(log, 'utf8'),
    folder: join(await temporaryFolder(), 'repo'),
  };
}

it('leaves a commit alone that CodeBuild has checked out', () => {
  expect(checkOut('/nowhere', { CODEBUILD_SRC_DIR: '/somewhere' })).toBeUndefined();
});

it('checks out the commit that is asked for, not the head of the branch', async () => {
  const { environment, folder } = await place();
  expect(checkOut(folder, environment)).toBe(folder);
  expect(await readFile(join(folder, 'file'), 'utf8')).toBe('one');
});

it('assumes the role of the repo, and gives its credentials to nothing but git', async () => {
  const { environment, folder, asked } = await place();
  const build = { ...environment, BAKERY_REPO_ROLE: 'arn:aws:iam::888888888888:role/reader' };
  const before = { ...build };
  checkOut(folder, build);
  expect(await asked()).toBe(
    'sts assume-role --role-arn arn:aws:iam::888888888888:role/reader --role-session-name ami-bakery --output json as the build\n',
  );
  expect(build).toEqual(before);
  const config = git(folder, 'config', '--list', '--local');
  expect(config).not.toContain('of-the-role');
});

it.each<[string, Record<string, string | undefined>, RegExp]>([
  ['no commit', { BAKERY_COMMIT: undefined }, /needs BAKERY_REPO_BRANCH and BAKERY_COMMIT/],
  ['an option in place of a commit', { BAKERY_COMMIT: '--upload-pack=x' }, /found main and --upload-pack=x/],
  ['a branch that is not there', { BAKERY_REPO_BRANCH: 'gone' }, /could not be checked out: .*gone/],
  ['a commit that is not on it', { BAKERY_COMMIT: '1'.repeat(40) }, /could not be checked out: .*1111/],
])('refuses %s', async (_case, change, message) => {
  const { environment, folder } = await place();
  expect(() => checkOut(folder, { ...environment, ...change })).toThrow(message);
});
