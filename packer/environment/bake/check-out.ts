import { execFileSync } from 'node:child_process';

type Environment = Record<string, string | undefined>;

/**
 * Checks out an image repo that CodeBuild itself cannot reach: one of another account or region. Needs git and the AWS CLI.
 * With BAKERY_REPO_ROLE git gets the credentials of that role, and nothing else of the build does.
 * @returns undefined where CodeBuild has checked the commit out already
 * @throws Error with what git or AWS said
 */
export function checkOut(folder: string, environment: Environment): string | undefined {
  const {
    BAKERY_REPO_URL: url,
    BAKERY_REPO_BRANCH: branch,
    BAKERY_REPO_ROLE: role,
    BAKERY_COMMIT: commit,
  } = environment;
  if (url === undefined) return undefined;
  if (branch === undefined || commit === undefined || !/^[0-9a-f]{40,64}$/.test(commit))
    throw new Error(
      `BAKERY_REPO_URL needs BAKERY_REPO_BRANCH and BAKERY_COMMIT (found ${branch} and ${commit}): this buildspec is started by the bakery`,
    );
  const env = role === undefined ? environment : { ...environment, ...assumed(role, environment) };
  // An empty helper first: those of the image's own configuration are left out.
  const helpers = ['', '!aws codecommit credential-helper $@'].flatMap((it) => [
    '-c',
    `credential.helper=${it}`,
  ]);
  const git = (...args: string[]) =>
    run('git', [...helpers, '-c', 'credential.useHttpPath=true', ...args], {
      ...env,
      GIT_TERMINAL_PROMPT: '0',
    });
  git('clone', '--quiet', '--no-checkout', '--single-branch', '--branch', branch, '--', url, folder);
  git('-C', folder, 'checkout', '--quiet', '--detach', commit);
  return folder;
}

/** Credentials of the role, as variables. They last an hour, the checkout seconds. */
function assumed(role: string, environment: Environment): Record<string, string> {
  const answer = run(
    'aws',
    ['sts', 'assume-role', '--role-arn', role, '--role-session-name', 'ami-bakery', '--output', 'json'],
    environment,
  );
  const { Credentials: made } = JSON.parse(answer) as { Credentials: Record<string, string> };
  return {
    AWS_ACCESS_KEY_ID: made['AccessKeyId'] ?? '',
    AWS_SECRET_ACCESS_KEY: made['SecretAccessKey'] ?? '',
    AWS_SESSION_TOKEN: made['SessionToken'] ?? '',
  };
}

function run(file: string, args: string[], env: Environment): string {
  try {
    return execFileSync(file, args, { env, stdio: ['ignore', 'pipe', 'pipe'] }).toString();
  } catch (error) {
    const said = (error as { stderr?: Buffer }).stderr?.toString().trim();
    throw new Error(`the image repo could not be checked out: ${said || String(error)}`, { cause: error });
  }
}
