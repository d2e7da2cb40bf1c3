import { CodeCommitClient, GetBranchCommand } from '@aws-sdk/client-codecommit';
import { CodeBuildClient, StartBuildCommand } from '@aws-sdk/client-codebuild';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { mockClient } from 'aws-sdk-client-mock';
import { assumeRole } from '../../src/lib/aws/assume-role';
import { createClientFactory } from '../../src/lib/aws/clients';
import { codeBuild } from '../../src/lib/aws/codebuild';
import { codeCommitRepo } from '../../src/lib/aws/codecommit';

const roleArn = 'arn:aws:iam::888888888888:role/reader';
const sts = mockClient(STSClient);
beforeEach(() => {
  sts.reset();
  sts.on(AssumeRoleCommand).resolves({
    Credentials: {
      AccessKeyId: 'of-the-role',
      SecretAccessKey: 'secret',
      SessionToken: 'token',
      Expiration: new Date(Date.now() + 3_600_000),
    },
  });
});

test('a client with a role calls with its credentials, asked for once and only when it calls', async () => {
  const clients = createClientFactory({ region: 'eu-west-1', assumeRole });
  const client = clients(CodeCommitClient, { region: 'eu-west-2', roleArn });
  expect(sts.commandCalls(AssumeRoleCommand)).toHaveLength(0);
  for (const _ of [1, 2])
    expect(await client.config.credentials()).toMatchObject({
      accessKeyId: 'of-the-role',
      sessionToken: 'token',
    });
  expect(sts.commandCalls(AssumeRoleCommand).map(({ args: [{ input }] }) => input)).toEqual([
    { RoleArn: roleArn, RoleSessionName: 'ami-bakery' },
  ]);
  expect(clients(CodeCommitClient, { region: 'eu-west-2' })).not.toBe(client);
});

test('a role that may not be assumed shows as an error of STS', async () => {
  sts.on(AssumeRoleCommand).rejects(Object.assign(new Error('no'), { name: 'AccessDenied' }));
  const clients = createClientFactory({ region: 'eu-west-1', assumeRole });
  const repo = codeCommitRepo(clients, { repository: 'images', branch: 'main', roleArn });
  await expect(repo.head()).rejects.toMatchObject({ code: 'ACCESS_DENIED', call: 'sts.AssumeRole' });
});

test('a function that assumes no roles says so', async () => {
  const clients = createClientFactory({ region: 'eu-west-1' });
  await expect(clients(CodeCommitClient, { roleArn }).config.credentials()).rejects.toThrow(
    /assumes no roles; it was asked to assume arn:aws:iam::888888888888:role\/reader/,
  );
});

test('a repo without a role is read with the own credentials', async () => {
  const codecommit = mockClient(CodeCommitClient);
  codecommit.on(GetBranchCommand).resolves({ branch: { commitId: 'c1' } });
  const clients = createClientFactory({ region: 'eu-west-1', assumeRole });
  expect(await codeCommitRepo(clients, { repository: 'images', branch: 'main' }).head()).toBe('c1');
  expect(sts.commandCalls(AssumeRoleCommand)).toHaveLength(0);
});

test('a build that checks out for itself is told the commit, and no source version', async () => {
  const aws = mockClient(CodeBuildClient);
  aws.on(StartBuildCommand).resolves({ build: { id: 'p:1' } });
  const request = {
    projectName: 'p',
    sourceVersion: 'c'.repeat(40),
    idempotencyToken: 'b-1',
    timeoutInMinutes: 60,
    environment: { BAKE_ID: 'b-1' },
  };
  const clients = createClientFactory({ region: 'eu-west-1' });
  await codeBuild(clients, { checksOut: true }).start(request);
  const { sourceVersion, environmentVariablesOverride } =
    aws.commandCalls(StartBuildCommand)[0]!.args[0].input;
  expect(sourceVersion).toBeUndefined();
  expect(environmentVariablesOverride).toEqual([
    { name: 'BAKE_ID', value: 'b-1', type: 'PLAINTEXT' },
    { name: 'BAKERY_COMMIT', value: 'c'.repeat(40), type: 'PLAINTEXT' },
  ]);
});
