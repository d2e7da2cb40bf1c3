import { gunzipSync, gzipSync } from 'node:zlib';
import type { CatalogInForce } from '../planning/snapshot';
import type { TableItem } from '../aws/edges';
import { fromItem, toItem } from './items';
import { catalogSk, statePk } from './keys';
import { LedgerError } from './ledger-error';

/** The catalog in force with the commit it belongs to; `headSeen` also when that commit's bakery.yml was refused. */
export interface StoredCatalog {
  version: number;
  /** Head of the branch when it was last read; equal to the branch's head now: nothing to read again. */
  headSeen: string;
  /** Digest of the settings it was read with; other settings may read the same commit differently. */
  readWith?: string;
  inForce?: CatalogInForce;
}

/** DynamoDB items end at 400 KB (Service quotas); some room is left for keys. */
const limitBytes = 390_000;

/** Gzipped, because 1,000 images as JSON come near the item limit. */
/** Whether an item can hold it, with `sparedBytes` left. Time: that of packing it, once. */
export function fitsAnItem(stored: StoredCatalog, sparedBytes = 0): boolean {
  const text = JSON.stringify(stored);
  // Three bytes are the most that UTF-8 takes for one of JavaScript's characters, and packing adds next to nothing.
  if (text.length * 3 + 1_000 < limitBytes - sparedBytes) return true;
  return gzipSync(text, { level: 6 }).byteLength <= limitBytes - sparedBytes;
}

export function catalogToItem(stored: StoredCatalog): TableItem {
  const gzipped = gzipSync(JSON.stringify(stored), { level: 6 });
  if (gzipped.byteLength > limitBytes) {
    throw new LedgerError(
      'ITEM_UNREADABLE',
      `The catalog of ${stored.headSeen} is ${gzipped.byteLength} bytes gzipped, over the ${limitBytes} that one item holds. Split the image repo over two bakeries.`,
    );
  }
  return toItem(statePk, catalogSk, stored.version, new Uint8Array(gzipped));
}

export function catalogFromItem(item: TableItem): StoredCatalog {
  const bytes = fromItem<Uint8Array>(item);
  try {
    const stored = JSON.parse(gunzipSync(bytes).toString('utf8')) as StoredCatalog;
    return { ...stored, version: item['version'] as number };
  } catch (error) {
    throw new LedgerError('ITEM_UNREADABLE', 'The stored catalog cannot be unpacked.', { cause: error });
  }
}
