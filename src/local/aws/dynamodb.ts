import type * as Dynamo from '@aws-sdk/client-dynamodb';
import {
  ConditionalCheckFailedException,
  IdempotentParameterMismatchException,
  ResourceNotFoundException,
  TransactionCanceledException,
} from '@aws-sdk/client-dynamodb';
import { compileCondition } from './dynamodb-expression';
import type { Item } from './dynamodb-item';
import { assertAllUsed } from './dynamodb-reader';
import type { Substitutes } from './dynamodb-reader';
import { LocalTable } from './dynamodb-table';
import { query } from './dynamodb-query';
import { compileUpdate } from './dynamodb-update';
import { invalid } from './failure';
import { PerSite } from './per-site';
import type { CallSite, World } from './world';

export interface DynamoDbOptions {
  /** A Query reads at most this many bytes a page: 1 MB as AWS does, or fewer to exercise paging. */
  pageBytes?: number;
  /** Told of every item that a call puts, changes or deletes, right after it has. */
  onChange?: (change: ItemChange) => void;
}

export interface ItemChange {
  at: CallSite;
  table: string;
  before: Item | undefined;
  after: Item | undefined;
}

/** A write of a transaction or of its own: what the item becomes if the condition holds. */
interface Write extends Substitutes {
  table: LocalTable;
  key: Item;
  condition: string | undefined;
  next: (before: Item | undefined) => Item | undefined;
  onFailure: string | undefined;
}

/** A ClientRequestToken is remembered for ten minutes (documented). */
const TOKEN_MS = 10 * 60_000;

/** DynamoDB with `pk`/`sk` tables, all reads consistent. */
export class LocalDynamoDb {
  readonly #tables = new PerSite<Map<string, LocalTable>>(() => new Map());
  readonly #tokens = new PerSite<Map<string, { request: string; atMs: number }>>(() => new Map());

  constructor(
    private readonly world: Pick<World, 'clock'>,
    private readonly options: DynamoDbOptions = {},
  ) {}

  /** Makes a table as CloudFormation would; keys default to the bakery's `pk` and `sk`. */
  createTable(at: { account: string; region: string }, name: string, keys = ['pk', 'sk']): void {
    this.#tables.at(at).set(name, new LocalTable(name, keys));
  }

  /** Every item, for assertions and for the tour. */
  items(at: { account: string; region: string }, name: string): Item[] {
    return this.#tables.at(at).get(name)?.all() ?? [];
  }

  /** Items of one partition in the order of their sort keys. */
  partition(at: { account: string; region: string }, name: string, partitionKey: string): Item[] {
    return this.#tables.at(at).get(name)?.partition({ S: partitionKey }) ?? [];
  }

  /** As a backup would keep it. */
  backUp(at: { account: string; region: string }, name: string): Item[] {
    return this.items(at, name);
  }

  /** The table is what it was when it was backed up. */
  restore(at: { account: string; region: string }, name: string, items: readonly Item[]): void {
    const table = new LocalTable(name, ['pk', 'sk']);
    for (const item of items) table.set(item, item);
    this.#tables.at(at).set(name, table);
  }

  /** Changes an item behind everybody's back. */
  putBehind(at: { account: string; region: string }, name: string, item: Item): void {
    this.#tables.at(at).get(name)?.set(item, item);
  }

  PutItem(input: Dynamo.PutItemInput, at: CallSite): Dynamo.PutItemOutput {
    const before = this.#one(this.#put(input, at), at);
    return input.ReturnValues === 'ALL_OLD' ? { Attributes: before } : {};
  }

  DeleteItem(input: Dynamo.DeleteItemInput, at: CallSite): Dynamo.DeleteItemOutput {
    const before = this.#one(this.#delete(input, at), at);
    return input.ReturnValues === 'ALL_OLD' ? { Attributes: before } : {};
  }

  UpdateItem(input: Dynamo.UpdateItemInput, at: CallSite): Dynamo.UpdateItemOutput {
    const write = this.#update(input, at);
    const before = this.#one(write, at);
    if (input.ReturnValues === 'ALL_OLD') return { Attributes: before };
    return input.ReturnValues === 'ALL_NEW' ? { Attributes: write.table.get(write.key) } : {};
  }

  GetItem(input: Dynamo.GetItemInput, at: CallSite): Dynamo.GetItemOutput {
    const Item = this.#table(input.TableName, at).get(input.Key!);
    return Item === undefined ? {} : { Item };
  }

  BatchGetItem(input: Dynamo.BatchGetItemInput, at: CallSite): Dynamo.BatchGetItemOutput {
    const requests = Object.entries(input.RequestItems ?? {});
    const count = requests.reduce((sum, [, { Keys }]) => sum + Keys!.length, 0);
    if (count > 100) throw invalid('Too many items requested for the BatchGetItem call');
    const Responses: Record<string, Item[]> = {};
    for (const [name, { Keys }] of requests) {
      const table = this.#table(name, at);
      if (new Set(Keys!.map((key) => table.keyOf(key))).size < Keys!.length) {
        throw invalid('Provided list of item keys contains duplicates');
      }
      Responses[name] = Keys!.map((key) => table.get(key)).filter((item) => item !== undefined);
    }
    return { Responses, UnprocessedKeys: {} };
  }

