import * as sdk from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { createClientFactory } from '../../src/lib/aws/clients';
import { dynamoTable } from '../../src/lib/aws/dynamodb';
import type { TableWrite } from '../../src/lib/aws/edges';

const aws = mockClient(sdk.DynamoDBClient);
beforeEach(() => aws.reset());
const table = dynamoTable(createClientFactory({ region: 'eu-west-1' }), 'ledger');
const item = { pk: 'STATE', sk: 'IMAGE#web/arm64', version: 2, channels: { stable: { amis: ['ami-1'] } } };
const put: TableWrite = { kind: 'put', item, condition: { kind: 'version', version: 1 } };

test('a query reads every page, consistently', async () => {
  aws
    .on(sdk.QueryCommand, { ExclusiveStartKey: undefined })
    .resolves({ Items: [marshall(item)], LastEvaluatedKey: marshall({ pk: 'STATE', sk: 'x' }) })
    .on(sdk.QueryCommand, { ExclusiveStartKey: marshall({ pk: 'STATE', sk: 'x' }) })
    .resolves({ Items: [marshall({ pk: 'STATE', sk: 'y' })] });
  await expect(table.query('STATE', { skPrefix: 'IMAGE#' })).resolves.toEqual([
    item,
    { pk: 'STATE', sk: 'y' },
  ]);
  expect(aws.commandCalls(sdk.QueryCommand)[0]?.args[0].input).toMatchObject({
    ConsistentRead: true,
    KeyConditionExpression: 'pk = :pk AND begins_with(sk, :sk)',
    ScanIndexForward: true,
  });
});

test('a query with a limit stops there', async () => {
  const page = { Items: [marshall({ pk: 'a', sk: '1' })], LastEvaluatedKey: marshall({ pk: 'a', sk: '1' }) };
  aws.on(sdk.QueryCommand).resolves(page);
  await expect(table.query('a', { limit: 2, newestFirst: true })).resolves.toHaveLength(2);
  const inputs = aws.commandCalls(sdk.QueryCommand).map((it) => it.args[0].input);
  expect(inputs.map(({ Limit, ScanIndexForward }) => [Limit, ScanIndexForward])).toEqual([
    [2, false],
    [1, false],
  ]);
});

test('an item, or nothing', async () => {
  aws
    .on(sdk.GetItemCommand)
    .resolvesOnce({ Item: marshall(item) })
    .resolves({});
  await expect(table.get('STATE', item.sk)).resolves.toEqual(item);
  await expect(table.get('STATE', 'other')).resolves.toBeUndefined();
});

test('one write is a put or a delete, with its condition', async () => {
  aws.on(sdk.PutItemCommand).resolves({}).on(sdk.DeleteItemCommand).resolves({});
  await table.write([put]);
  await table.write([{ kind: 'delete', pk: 'a', sk: 'b', condition: { kind: 'any' } }]);
  await table.write([
    { kind: 'put', item, condition: { kind: 'absent-or-lower', attribute: 'sequence', value: 7 } },
  ]);
  const [first, second] = aws.commandCalls(sdk.PutItemCommand).map((it) => it.args[0].input);
  expect(first).toMatchObject({
    ConditionExpression: '#version = :version',
    ExpressionAttributeValues: { ':version': { N: '1' } },
  });
  expect(second).toMatchObject({
    ConditionExpression: 'attribute_not_exists(pk) OR #attribute < :value',
    ExpressionAttributeNames: { '#attribute': 'sequence' },
  });
  expect(aws.commandCalls(sdk.DeleteItemCommand)[0]?.args[0].input).toEqual({
    TableName: 'ledger',
    Key: marshall({ pk: 'a', sk: 'b' }),
  });
});

test('several writes, or a check, are one transaction that says which condition failed', async () => {
  aws.on(sdk.TransactWriteItemsCommand).rejects(
    new sdk.TransactionCanceledException({
      message: '',
      $metadata: {},
      CancellationReasons: [{ Code: 'None' }, { Code: 'ConditionalCheckFailed' }],
    }),
  );
  const check: TableWrite = { kind: 'check', pk: 'a', sk: 'b', condition: { kind: 'absent' } };
  await expect(table.write([put, check])).rejects.toMatchObject({
    code: 'CONDITION_FAILED',
    failedConditions: [1],
  });
  await expect(table.write([check])).rejects.toMatchObject({ call: 'dynamodb.TransactWriteItems' });
  await expect(table.write([])).resolves.toBeUndefined();
});

describe('a put that was refused', () => {
  const refused = (Item: object | undefined, attempts: number) =>
    new sdk.ConditionalCheckFailedException({
      message: '',
      $metadata: { attempts },
      Item: Item && marshall(Item),
    });

  test('at the first try is a failed condition', async () => {
    aws.on(sdk.PutItemCommand).rejects(refused(item, 1));
    await expect(table.write([put])).rejects.toMatchObject({
      code: 'CONDITION_FAILED',
      failedConditions: [0],
    });
  });

  test('at a later try, by the very item of the first, went through', async () => {
    aws.on(sdk.PutItemCommand).rejects(refused(item, 2));
    await expect(table.write([put])).resolves.toBeUndefined();
  });

  test('at a later try by another item is a failed condition', async () => {
    aws.on(sdk.PutItemCommand).rejects(refused({ ...item, version: 9 }, 2));
    await expect(table.write([put])).rejects.toMatchObject({ code: 'CONDITION_FAILED' });
  });
});

test('a value that DynamoDB has no type for comes out as an AwsError', async () => {
  const wrong = { ...item, when: new Date(0) };
  await expect(table.write([{ kind: 'put', item: wrong, condition: { kind: 'any' } }])).rejects.toMatchObject(
    {
      name: 'AwsError',
      code: 'UNCLASSIFIED',
    },
  );
});
