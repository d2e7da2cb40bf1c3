import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { Item } from '../../../src/local/aws/dynamodb-item';
import type { TableItem } from '../../../src/lib/aws/edges';
import type { LedgerChange } from '../contract';

/** Items as the edges see them; each is decoded once, since the fake replaces items and never changes them. */
export class DecodedItems {
  readonly #decoded = new WeakMap<Item, TableItem>();

  of(item: Item): TableItem {
    let decoded = this.#decoded.get(item);
    if (decoded === undefined) this.#decoded.set(item, (decoded = unmarshall(item) as TableItem));
    return decoded;
  }
}

/** Decoded when somebody looks. */
export class DecodedChange implements LedgerChange {
  constructor(
    private readonly items: DecodedItems,
    readonly account: string,
    private readonly from: Item | undefined,
    private readonly to: Item | undefined,
  ) {}

  get pk(): string {
    return (this.to ?? this.from)!['pk']!.S!;
  }
  get sk(): string {
    return (this.to ?? this.from)!['sk']!.S!;
  }
  get before(): Record<string, unknown> | undefined {
    return this.from === undefined ? undefined : this.items.of(this.from);
  }
  get after(): Record<string, unknown> | undefined {
    return this.to === undefined ? undefined : this.items.of(this.to);
  }
}
