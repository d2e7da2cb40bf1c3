import type { TableItem } from '../aws/edges';
import { LedgerError } from './ledger-error';

/** Grows when the meaning of stored data changes in a way older code would misread. */
export const ledgerSchema = 1;

/** Wraps what is stored; `version` is what conditions compare. */
export function toItem(pk: string, sk: string, version: number, data: unknown): TableItem {
  return { pk, sk, schema: ledgerSchema, version, data };
}

/**
 * Data of an item. Code older than the item must not read it, because it would write it back without what it does not
 * know: throws LedgerError ITEM_TOO_NEW, and a newer deployment takes over.
 */
export function fromItem<T>(item: TableItem): T {
  const { schema, data } = item;
  if (typeof schema !== 'number' || data === undefined) {
    throw new LedgerError('ITEM_UNREADABLE', `${item.pk} ${item.sk} is not an item of this ledger.`);
  }
  if (schema > ledgerSchema) {
    throw new LedgerError(
      'ITEM_TOO_NEW',
      `${item.pk} ${item.sk} was written by newer code (schema ${schema}, this is ${ledgerSchema}). Deploy the newer version again.`,
    );
  }
  return data as T;
}
