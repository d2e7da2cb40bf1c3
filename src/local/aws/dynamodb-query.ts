import type { QueryInput, QueryOutput } from '@aws-sdk/client-dynamodb';
import { compileCondition } from './dynamodb-expression';
import type { Condition } from './dynamodb-expression';
import { compareValues, equalValues, itemBytes } from './dynamodb-item';
import type { Item } from './dynamodb-item';
import { assertAllUsed } from './dynamodb-reader';
import type { Substitutes } from './dynamodb-reader';
import type { LocalTable } from './dynamodb-table';
import { invalid } from './failure';

/** A page of a partition: at most `Limit` items and `pageBytes` bytes, counted before the filter, as DynamoDB does. */
export function query(table: LocalTable, input: QueryInput, pageBytes: number): QueryOutput {
  const text = input.KeyConditionExpression ?? '';
  assertAllUsed(input, [text, input.FilterExpression]);
  const partitionValue = partitionOf(text, table.keys[0]!, input);
  const inKeyRange = compileCondition(text, input);
  const filter =
    input.FilterExpression === undefined ? undefined : compileCondition(input.FilterExpression, input);
  const candidates = table.partition(partitionValue).filter(inKeyRange);
  if (input.ScanIndexForward === false) candidates.reverse();
  const rest = afterStart(candidates, table, input);
  const scanned = firstPage(rest, input.Limit, pageBytes);
  const matched = select(scanned, filter);
  const last = scanned.length < rest.length || scanned.length === input.Limit ? scanned.at(-1) : undefined;
  return {
    ...(input.Select === 'COUNT' ? {} : { Items: matched }),
    Count: matched.length,
    ScannedCount: scanned.length,
    ...(last === undefined ? {} : { LastEvaluatedKey: table.keyAttributes(last) }),
  };
}

function select(items: Item[], filter: Condition | undefined): Item[] {
  return filter === undefined ? items : items.filter(filter);
}

function firstPage(items: Item[], limit: number | undefined, pageBytes: number): Item[] {
  let bytes = 0;
  let count = 0;
  while (count < items.length && count < (limit ?? Number.POSITIVE_INFINITY)) {
    bytes += bytesOf(items[count]!);
    if (bytes > pageBytes && count > 0) break;
    count += 1;
  }
  return items.slice(0, count);
}

/** Items in a table are replaced and never changed: each is measured once. */
const measured = new WeakMap<Item, number>();

function bytesOf(item: Item): number {
  let bytes = measured.get(item);
  if (bytes === undefined) measured.set(item, (bytes = itemBytes(item)));
  return bytes;
}

function afterStart(items: Item[], table: LocalTable, input: QueryInput): Item[] {
  const start = input.ExclusiveStartKey;
  if (start === undefined) return items;
  table.assertKey(start);
  const sort = table.keys[1]!;
  const direction = input.ScanIndexForward === false ? -1 : 1;
  return items.filter((item) => (compareValues(item[sort]!, start[sort]!) ?? 0) * direction > 0);
}

/** A key condition must hold the partition key to one value. */
function partitionOf(text: string, key: string, substitutes: Substitutes): Item[string] {
  for (const [, name, value] of text.matchAll(/(#?\w+)\s*=\s*(:\w+)/g)) {
    const attribute = name!.startsWith('#') ? substitutes.ExpressionAttributeNames?.[name!] : name;
    const given = substitutes.ExpressionAttributeValues?.[value!];
    if (attribute === key && given !== undefined && equalValues(given, given)) return given;
  }
  throw invalid(`Query condition missed key schema element: ${key}`);
}
