import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import type { Table, TableWrite } from '../aws/edges';
import type { ImageKey } from '../definitions/catalog';
import type { Packages } from '../lifecycle/packages';
import { fromItem, toItem } from './items';
import { packagesPk } from './keys';

/** As long as the buildspec makes it (packer/environment/bake/packages.ts): one of somebody's own may export anything. */
const longestList = 24_000;
/** Unpacked: no list that is honest comes near it. */
const mostBytes = 1_000_000;
const longestBuilder = 300;

/** What a build exported of what is in the image, and of what it was built with. Absent: not known. */
export interface Told {
  packages?: Packages;
  /** The sorted list, gzipped, as base64. */
  list?: string;
  builder?: string;
}

/** Reads PACKAGES_HASH, PACKAGES and BUILDER. A list that is not of its hash makes both unknown. */
export function readTold(exported: Readonly<Record<string, string>>): Told {
  const { PACKAGES_HASH: hash = '', PACKAGES: list = '', BUILDER: builder = '' } = exported;
  return {
    ...packagesOf(hash, list),
    ...(isBuilder(builder) ? { builder } : {}),
  };
}

function packagesOf(hash: string, list: string): Pick<Told, 'packages' | 'list'> {
  if (!/^[0-9a-f]{64}$/.test(hash)) return {};
  if (list === '') return { packages: { hash } };
  const text = unpacked(list);
  if (text === undefined || createHash('sha256').update(text).digest('hex') !== hash) return {};
  return { packages: { hash, count: linesOf(text).length }, list };
}

const isBuilder = (text: string): boolean => text.length <= longestBuilder && /^[!-~]+( [!-~]+)*$/.test(text);

/** Undefined for what is no list. */
function unpacked(list: string): string | undefined {
  if (list.length > longestList || !/^[A-Za-z0-9+/]+={0,2}$/.test(list)) return undefined;
  try {
    return gunzipSync(Buffer.from(list, 'base64'), { maxOutputLength: mostBytes }).toString('utf8');
  } catch {
    return undefined;
  }
}

const linesOf = (text: string): string[] => text.split('\n').filter((line) => line !== '');

/** Apart from the bake: history is read by the hundred, and a list is larger than all the rest of a bake. */
export const putPackageList = (image: ImageKey, bakeId: string, list: string): TableWrite => ({
  kind: 'put',
  item: toItem(packagesPk(image), bakeId, 1, { list }),
  condition: { kind: 'any' },
});

/** The lines of a bake's list, sorted; undefined: none is kept of it. */
export async function findPackageList(
  table: Pick<Table, 'get'>,
  image: ImageKey,
  bakeId: string,
): Promise<string[] | undefined> {
  const item = await table.get(packagesPk(image), bakeId);
  const text = item === undefined ? undefined : unpacked(fromItem<{ list: string }>(item).list);
  return text === undefined ? undefined : linesOf(text);
}
