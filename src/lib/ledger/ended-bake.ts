import type { Table } from '../aws/edges';
import type { ImageKey } from '../definitions/catalog';
import type { EndedBake } from '../lifecycle/janitor';
import { fromItem } from './items';
import { amiPk, amiSk, bakePk } from './keys';

/** One ended bake; undefined where the ledger has none of that id. */
export async function endedBake(
  table: Pick<Table, 'get'>,
  image: ImageKey,
  bakeId: string,
): Promise<EndedBake | undefined> {
  const item = await table.get(bakePk(image), bakeId);
  return item === undefined ? undefined : fromItem<EndedBake>(item);
}

/** Whether a bake has recorded the AMI as its result. */
export const isRecorded = async (table: Pick<Table, 'get'>, amiId: string): Promise<boolean> =>
  (await table.get(amiPk(amiId), amiSk)) !== undefined;
