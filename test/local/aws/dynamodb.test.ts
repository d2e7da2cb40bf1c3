import {
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import fc from 'fast-check';
import { compileCondition } from '../../../src/local/aws/dynamodb-expression';
import { itemBytes } from '../../../src/local/aws/dynamodb-item';
import { clientOf, platform, twoAccounts } from './world';

const key = (sk: string) => ({ pk: { S: 'STATE' }, sk: { S: sk } });

// moto answers these with a 500 or lets them pass.
describe('an expression is refused', () => {
  it.each([
    ['with a name that is not defined', 'attribute_exists(#nobody)', {}],
    ['with a value that is not defined', 'version = :nothing', {}],
    ['that breaks off', 'attribute_exists(pk) AND', {}],
    ['with a parenthesis too many', '(attribute_exists(pk)))', {}],
    ['with a sign that means nothing', 'version ! :v', {}],
    ['with a function that does not exist', 'attribute_is_new(pk)', {}],
    ['with a reserved word', 'attribute_exists(status)', {}],
    ['with a value that it does not use', 'attribute_exists(pk)', { ':v': { N: '1' } }],
  ])('%s: %s', async (_what, ConditionExpression, values: Record<string, AttributeValue>) => {
    const db = clientOf(twoAccounts(), platform, DynamoDBClient);
    const ExpressionAttributeValues = Object.keys(values).length === 0 ? undefined : values;
    const put = { TableName: 'ledger', Item: key('a'), ConditionExpression, ExpressionAttributeValues };
    await expect(db.send(new PutItemCommand(put))).rejects.toMatchObject({ name: 'ValidationException' });
  });
});

it('AND binds closer than OR, NOT closest: as in JavaScript', () => {
  const flag = fc.constantFrom('p', 'q', 'r');
  const expression = fc.letrec<{ e: string }>((tie) => ({
    e: fc.oneof(
      { depthSize: 'small' },
      flag,
      fc.tuple(tie('e'), fc.constantFrom(' AND ', ' OR '), tie('e')).map((parts) => parts.join('')),
      tie('e').map((inner) => `(${inner})`),
      flag.map((inner) => `NOT ${inner}`),
    ),
  })).e;
  fc.assert(
    fc.property(expression, fc.subarray(['p', 'q', 'r']), (text, present) => {
      const condition = compileCondition(text.replaceAll(/[pqr]/g, 'attribute_exists($&)'), {});
      const item = Object.fromEntries(present.map((name) => [name, { S: 'x' }]));
      const script = text.replaceAll('AND', '&&').replaceAll('OR', '||').replaceAll('NOT ', '!');
      const expected = evaluate(script.replaceAll(/[pqr]/g, (name) => String(present.includes(name))));
      expect(condition(item)).toBe(expected);
    }),
  );
});

function evaluate(script: string): unknown {
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- made of true, false, &&, ||, ! and parentheses
  return (new Function(`return ${script}`) as () => unknown)();
}

it('a transaction repeated with its token takes effect once; another request under it is refused', async () => {
  const db = clientOf(twoAccounts(), platform, DynamoDBClient);
  const put = (sk: string) =>
    db.send(
      new TransactWriteItemsCommand({
        ClientRequestToken: 'token-1',
        TransactItems: [
          { Put: { TableName: 'ledger', Item: key(sk), ConditionExpression: 'attribute_not_exists(pk)' } },
        ],
      }),
    );
  await put('a');
  await put('a');
  await expect(put('b')).rejects.toMatchObject({ name: 'IdempotentParameterMismatchException' });
});

it('pages can be made small, and together hold every item once', async () => {
  const db = clientOf(twoAccounts({ dynamodb: { pageBytes: 100 } }), platform, DynamoDBClient);
  for (let i = 0; i < 20; i += 1) {
    await db.send(new PutItemCommand({ TableName: 'ledger', Item: { ...key(`i${i}`), n: { N: `${i}` } } }));
  }
  const seen = new Set<string | undefined>();
  let pages = 0;
  let ExclusiveStartKey: Record<string, AttributeValue> | undefined;
  do {
    const answer = await db.send(
      new QueryCommand({
        TableName: 'ledger',
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': { S: 'STATE' } },
        ExclusiveStartKey,
      }),
    );
    for (const item of answer.Items!) seen.add(item['sk']!.S);
    ExclusiveStartKey = answer.LastEvaluatedKey;
    pages += 1;
  } while (ExclusiveStartKey !== undefined);
  expect(seen.size).toBe(20);
  expect(pages).toBeGreaterThan(3);
});

it('accounts have tables of their own', async () => {
  const aws = twoAccounts();
  const db = clientOf(aws, platform, DynamoDBClient);
  await db.send(new PutItemCommand({ TableName: 'ledger', Item: key('a') }));
  const other = clientOf(aws, { account: '222222222222' }, DynamoDBClient);
  expect((await other.send(new GetItemCommand({ TableName: 'ledger', Key: key('a') }))).Item).toBeUndefined();
});

it('item sizes count names and values, in UTF-8', () => {
  expect(itemBytes({ pk: { S: 'é' } })).toBe(4);
  expect(itemBytes({ a: { M: { b: { BOOL: true } } } })).toBe(1 + 3 + 1 + 1 + 1);
});
