import { createClientFactory } from '../../lib/aws/clients';
import { AwsError } from '../../lib/aws/errors';
import { invokeFunction } from '../../lib/aws/lambda';
import { CliError } from '../cli-error';
import type { Surroundings } from '../surroundings';
import type { Target } from './target';
import type { TargetOptions } from './target-options';

/** The functions of a deployment are called `PREFIX-reconcile`, `PREFIX-command`, …. */
const prefixOf = ({ functionPrefix, stage }: TargetOptions): string =>
  functionPrefix ?? `ami-bakery-${stage ?? ''}`;

/** A deployed bakery, asked with whatever AWS credentials the SDK finds. @throws CliError */
export function deployedTarget(options: TargetOptions, around: Surroundings): Target {
  if (options.account !== undefined)
    throw new CliError(
      'USAGE',
      '--account is for the local bakery; a deployed one is in the account of your credentials.',
      'Leave it out, and choose the account by AWS_PROFILE or other credentials.',
    );
  const region = options.region ?? around.region;
  if (region === undefined)
    throw new CliError(
      'NO_REGION',
      'It is not known in which region the bakery is deployed.',
      'Add --region, or set AWS_REGION.',
    );
  const clients = createClientFactory({ region });
  const prefix = prefixOf(options);
  return {
    kind: 'deployed',
    name: `${prefix} in ${region}`,
    bakeries: [
      {
        title: `${prefix} in ${region}`,
        invoke: async (name, event) => {
          const functionName = `${prefix}-${name}`;
          try {
            return await invokeFunction(clients, functionName, event);
          } catch (error) {
            throw explained(error, functionName, region);
          }
        },
      },
    ],
  };
}

/** Names that say that there are no usable credentials; not all of them come from AWS. */
const credentialErrors = new Set([
  'CredentialsProviderError',
  'ExpiredTokenException',
  'UnrecognizedClientException',
  'InvalidSignatureException',
  'TokenProviderError',
]);

function explained(error: unknown, functionName: string, region: string): unknown {
  if (!(error instanceof AwsError)) return error;
  const { cause, code } = error;
  const name = cause instanceof Error ? cause.name : '';
  const where = `${functionName} in ${region}`;
  const options = { cause: error };
  if (credentialErrors.has(name))
    return new CliError(
      'NO_CREDENTIALS',
      `AWS credentials for ${where} are missing or no longer valid.`,
      'Sign in (aws sso login), or set AWS_PROFILE.',
      options,
    );
  switch (code) {
    case 'NOT_FOUND':
      return new CliError(
        'NOT_DEPLOYED',
        `There is no function ${where}, in the account of your credentials.`,
        'Check --stage, --region and AWS_PROFILE; other names than ami-bakery-STAGE-… are given with --function-prefix.',
        options,
      );
    case 'ACCESS_DENIED':
      return new CliError(
        'ACCESS_DENIED',
        `Your credentials may not invoke ${where}.`,
        `Ask for lambda:InvokeFunction on it.`,
        options,
      );
    case 'UNAVAILABLE':
    case 'THROTTLED':
      return new CliError(
        'UNREACHABLE',
        `Lambda in ${region} could not be reached, or did not answer: ${functionName} may have run or not.`,
        'Check the network, the proxy and the region, and try again.',
        options,
      );
    default:
      return new CliError(
        'AWS_ERROR',
        error.message,
        'Run it again with --verbose to see the cause.',
        options,
      );
  }
}
