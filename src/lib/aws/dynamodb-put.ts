import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { isDeepStrictEqual } from 'node:util';
import { attemptsOf, awsError, call } from './classify';
import type { ClientFactory } from './clients';
import { conditionOf } from './dynamodb-conditions';
import type { Table, TableWrite } from './edges';

type Put = Extract<TableWrite, { kind: 'put' }>;

/**
 * The table for functions that only record. Apart from `dynamoTable`, so that they neither load nor may call the rest:
 * a write that is not one put is refused.
 */
export const dynamoRecorder = (clients: ClientFactory, tableName: string): Pick<Table, 'write'> => ({
  async write(writes) {
    const [put] = writes;
    if (put?.kind !== 'put' || writes.length > 1)
      throw awsError('INVALID', 'dynamodb.PutItem', new Error('a recorder writes one put at a time'));
    await putItem(clients(DynamoDBClient), tableName, put);
  },
});

export async function putItem(client: DynamoDBClient, TableName: string, write: Put): Promise<void> {
  await call('dynamodb.PutItem', async () => {
    const Item = toAttributes(write.item);
    try {
      await client.send(
        new PutItemCommand({
          TableName,
          Item,
          ...conditionOf(write.condition),
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      );
    } catch (error) {
      if (!isOwnRepetition(error, Item)) throw error;
    }
  });
}

export const toAttributes = (item: object): Record<string, AttributeValue> =>
  marshall(item, { removeUndefinedValues: true });

/** A try whose answer got lost had taken effect; the SDK's next try then finds its own item and is refused. */
function isOwnRepetition(error: unknown, Item: Record<string, AttributeValue>): boolean {
  const found = (error as { Item?: Record<string, AttributeValue> }).Item;
  return (
    attemptsOf(error) > 1 && found !== undefined && isDeepStrictEqual(unmarshall(found), unmarshall(Item))
  );
}
