import { createClientFactory, type ClientFactory } from '../../lib/aws/clients';
import { AwsError } from '../../lib/aws/errors';
import { callerIdentity } from '../../lib/aws/sts';
import { doctorDeps } from '../../lib/doctor/deps';
import type { Diagnosis } from '../../lib/doctor/diagnosis';
import { examine } from '../../lib/doctor/examine';
import { CliError } from '../cli-error';
import type { Surroundings } from '../surroundings';
import type { TargetOptions } from '../target/target-options';
import { readSubject } from './stage-subject';

/** Looks at the account of a stage with whatever AWS credentials the SDK finds. @throws CliError */
export async function examineStage(
  stage: string,
  { account, region }: TargetOptions,
  around: Pick<Surroundings, 'nowMs'>,
): Promise<Diagnosis> {
  const subject = readSubject(stage);
  const { settings, source } = subject;
  if (account !== undefined)
    throw new CliError('USAGE', '--account is for the local bakery.', `${source} says which account it is.`);
  if (region !== undefined && region !== settings.region)
    throw new CliError('USAGE', `${source} says ${settings.region}, not ${region}.`, 'Leave --region out.');
  const clients = createClientFactory({ region: settings.region });
  await checkAccount(clients, settings.account, source);
  return examine(doctorDeps(clients, subject), around.nowMs());
}

async function checkAccount(clients: ClientFactory, wanted: string, source: string): Promise<void> {
  const { account, arn } = await callerIdentity(clients).catch((error: unknown) => {
    if (!(error instanceof AwsError)) throw error;
    if (error.code === 'UNAVAILABLE' || error.code === 'THROTTLED')
      throw new CliError(
        'UNREACHABLE',
        'AWS could not be reached to ask whose credentials these are.',
        'Check the network, the proxy and the region, and try again.',
        { cause: error },
      );
    throw new CliError(
      'NO_CREDENTIALS',
      'AWS credentials are missing or no longer valid.',
      'Sign in (aws sso login), or set AWS_PROFILE.',
      { cause: error },
    );
  });
  if (account === wanted) return;
  throw new CliError(
    'WRONG_ACCOUNT',
    `${source} is about account ${wanted}, and your credentials are of ${account} (${arn}).`,
    'Choose the account by AWS_PROFILE or other credentials.',
  );
}
