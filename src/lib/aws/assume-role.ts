import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { awsError, call } from './classify';
import type { AssumedCredentials, ClientFactory } from './clients';

/** Shown in the other account's CloudTrail. */
const sessionName = 'ami-bakery';

/**
 * Credentials of a role, for an hour (AssumeRole, DurationSeconds; a longer one would have to be allowed by the role).
 * @throws AwsError
 */
export async function assumeRole(clients: ClientFactory, roleArn: string): Promise<AssumedCredentials> {
  const { Credentials: made } = await call('sts.AssumeRole', () =>
    clients(STSClient).send(new AssumeRoleCommand({ RoleArn: roleArn, RoleSessionName: sessionName })),
  );
  if (
    made?.AccessKeyId === undefined ||
    made.SecretAccessKey === undefined ||
    made.SessionToken === undefined
  )
    throw awsError('UNCLASSIFIED', 'sts.AssumeRole', new Error('the answer holds no credentials'));
  return {
    accessKeyId: made.AccessKeyId,
    secretAccessKey: made.SecretAccessKey,
    sessionToken: made.SessionToken,
    expiration: made.Expiration,
  };
}
