import * as sdk from '@aws-sdk/client-ssm';
import { mockClient } from 'aws-sdk-client-mock';
import { createClientFactory } from '../../src/lib/aws/clients';
import { ssmParameters } from '../../src/lib/aws/ssm';

const aws = mockClient(sdk.SSMClient);
beforeEach(() => aws.reset());
const clients = createClientFactory({ region: 'eu-west-1' });
const parameters = ssmParameters(clients);
const write = { name: '/bakery/web/arm64/stable', amiId: 'ami-1', create: true, description: 'd' };
const thrown = { message: '', $metadata: {} };

test('any number of parameters, ten at a time, each once; those that are missing are missing', async () => {
  aws.on(sdk.GetParametersCommand).callsFake(({ Names }: { Names: string[] }) => ({
    Parameters: Names.filter((Name) => Name !== '/p/0').map((Name) => ({
      Name,
      Value: 'ami-1',
      Version: 3,
      DataType: 'aws:ec2:image',
    })),
    InvalidParameters: ['/p/0'],
  }));
  const names = Array.from({ length: 23 }, (_, index) => `/p/${index}`);
  const found = await parameters.get('eu-west-1', [...names, '/p/1']);
  expect(found.size).toBe(22);
  expect(found.get('/p/1')).toEqual({
    name: '/p/1',
    value: 'ami-1',
    version: 3,
    dataType: 'aws:ec2:image',
  });
  expect(aws.commandCalls(sdk.GetParametersCommand).map((it) => it.args[0].input.Names?.length)).toEqual([
    10, 10, 3,
  ]);
});

test('a parameter is made with its tags, and never over one that is there', async () => {
  aws.on(sdk.PutParameterCommand).resolves({ Version: 1 });
  await expect(parameters.putAmi('eu-west-1', { ...write, tags: { a: 'b' } })).resolves.toBe(1);
  expect(aws.commandCalls(sdk.PutParameterCommand)[0]?.args[0].input).toEqual({
    Name: write.name,
    Value: 'ami-1',
    Type: 'String',
    DataType: 'aws:ec2:image',
    Description: 'd',
    Overwrite: false,
    Tags: [{ Key: 'a', Value: 'b' }],
  });
});

test('an overwrite carries no tags (SSM refuses the two together): they are set before it', async () => {
  aws.on(sdk.PutParameterCommand).resolves({ Version: 8 });
  aws.on(sdk.AddTagsToResourceCommand).resolves({});
  await expect(parameters.putAmi('eu-west-1', { ...write, create: false, tags: { a: 'b' } })).resolves.toBe(
    8,
  );
  expect(aws.calls().map((it) => it.args[0].constructor.name)).toEqual([
    'AddTagsToResourceCommand',
    'PutParameterCommand',
  ]);
  expect(aws.commandCalls(sdk.PutParameterCommand)[0]?.args[0].input).toMatchObject({
    Overwrite: true,
    Tags: undefined,
  });
});

test('a write is sent by a client without retries', async () => {
  aws.on(sdk.PutParameterCommand).resolves({ Version: 1 });
  await parameters.putAmi('eu-west-1', write);
  const sender = aws.commandCalls(sdk.PutParameterCommand)[0]?.thisValue as sdk.SSMClient;
  await expect(sender.config.maxAttempts()).resolves.toBe(1);
});

test.each([
  [new sdk.ParameterAlreadyExists(thrown), 'PARAMETER_EXISTS'],
  [new sdk.ParameterMaxVersionLimitExceeded(thrown), 'PARAMETER_HISTORY_FULL'],
  [new sdk.TooManyUpdates(thrown), 'CONFLICT'],
])('a refused write: %s is %s', async (error, code) => {
  aws.on(sdk.PutParameterCommand).rejects(error);
  await expect(parameters.putAmi('eu-west-1', write)).rejects.toMatchObject({ code });
});

test('tags; none where there is no parameter', async () => {
  aws.on(sdk.ListTagsForResourceCommand).resolvesOnce({ TagList: [{ Key: 'a', Value: 'b' }] });
  await expect(parameters.tags('eu-west-1', '/p')).resolves.toEqual({ a: 'b' });
  aws.on(sdk.ListTagsForResourceCommand).rejects(new sdk.InvalidResourceId(thrown));
  await expect(parameters.tags('eu-west-1', '/p')).resolves.toBeUndefined();
  aws.on(sdk.ListTagsForResourceCommand).rejects(new sdk.InternalServerError(thrown));
  await expect(parameters.tags('eu-west-1', '/p')).rejects.toMatchObject({ code: 'UNAVAILABLE' });
});

test('a parameter is deleted; one that is gone already is no error, and another error is one', async () => {
  aws.on(sdk.DeleteParameterCommand).resolvesOnce({}).rejectsOnce(new sdk.ParameterNotFound(thrown));
  await expect(parameters.delete('eu-west-1', write.name)).resolves.toBeUndefined();
  await expect(parameters.delete('eu-west-1', write.name)).resolves.toBeUndefined();
  expect(aws.commandCalls(sdk.DeleteParameterCommand).map((it) => it.args[0].input)).toEqual([
    { Name: write.name },
    { Name: write.name },
  ]);
  aws.on(sdk.DeleteParameterCommand).rejects(new sdk.TooManyUpdates(thrown));
  await expect(parameters.delete('eu-west-1', write.name)).rejects.toMatchObject({ code: 'CONFLICT' });
});
