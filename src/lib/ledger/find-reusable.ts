import type { Table } from '../aws/edges';
import type { Published } from '../lifecycle/channel';
import { fromItem } from './items';
import { hashPk } from './keys';

/** Ready bakes made of the same things, newest first. Whether their AMIs still exist is not known here. */
export async function findReusable(table: Table, inputHash: string): Promise<Published[]> {
  const items = await table.query(hashPk(inputHash), { newestFirst: true });
  return items.map((item) => fromItem<Published>(item));
}
