import {
  BatchGetItemCommand,
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import type {
  AttributeValue,
  ConditionalCheckFailedException,
  TransactionCanceledException,
  TransactWriteItem,
} from '@aws-sdk/client-dynamodb';
import { errorName } from './backend';
import type { Backend } from './backend';

const TableName = 'contract-ledger';
const at = (pk: string, sk: string) => ({ pk: { S: pk }, sk: { S: sk } });

export function dynamodbCases(backend: () => Backend): void {
  const db = () => backend().client(DynamoDBClient);
  beforeAll(() => backend().createTable(TableName));

  const put = (pk: string, sk: string, more: Record<string, AttributeValue> = {}, rest: object = {}) =>
    db().send(new PutItemCommand({ TableName, Item: { ...at(pk, sk), ...more }, ...rest }));
  const get = async (pk: string, sk: string) =>
    (await db().send(new GetItemCommand({ TableName, Key: at(pk, sk), ConsistentRead: true }))).Item;

  it('GetItem: what was put, every type', async () => {
    const values: Record<string, AttributeValue> = {
      text: { S: 'x' },
      number: { N: '12.5' },
      bytes: { B: new Uint8Array([1, 2, 3]) },
      yes: { BOOL: true },
      nothing: { NULL: true },
      list: { L: [{ S: 'a' }, { N: '1' }] },
      map: { M: { inner: { S: 'y' } } },
    };
    await put('get', 'a', values);
    expect(await get('get', 'a')).toEqual({ ...at('get', 'a'), ...values });
    expect(await get('get', 'none')).toBeUndefined();
  });

  it('a table that is not there', async () => {
    expect(await errorName(db().send(new GetItemCommand({ TableName: 'none', Key: at('a', 'b') })))).toBe(
      'ResourceNotFoundException',
    );
  });

  // Each condition, and whether the item { version: 3, state: "ready", bake: { id: "b1" } } satisfies it.
  const conditions: [string, boolean][] = [
    ['attribute_exists(pk)', true],
    ['attribute_not_exists(pk)', false],
    ['attribute_not_exists(nowhere)', true],
    ['#version = :three', true],
    ['#version <> :three', false],
    ['#version < :four', true],
    ['#version <= :three', true],
    ['#version > :three', false],
    ['#version >= :three', true],
    ['nowhere < :four', false],
    ['#version = :three AND #state = :ready', true],
    ['#version = :four OR #state = :ready', true],
    ['NOT #state = :ready', false],
    ['NOT (#version = :four OR #version = :three)', false],
    ['attribute_not_exists(nowhere) OR nowhere < :four AND #version = :four', true],
    ['(attribute_not_exists(nowhere) OR nowhere < :four) AND #version = :four', false],
    ['#version BETWEEN :three AND :four', true],
    ['#state IN (:ready, :b1)', true],
    ['begins_with(#state, :re)', true],
    ['bake.id = :b1', true],
    ['#version = :b1', false],
  ];
  it.each(conditions)('ConditionExpression %s: %s', async (ConditionExpression, holds) => {
    await put('conditions', 'a', {
      version: { N: '3' },
      state: { S: 'ready' },
      bake: { M: { id: { S: 'b1' } } },
    });
    const known: Record<string, AttributeValue> = {
      ':three': { N: '3' },
      ':four': { N: '4' },
      ':ready': { S: 'ready' },
      ':re': { S: 're' },
      ':b1': { S: 'b1' },
    };
    const names = { '#version': 'version', '#state': 'state' };
    const pick = <T>(all: Record<string, T>) => {
      const used = Object.entries(all).filter(([key]) => new RegExp(`${key}\\b`).test(ConditionExpression));
      return used.length === 0 ? undefined : Object.fromEntries(used);
    };
    const outcome = await errorName(
      put(
        'conditions',
        'a',
        {},
        {
          ConditionExpression,
          ExpressionAttributeNames: pick(names),
          ExpressionAttributeValues: pick(known),
        },
      ),
    );
    expect(outcome).toBe(holds ? 'none' : 'ConditionalCheckFailedException');
  });

  it('refuses a reserved word as a name', async () => {
    const reserved = { ConditionExpression: 'attribute_not_exists(status)' };
    expect(await errorName(put('invalid', 'a', {}, reserved))).toBe('ValidationException');
  });

  it('a refused condition leaves the item and gives it back where asked', async () => {
    await put('refused', 'a', { version: { N: '1' } });
    const refused = {
      ConditionExpression: 'attribute_not_exists(pk)',
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    };
    const error = await put('refused', 'a', { version: { N: '2' } }, refused).catch((e: unknown) => e);
    expect((error as ConditionalCheckFailedException).Item).toEqual({
      ...at('refused', 'a'),
      version: { N: '1' },
    });
    expect(await get('refused', 'a')).toMatchObject({ version: { N: '1' } });
  });

  it('of twenty conditional puts at once, one goes through', async () => {
    const condition = { ConditionExpression: 'attribute_not_exists(pk)' };
    const puts = Array.from({ length: 20 }, () => () => errorName(put('race', 'a', {}, condition)));
    const outcomes = await backend().together(puts);
    expect(outcomes.filter((name) => name === 'none')).toHaveLength(1);
  });

  it('an item of more than 400 KB is refused', async () => {
    expect(await errorName(put('large', 'a', { text: { S: 'x'.repeat(400 * 1024) } }))).toBe(
      'ValidationException',
    );
  });

  it('DeleteItem: conditional, and no error for what is not there', async () => {
    await put('delete', 'a', { version: { N: '1' } });
    const remove = (more: object = {}) =>
      db().send(new DeleteItemCommand({ TableName, Key: at('delete', 'a'), ...more }));
    const wrong = { ConditionExpression: 'version = :v', ExpressionAttributeValues: { ':v': { N: '9' } } };
    expect(await errorName(remove(wrong))).toBe('ConditionalCheckFailedException');
    await remove();
    await remove();
    expect(await get('delete', 'a')).toBeUndefined();
  });

  it('UpdateItem: SET, ADD and REMOVE', async () => {
    await put('update', 'a', { count: { N: '1' }, gone: { S: 'x' } });
    const answer = await db().send(
      new UpdateItemCommand({
        TableName,
        Key: at('update', 'a'),
        UpdateExpression: 'SET #n = :n, twice = #c + :one REMOVE gone ADD #c :one',
        ExpressionAttributeNames: { '#n': 'name', '#c': 'count' },
        ExpressionAttributeValues: { ':n': { S: 'web' }, ':one': { N: '1' } },
        ReturnValues: 'ALL_NEW',
      }),
    );
    const expected = { ...at('update', 'a'), name: { S: 'web' }, twice: { N: '2' }, count: { N: '2' } };
    expect(answer.Attributes).toEqual(expected);
  });

  it('BatchGetItem: those that exist', async () => {
    await put('batch', 'a');
    await put('batch', 'b');
    const Keys = ['a', 'b', 'none'].map((sk) => at('batch', sk));
    const { Responses } = await db().send(
      new BatchGetItemCommand({ RequestItems: { [TableName]: { Keys } } }),
    );
    expect(new Set(Responses![TableName]!.map(({ sk }) => sk!.S))).toEqual(new Set(['a', 'b']));
  });

  describe('Query', () => {
    const query = (more: object) => db().send(new QueryCommand({ TableName, ConsistentRead: true, ...more }));
    const partition = (pk: string) => ({
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': { S: pk } },
    });
    const keys = (items: Record<string, AttributeValue>[] | undefined) => items?.map(({ sk }) => sk!.S);

    beforeAll(async () => {
      for (const sk of ['IMAGE#b', 'IMAGE#a', 'META', 'IMAGE#c', 'SLOT#1']) await put('query', sk);
    });

    it('in the order of the sort key, or against it', async () => {
      const forward = await query(partition('query'));
      expect(keys(forward.Items)).toEqual(['IMAGE#a', 'IMAGE#b', 'IMAGE#c', 'META', 'SLOT#1']);
      expect(forward).toMatchObject({ Count: 5, ScannedCount: 5 });
      const backward = await query({ ...partition('query'), ScanIndexForward: false });
      expect(keys(backward.Items)).toEqual(['SLOT#1', 'META', 'IMAGE#c', 'IMAGE#b', 'IMAGE#a']);
    });

    it('by prefix of the sort key', async () => {
      const answer = await query({
        KeyConditionExpression: '#pk = :pk AND begins_with(#sk, :prefix)',
        ExpressionAttributeNames: { '#pk': 'pk', '#sk': 'sk' },
        ExpressionAttributeValues: { ':pk': { S: 'query' }, ':prefix': { S: 'IMAGE#' } },
      });
      expect(keys(answer.Items)).toEqual(['IMAGE#a', 'IMAGE#b', 'IMAGE#c']);
    });

    it.each([true, false])('page after page, forward: %s', async (ScanIndexForward) => {
      const seen: (string | undefined)[] = [];
      let ExclusiveStartKey: Record<string, AttributeValue> | undefined;
      do {
        const answer = await query({ ...partition('query'), Limit: 2, ScanIndexForward, ExclusiveStartKey });
        seen.push(...keys(answer.Items)!);
        ExclusiveStartKey = answer.LastEvaluatedKey;
      } while (ExclusiveStartKey !== undefined);
      const ordered = ['IMAGE#a', 'IMAGE#b', 'IMAGE#c', 'META', 'SLOT#1'];
      expect(seen).toEqual(ScanIndexForward ? ordered : ordered.reverse());
    });

    it('a page ends at 1 MB', async () => {
      for (let i = 0; i < 4; i += 1) await put('pages', `item-${i}`, { text: { S: 'x'.repeat(300_000) } });
      const first = await query(partition('pages'));
      expect(first.Items!.length).toBeLessThan(4);
      const ExclusiveStartKey = first.LastEvaluatedKey;
      const second = await query({ ...partition('pages'), ExclusiveStartKey });
      expect(first.Items!.length + second.Items!.length).toBe(4);
      expect(second.LastEvaluatedKey).toBeUndefined();
    });

    it('an unknown partition is empty', async () => {
      expect(await query(partition('nobody'))).toMatchObject({ Items: [], Count: 0 });
    });
  });

  describe('TransactWriteItems', () => {
    const transact = (TransactItems: TransactWriteItem[], more: object = {}) =>
      db().send(new TransactWriteItemsCommand({ TransactItems, ...more }));
    const putOf = (sk: string, more: object = {}): TransactWriteItem => ({
      Put: { TableName, Item: at('transact', sk), ...more },
    });

    it('all of it, with a check and a deletion', async () => {
      await put('transact', 'there');
      await put('transact', 'old');
      await transact([
        putOf('new'),
        {
          ConditionCheck: {
            TableName,
            Key: at('transact', 'there'),
            ConditionExpression: 'attribute_exists(pk)',
          },
        },
        { Delete: { TableName, Key: at('transact', 'old') } },
      ]);
      expect(await get('transact', 'new')).toBeDefined();
      expect(await get('transact', 'old')).toBeUndefined();
    });

    it('none of it where one condition fails, with a reason for each', async () => {
      await put('transact', 'taken');
      const unless = { ConditionExpression: 'attribute_not_exists(pk)' };
      const error = await transact([putOf('fresh', unless), putOf('taken', unless)]).catch((e: unknown) => e);
      expect((error as Error).name).toBe('TransactionCanceledException');
      const { CancellationReasons } = error as TransactionCanceledException;
      expect(CancellationReasons?.map(({ Code }) => Code)).toEqual(['None', 'ConditionalCheckFailed']);
      expect(await get('transact', 'fresh')).toBeUndefined();
    });

    it.each([
      [
        'two writes of one item',
        () => [putOf('twice'), { Delete: { TableName, Key: at('transact', 'twice') } }],
      ],
      ['more than a hundred', () => Array.from({ length: 101 }, (_, i) => putOf(`n${i}`))],
    ])('refuses %s', async (_what, items) => {
      expect(await errorName(transact(items()))).toBe('ValidationException');
    });

    it('a hundred is fine', async () => {
      expect(await errorName(transact(Array.from({ length: 100 }, (_, i) => putOf(`h${i}`))))).toBe('none');
    });
  });
}
