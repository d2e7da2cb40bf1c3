import type { Table } from '../aws/edges';
import type { ImageKey } from '../definitions/catalog';
import type { Bake } from '../lifecycle/bake';
import { fromItem } from './items';
import { bakePk } from './keys';

/** Ended bakes of an image, newest first. */
export async function history(
  table: Table,
  image: ImageKey,
  limit: number,
): Promise<Omit<Bake, 'request'>[]> {
  const items = await table.query(bakePk(image), { newestFirst: true, limit });
  return items.map((item) => fromItem<Omit<Bake, 'request'>>(item));
}
