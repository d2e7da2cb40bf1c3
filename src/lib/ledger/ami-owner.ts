import type { Table } from '../aws/edges';
import type { ImageKey } from '../definitions/catalog';
import { fromItem } from './items';
import { amiPk, amiSk } from './keys';

export interface AmiOwner {
  bakeId: string;
  /** It was not baked: a person adopted it for this image. */
  adoptedAs?: ImageKey;
}

/** The bake that an AMI belongs to; undefined: none has recorded it. */
export async function findAmiOwner(table: Pick<Table, 'get'>, amiId: string): Promise<AmiOwner | undefined> {
  const item = await table.get(amiPk(amiId), amiSk);
  return item === undefined ? undefined : fromItem<AmiOwner>(item);
}
