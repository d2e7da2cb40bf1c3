import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { call } from './classify';
import type { ClientFactory } from './clients';

/** Whose credentials are in use. */
export async function callerIdentity(clients: ClientFactory): Promise<{ account: string; arn: string }> {
  const answer = await call('sts.GetCallerIdentity', () =>
    clients(STSClient).send(new GetCallerIdentityCommand({})),
  );
  return { account: answer.Account ?? '', arn: answer.Arn ?? '' };
}
