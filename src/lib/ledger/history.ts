import type { Table } from '../aws/edges';
import type { ImageKey } from '../definitions/catalog';
import type { Bake } from '../lifecycle/bake';
import type { Published } from '../lifecycle/channel';
import type { Retirement } from '../lifecycle/retirement';
import type { RevokedMark } from '../lifecycle/revocation';
import { fromItem } from './items';
import { bakePk } from './keys';

/** What is kept of a bake. An AMI that was adopted had no build slot. */
export type EndedBake = Omit<Bake, 'request' | 'slot'> & {
  slot?: number;
  adopted?: NonNullable<Published['adopted']>;
  revoked?: RevokedMark;
  /** How far it has been taken out of use. */
  retirement?: Retirement;
};

/** Every ended bake of an image, oldest first. */
export async function wholeHistory(table: Pick<Table, 'query'>, image: ImageKey): Promise<EndedBake[]> {
  const items = await table.query(bakePk(image));
  return items.map((item) => fromItem<EndedBake>(item));
}

/** Ended bakes of an image, newest first. */
export async function history(table: Table, image: ImageKey, limit: number): Promise<EndedBake[]> {
  const items = await table.query(bakePk(image), { newestFirst: true, limit });
  return items.map((item) => fromItem<EndedBake>(item));
}
