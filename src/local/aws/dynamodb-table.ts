import { compareValues, itemBytes } from './dynamodb-item';
import type { Item } from './dynamodb-item';
import { invalid } from './failure';

/** Largest item (documented). */
const ITEM_BYTES = 400 * 1024;

interface Partition {
  items: Map<string, Item>;
  /** Sorted keys of `items`, made at the first read after a key came or went. */
  order: string[] | undefined;
}

/** The items of one table, by partition; a partition is sorted when it is read. */
export class LocalTable {
  readonly #partitions = new Map<string, Partition>();
  readonly #partitionKey: string;
  readonly #sortKey: string | undefined;

  constructor(
    readonly name: string,
    readonly keys: string[],
  ) {
    this.#partitionKey = keys[0]!;
    this.#sortKey = keys[1];
  }

  get(key: Item): Item | undefined {
    const [partition, sort] = this.#place(key);
    return this.#partitions.get(partition)?.items.get(sort);
  }

  /** Undefined removes the item. */
  set(key: Item, item: Item | undefined): void {
    const [partition, sort] = this.#place(key);
    const known = this.#partitions.get(partition) ?? { items: new Map<string, Item>(), order: undefined };
    this.#partitions.set(partition, known);
    if (known.items.has(sort) !== (item !== undefined)) known.order = undefined;
    if (item === undefined) known.items.delete(sort);
    else known.items.set(sort, item);
  }

  /** Items of a partition in the order of their sort keys. */
  partition(partitionValue: Item[string]): Item[] {
    const known = this.#partitions.get(JSON.stringify(partitionValue));
    if (known === undefined) return [];
    known.order ??= this.#sorted(known.items);
    return known.order.map((sort) => known.items.get(sort)!);
  }

  all(): Item[] {
    return [...this.#partitions.values()].flatMap(({ items }) => [...items.values()]);
  }

  keyOf(item: Item): string {
    return this.#place(item).join('/');
  }

  keyAttributes(item: Item): Item {
    return Object.fromEntries(this.keys.map((name) => [name, item[name]!]));
  }

  assertKey(key: Item): Item {
    const given = Object.keys(key).sort().join();
    if (given !== [...this.keys].sort().join() || this.keys.some((name) => !isKeyValue(key[name]))) {
      throw invalid('The provided key element does not match the schema');
    }
    return key;
  }

  assertStorable(item: Item): void {
    for (const name of this.keys) {
      if (item[name] === undefined) {
        throw invalid(`One or more parameter values were invalid: Missing the key ${name} in the item`);
      }
      if (!isKeyValue(item[name])) {
        throw invalid(
          `One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: ${name}`,
        );
      }
    }
    if (itemBytes(item) > ITEM_BYTES) throw invalid('Item size has exceeded the maximum allowed size');
  }

  #sorted(items: Map<string, Item>): string[] {
    const sort = this.#sortKey;
    if (sort === undefined) return [...items.keys()];
    const entries = [...items.entries()].sort(([, a], [, b]) => compareValues(a[sort]!, b[sort]!) ?? 0);
    return entries.map(([key]) => key);
  }

  #place(key: Item): [string, string] {
    return [JSON.stringify(key[this.#partitionKey]), JSON.stringify(this.#sortKey && key[this.#sortKey])];
  }
}

const isKeyValue = (value: Item[string] | undefined): boolean => value?.S !== undefined && value.S !== '';
