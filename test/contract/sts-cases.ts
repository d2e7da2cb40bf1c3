import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import type { Backend } from './backend';

export function stsCases(backend: () => Backend): void {
  const sts = () => backend().client(STSClient);

  it('GetCallerIdentity: the account', async () => {
    const identity = await sts().send(new GetCallerIdentityCommand({}));
    expect(identity.Account).toBe('123456789012');
    expect(identity.Arn).toMatch(/^arn:aws:sts::123456789012:/);
  });

  it('AssumeRole: credentials that end, and the session by name', async () => {
    const { Credentials, AssumedRoleUser } = await sts().send(
      new AssumeRoleCommand({
        RoleArn: 'arn:aws:iam::222222222222:role/bakery/reader',
        RoleSessionName: 'tour',
      }),
    );
    expect(Credentials).toMatchObject({
      AccessKeyId: expect.any(String) as string,
      SecretAccessKey: expect.any(String) as string,
      SessionToken: expect.any(String) as string,
      Expiration: expect.any(Date) as Date,
    });
    expect(AssumedRoleUser!.Arn).toMatch(/^arn:aws:sts::222222222222:assumed-role\/(bakery\/)?reader\/tour$/);
  });
}