  Query(input: Dynamo.QueryInput, at: CallSite): Dynamo.QueryOutput {
    return query(this.#table(input.TableName, at), input, this.options.pageBytes ?? 1024 * 1024);
  }

  TransactWriteItems(input: Dynamo.TransactWriteItemsInput, at: CallSite): Dynamo.TransactWriteItemsOutput {
    const entries = input.TransactItems ?? [];
    if (entries.length < 1 || entries.length > 100) {
      throw invalid(
        "1 validation error detected: Value at 'transactItems' failed to satisfy constraint: Member must have length less than or equal to 100",
      );
    }
    const writes = entries.map((entry) => this.#transactWrite(entry, at));
    if (new Set(writes.map(({ table, key }) => `${table.name}/${table.keyOf(key)}`)).size < writes.length) {
      throw invalid('Transaction request cannot include multiple operations on one item');
    }
    if (this.#repeated(input, at)) return {};
    const reasons = writes.map(reasonAgainst);
    if (reasons.some(({ Code }) => Code !== 'None')) {
      const codes = reasons.map(({ Code }) => Code).join(', ');
      throw new TransactionCanceledException({
        message: `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`,
        CancellationReasons: reasons,
        $metadata: {},
      });
    }
    const after = writes.map((write) => write.next(write.table.get(write.key)));
    writes.forEach((write, index) => this.#set(write, after[index], at));
    if (input.ClientRequestToken !== undefined) {
      const request = JSON.stringify(input.TransactItems);
      this.#tokens.at(at).set(input.ClientRequestToken, { request, atMs: this.world.clock.now() });
    }
    return {};
  }

  #repeated(input: Dynamo.TransactWriteItemsInput, at: CallSite): boolean {
    const known = this.#tokens.at(at).get(input.ClientRequestToken ?? '');
    if (known === undefined || this.world.clock.now() - known.atMs > TOKEN_MS) return false;
    if (known.request === JSON.stringify(input.TransactItems)) return true;
    throw new IdempotentParameterMismatchException({
      message: 'Idempotent parameter mismatch',
      $metadata: {},
    });
  }

  #transactWrite(entry: Dynamo.TransactWriteItem, at: CallSite): Write {
    if (entry.Put) return this.#put(entry.Put, at);
    if (entry.Delete) return this.#delete(entry.Delete, at);
    if (entry.Update) return this.#update(entry.Update, at);
    if (entry.ConditionCheck) return { ...this.#delete(entry.ConditionCheck, at), next: (before) => before };
    throw invalid('TransactItems can only contain one of Check, Put, Update or Delete');
  }

  #put(input: Dynamo.Put | Dynamo.PutItemInput, at: CallSite): Write {
    const table = this.#table(input.TableName, at);
    table.assertStorable(input.Item!);
    return { ...writeOf(input), table, key: input.Item!, next: () => input.Item };
  }

  #delete(input: Dynamo.Delete | Dynamo.DeleteItemInput | Dynamo.ConditionCheck, at: CallSite): Write {
    const table = this.#table(input.TableName, at);
    return { ...writeOf(input), table, key: table.assertKey(input.Key!), next: () => undefined };
  }

  #update(input: Dynamo.Update | Dynamo.UpdateItemInput, at: CallSite): Write {
    const table = this.#table(input.TableName, at);
    const key = table.assertKey(input.Key!);
    const change = compileUpdate(input.UpdateExpression ?? '', input);
    return { ...writeOf(input), table, key, next: (before) => change(before ?? { ...key }) };
  }

  #set({ table, key }: Write, after: Item | undefined, at: CallSite): void {
    const before = table.get(key);
    if (before === after) return;
    table.set(key, after);
    this.options.onChange?.({ at, table: table.name, before, after });
  }

  #one(write: Write, at: CallSite): Item | undefined {
    const before = write.table.get(write.key);
    const reason = reasonAgainst(write);
    if (reason.Code !== 'None') {
      throw new ConditionalCheckFailedException({
        message: reason.Message!,
        Item: reason.Item,
        $metadata: {},
      });
    }
    const after = write.next(before);
    if (after !== undefined) write.table.assertStorable(after);
    this.#set(write, after, at);
    return before;
  }

  #table(name: string | undefined, at: CallSite): LocalTable {
    const table = this.#tables.at(at).get((name ?? '').replace(/^arn:aws:dynamodb:.*:table\//, ''));
    if (table !== undefined) return table;
    throw new ResourceNotFoundException({ message: 'Requested resource not found', $metadata: {} });
  }
}

function writeOf(
  input: Substitutes & {
    ConditionExpression?: string;
    UpdateExpression?: string;
    ReturnValuesOnConditionCheckFailure?: string;
  },
) {
  assertAllUsed(input, [input.ConditionExpression, input.UpdateExpression]);
  return {
    condition: input.ConditionExpression,
    onFailure: input.ReturnValuesOnConditionCheckFailure,
    ExpressionAttributeNames: input.ExpressionAttributeNames,
    ExpressionAttributeValues: input.ExpressionAttributeValues,
  };
}

function reasonAgainst(write: Write): Dynamo.CancellationReason {
  const before = write.table.get(write.key);
  if (write.condition === undefined || compileCondition(write.condition, write)(before ?? {}))
    return { Code: 'None' };
  return {
    Code: 'ConditionalCheckFailed',
    Message: 'The conditional request failed',
    ...(write.onFailure === 'ALL_OLD' && before !== undefined ? { Item: before } : {}),
  };
}
