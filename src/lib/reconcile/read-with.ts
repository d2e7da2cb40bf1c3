import { hash } from 'node:crypto';
import type { CatalogSettings } from './read-catalog';

/** What this code reads of a commit: a newer number makes every bakery read its head again. 2: regions and keys. 3: tests. */
const reads = 4;

/** The settings that a commit is read with, as one digest: when they change, the same commit has to be read again. */
export function readWith({ bakery, parameterPattern, repo, upstreams }: CatalogSettings): string {
  const followed = upstreams?.map((upstream) => upstream.bakery).sort();
  return hash(
    'sha256',
    JSON.stringify([reads, bakery, parameterPattern, repo?.path ?? '', followed ?? null]),
  );
}
