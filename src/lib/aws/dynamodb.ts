import {
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  QueryCommand,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import type { AttributeValue, TransactWriteItem } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { call } from './classify';
import type { ClientFactory } from './clients';
import { conditionOf } from './dynamodb-conditions';
import { putItem, toAttributes } from './dynamodb-put';
import type { Table, TableItem, TableWrite } from './edges';

type Attributes = Record<string, AttributeValue>;

const toItem = (attributes: Attributes): TableItem => unmarshall(attributes) as TableItem;

/** The table for functions that only read. Apart from `dynamoTable`, so that they neither load nor may call the rest. */
export function dynamoReader(clients: ClientFactory, tableName: string): Pick<Table, 'query' | 'get'> {
  const client = () => clients(DynamoDBClient);

  return {
    async query(pk, { skPrefix, limit = Infinity, newestFirst = false } = {}) {
      const items: TableItem[] = [];
      let ExclusiveStartKey: Attributes | undefined;
      do {
        const answer = await call('dynamodb.Query', () =>
          client().send(
            new QueryCommand({
              TableName: tableName,
              ConsistentRead: true,
              KeyConditionExpression:
                skPrefix === undefined ? 'pk = :pk' : 'pk = :pk AND begins_with(sk, :sk)',
              ExpressionAttributeValues: toAttributes({ ':pk': pk, ':sk': skPrefix }),
              ScanIndexForward: !newestFirst,
              Limit: Number.isFinite(limit) ? limit - items.length : undefined,
              ExclusiveStartKey,
            }),
          ),
        );
        items.push(...(answer.Items ?? []).map(toItem));
        ExclusiveStartKey = answer.LastEvaluatedKey;
      } while (ExclusiveStartKey !== undefined && items.length < limit);
      return items;
    },

    async get(pk, sk) {
      const answer = await call('dynamodb.GetItem', () =>
        client().send(
          new GetItemCommand({ TableName: tableName, Key: toAttributes({ pk, sk }), ConsistentRead: true }),
        ),
      );
      return answer.Item === undefined ? undefined : toItem(answer.Item);
    },
  };
}

/** One table with string keys `pk` and `sk`. Every read is consistent. */
export function dynamoTable(clients: ClientFactory, tableName: string): Table {
  const client = () => clients(DynamoDBClient);

  return {
    ...dynamoReader(clients, tableName),

    async write(writes) {
      const [first] = writes;
      if (first === undefined) return;
      if (writes.length === 1 && first.kind !== 'check') await writeOne(client(), tableName, first);
      else
        // The SDK gives the transaction a ClientRequestToken, so its own repetitions are one transaction.
        await call('dynamodb.TransactWriteItems', async () =>
          client().send(
            new TransactWriteItemsCommand({
              TransactItems: writes.map((write) => inTransaction(tableName, write)),
            }),
          ),
        );
    },
  };
}

async function writeOne(
  client: DynamoDBClient,
  TableName: string,
  write: Exclude<TableWrite, { kind: 'check' }>,
): Promise<void> {
  if (write.kind === 'delete') {
    await call('dynamodb.DeleteItem', async () =>
      client.send(
        new DeleteItemCommand({
          TableName,
          Key: toAttributes({ pk: write.pk, sk: write.sk }),
          ...conditionOf(write.condition),
        }),
      ),
    );
    return;
  }
  await putItem(client, TableName, write);
}

/** A ConditionCheck without an expression is refused, and leaving it out would move the indexes of the others. */
const anyState = 'attribute_exists(pk) OR attribute_not_exists(pk)';

function inTransaction(TableName: string, write: TableWrite): TransactWriteItem {
  const condition = conditionOf(write.condition);
  if (write.kind === 'put') return { Put: { TableName, Item: toAttributes(write.item), ...condition } };
  const Key = toAttributes({ pk: write.pk, sk: write.sk });
  if (write.kind === 'delete') return { Delete: { TableName, Key, ...condition } };
  return { ConditionCheck: { TableName, Key, ConditionExpression: anyState, ...condition } };
}
