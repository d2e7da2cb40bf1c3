import {
  AddTagsToResourceCommand,
  DeleteParameterCommand,
  GetParameterCommand,
  GetParameterHistoryCommand,
  GetParametersByPathCommand,
  GetParametersCommand,
  LabelParameterVersionCommand,
  ListTagsForResourceCommand,
  PutParameterCommand,
  RemoveTagsFromResourceCommand,
  SSMClient,
} from '@aws-sdk/client-ssm';
import { errorName } from './backend';
import type { Backend } from './backend';

const text = (Name: string, Value: string, more: object = {}) =>
  new PutParameterCommand({ Name, Value, Type: 'String', ...more });

export function ssmCases(backend: () => Backend): void {
  const ssm = () => backend().client(SSMClient);
  const value = async (Name: string) => (await ssm().send(new GetParameterCommand({ Name }))).Parameter;

  it('GetParameter: what was put, with version 1', async () => {
    const put = await ssm().send(text('/contract/get', 'one'));
    expect(put).toMatchObject({ Version: 1, Tier: 'Standard' });
    expect(await value('/contract/get')).toMatchObject({
      Name: '/contract/get',
      Value: 'one',
      Version: 1,
      Type: 'String',
      DataType: 'text',
      ARN: 'arn:aws:ssm:eu-west-1:123456789012:parameter/contract/get',
      LastModifiedDate: expect.any(Date) as Date,
    });
  });

  it.each([
    ['GetParameter', new GetParameterCommand({ Name: '/contract/none' }), 'ParameterNotFound'],
    ['DeleteParameter', new DeleteParameterCommand({ Name: '/contract/none' }), 'ParameterNotFound'],
    ['GetParameterHistory', new GetParameterHistoryCommand({ Name: '/contract/none' }), 'ParameterNotFound'],
    [
      'LabelParameterVersion',
      new LabelParameterVersionCommand({ Name: '/contract/none', Labels: ['x'] }),
      'ParameterNotFound',
    ],
  ])('%s of a parameter that is not there', async (_operation, command, error) => {
    expect(await errorName(ssm().send(command as GetParameterCommand))).toBe(error);
  });

  it('PutParameter: refuses a second one unless told to overwrite', async () => {
    await ssm().send(text('/contract/overwrite', 'one'));
    expect(await errorName(ssm().send(text('/contract/overwrite', 'two')))).toBe('ParameterAlreadyExists');
    const put = await ssm().send(text('/contract/overwrite', 'two', { Overwrite: true }));
    expect(put.Version).toBe(2);
    expect(await value('/contract/overwrite')).toMatchObject({ Value: 'two', Version: 2 });
  });

  it('PutParameter: of twenty at once, one creates', async () => {
    const puts = Array.from(
      { length: 20 },
      (_, i) => () => errorName(ssm().send(text('/contract/race', `v${i}`))),
    );
    const outcomes = await backend().together(puts);
    expect(outcomes.filter((name) => name === 'none')).toHaveLength(1);
    expect(outcomes.filter((name) => name === 'ParameterAlreadyExists')).toHaveLength(19);
  });

  it.each([
    ['an empty value', text('/contract/empty', '')],
    ['a name that begins with aws', text('aws-contract', 'x')],
    ['no type', new PutParameterCommand({ Name: '/contract/typeless', Value: 'x' })],
    [
      'tags together with overwrite',
      text('/contract/tagged', 'x', { Overwrite: true, Tags: [{ Key: 'a', Value: 'b' }] }),
    ],
  ])('PutParameter: refuses %s', async (_what, command) => {
    expect(await errorName(ssm().send(command))).toBe('ValidationException');
  });

  it('GetParameters: at most ten, unknown ones apart', async () => {
    await ssm().send(text('/contract/many/a', 'A'));
    await ssm().send(text('/contract/many/b', 'B'));
    const answer = await ssm().send(
      new GetParametersCommand({ Names: ['/contract/many/a', '/contract/many/none', '/contract/many/b'] }),
    );
    expect(answer.Parameters?.map(({ Value }) => Value).sort()).toEqual(['A', 'B']);
    expect(answer.InvalidParameters).toEqual(['/contract/many/none']);
    const eleven = Array.from({ length: 11 }, (_, i) => `/contract/many/${i}`);
    expect(await errorName(ssm().send(new GetParametersCommand({ Names: eleven })))).toBe(
      'ValidationException',
    );
  });

  it('GetParametersByPath: one level or all, page by page', async () => {
    for (let i = 0; i < 12; i += 1) await ssm().send(text(`/contract/path/${i}`, `${i}`));
    await ssm().send(text('/contract/path/deep/x', 'deep'));
    const names = async (Recursive: boolean) => {
      const found: string[] = [];
      let pages = 0;
      let NextToken: string | undefined;
      do {
        const answer = await ssm().send(
          new GetParametersByPathCommand({ Path: '/contract/path', Recursive, NextToken, MaxResults: 5 }),
        );
        found.push(...(answer.Parameters ?? []).map(({ Name }) => Name!));
        NextToken = answer.NextToken;
        pages += 1;
      } while (NextToken !== undefined);
      return { found: new Set(found).size, pages };
    };
    expect(await names(false)).toEqual({ found: 12, pages: 3 });
    expect(await names(true)).toEqual({ found: 13, pages: 3 });
  });

  it('labels: move with one call, are read by name, bad ones come back', async () => {
    await ssm().send(text('/contract/label', 'one'));
    await ssm().send(text('/contract/label', 'two', { Overwrite: true }));
    const label = (ParameterVersion: number, ...Labels: string[]) =>
      ssm().send(new LabelParameterVersionCommand({ Name: '/contract/label', ParameterVersion, Labels }));
    expect(await label(1, 'live')).toMatchObject({ InvalidLabels: [], ParameterVersion: 1 });
    expect(await value('/contract/label:live')).toMatchObject({ Value: 'one' });
    await label(2, 'live');
    expect(await value('/contract/label:live')).toMatchObject({ Value: 'two' });
    expect(await value('/contract/label:1')).toMatchObject({ Value: 'one', Version: 1 });
    expect((await label(2, '1st')).InvalidLabels).toEqual(['1st']);
    expect(await errorName(label(9, 'x'))).toBe('ParameterVersionNotFound');
  });

  it('history: every version, with labels; capped at 100', async () => {
    await ssm().send(text('/contract/history', 'v1'));
    for (let i = 2; i <= 101; i += 1)
      await ssm().send(text('/contract/history', `v${i}`, { Overwrite: true }));
    const first = await ssm().send(
      new GetParameterHistoryCommand({ Name: '/contract/history', MaxResults: 50 }),
    );
    expect(first.Parameters).toHaveLength(50);
    expect(first.Parameters![0]).toMatchObject({ Version: 2, Value: 'v2', Labels: [] });
    expect(first.NextToken).toBeDefined();
  });

  it('history: a labelled oldest version blocks the hundred-and-first', async () => {
    await ssm().send(text('/contract/full', 'v1'));
    await ssm().send(
      new LabelParameterVersionCommand({ Name: '/contract/full', ParameterVersion: 1, Labels: ['first'] }),
    );
    for (let i = 2; i <= 100; i += 1) await ssm().send(text('/contract/full', `v${i}`, { Overwrite: true }));
    expect(await errorName(ssm().send(text('/contract/full', 'v101', { Overwrite: true })))).toBe(
      'ParameterMaxVersionLimitExceeded',
    );
  });

  it('tags: at creation, added, removed, listed', async () => {
    const resource = { ResourceType: 'Parameter' as const, ResourceId: '/contract/tags' };
    await ssm().send(text('/contract/tags', 'x', { Tags: [{ Key: 'a', Value: '1' }] }));
    await ssm().send(new AddTagsToResourceCommand({ ...resource, Tags: [{ Key: 'b', Value: '2' }] }));
    await ssm().send(new RemoveTagsFromResourceCommand({ ...resource, TagKeys: ['a'] }));
    const { TagList } = await ssm().send(new ListTagsForResourceCommand(resource));
    expect(TagList).toEqual([{ Key: 'b', Value: '2' }]);
  });

  it('DeleteParameter: gone, and created anew as version 1', async () => {
    await ssm().send(text('/contract/delete', 'one'));
    await ssm().send(text('/contract/delete', 'two', { Overwrite: true }));
    await ssm().send(new DeleteParameterCommand({ Name: '/contract/delete' }));
    expect(await errorName(value('/contract/delete'))).toBe('ParameterNotFound');
    expect((await ssm().send(text('/contract/delete', 'three'))).Version).toBe(1);
  });
}
