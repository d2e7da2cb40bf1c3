import type { Table } from '../aws/edges';
import type { ImageKey } from '../definitions/catalog';
import type { PastBake } from '../lifecycle/retention-facts';
import { retirable } from '../lifecycle/retirement';
import type { EndedBake } from './history';
import { fromItem } from './items';
import { bakePk } from './keys';

/** Every bake of an image that may have AMIs, newest first. Its whole history is read: years of it are a page or two. */
export async function pastBakes(table: Pick<Table, 'query'>, image: ImageKey): Promise<PastBake[]> {
  const items = await table.query(bakePk(image), { newestFirst: true });
  return items.flatMap((item) => {
    const bake = fromItem<EndedBake>(item);
    return hasAmis(bake) ? toPastBake(bake) : [];
  });
}

const hasAmis = ({ status }: EndedBake): boolean => retirable.includes(status) || status === 'revoked';

const toPastBake = (bake: EndedBake): PastBake => ({
  id: bake.id,
  image: bake.image,
  status: bake.status,
  amis: bake.amis ?? {},
  ancestors: [...new Set([...bake.ancestry.map(({ amiId }) => amiId), bake.baseAmiId ?? ''])].filter(
    (amiId) => amiId !== '',
  ),
  endedAtMs: bake.endedAtMs ?? bake.claimedAtMs,
  inputHash: bake.inputHash,
  ...(bake.adopted === undefined ? {} : { adopted: true }),
  ...(bake.retirement === undefined ? {} : { retirement: bake.retirement }),
});
