import type { Table, TableItem, TableWrite } from '../aws/edges';
import type { InstantMs } from '../definitions/instant';
import type { Bake } from '../lifecycle/bake';
import type { Published } from '../lifecycle/channel';
import type { ImageRecord } from '../lifecycle/image-record';
import { toPublished } from '../lifecycle/publish';
import type { PastBake } from '../lifecycle/retention-facts';
import type { EndedBake } from './history';
import { fromItem, toItem } from './items';
import { amiPk, amiSk, bakePk, hashPk } from './keys';
import { indexReady, putImage } from './writes';

/** A bake of the history with what its next write depends on. */
export interface StoredBake {
  bake: EndedBake;
  version: number;
}

/** Undefined where the ledger has none of that id. */
export async function storedBake(
  table: Pick<Table, 'get'>,
  { image, id }: Pick<PastBake, 'image' | 'id'>,
): Promise<StoredBake | undefined> {
  const item: TableItem | undefined = await table.get(bakePk(image), id);
  return item === undefined
    ? undefined
    : { bake: fromItem<EndedBake>(item), version: Number(item['version']) };
}

/** Writes the bake over what was read, and nothing that somebody else wrote in between. */
export const putBake = (bake: EndedBake, version: number): TableWrite => ({
  kind: 'put',
  item: toItem(bakePk(bake.image), bake.id, version + 1, bake),
  condition: { kind: 'version', version },
});

/**
 * A bake changes its status. The image's item is written with it, unchanged but for its version: whatever reconcile has
 * decided on an older reading of image and history is refused from then on, a claim on top of the image as well. Whether
 * it can be reused, changes in the same transaction.
 * @param indexedSinceMs what `countsFrom` answers
 */
export function changeStatus(
  record: ImageRecord,
  bake: EndedBake,
  version: number,
  indexedSinceMs?: InstantMs,
): { stored: ImageRecord; writes: TableWrite[] } {
  const { stored, write } = putImage(record);
  return { stored, writes: [write, putBake(bake, version), indexed(bake, indexedSinceMs)] };
}

/**
 * Since when a bake counts, as the index has it: nights that changed nothing have raised it there, and not in history.
 * Undefined: it is not in the index.
 */
export async function countsFrom(
  table: Pick<Table, 'get'>,
  { inputHash, id }: EndedBake,
): Promise<InstantMs | undefined> {
  const item = await table.get(hashPk(inputHash), id);
  return item === undefined ? undefined : fromItem<Published>(item).notBefore;
}

function indexed(bake: EndedBake, indexedSinceMs: InstantMs = 0): TableWrite {
  const { status, inputHash, id, adopted, notBefore } = bake;
  if ((status === 'ready' || status === 'deprecated') && adopted === undefined) {
    // Disabling took every permission: whom it was shared with is nobody's business any more.
    const published = toPublished(bake as Bake, bake.endedAtMs ?? bake.claimedAtMs);
    return indexReady({ ...published, notBefore: Math.max(notBefore, indexedSinceMs), sequence: 0 });
  }
  return { kind: 'delete', pk: hashPk(inputHash), sk: id, condition: { kind: 'any' } };
}

/** Its AMIs belong to nobody any more. */
export const forgetAmis = ({ amis = {} }: EndedBake): TableWrite[] =>
  Object.values(amis).map((amiId) => ({
    kind: 'delete',
    pk: amiPk(amiId),
    sk: amiSk,
    condition: { kind: 'any' },
  }));
