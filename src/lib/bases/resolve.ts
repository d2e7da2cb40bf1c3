import { baseId } from '../definitions/names';
import type { Base, Catalog } from '../definitions/catalog';
import type { BaseResolution } from '../planning/snapshot';
import { findAmi } from './ami';
import { findAmiFilter } from './ami-filter';
import type { BaseContext, Candidate, FindBases } from './candidate';
import { findSsm } from './ssm';
import { unknownBecause } from './unknown-because';
import { findUpstream } from './upstream';
import { verify } from './verify';

/** Kinds that have to be asked for. `image` is known to the ledger, `template` chooses for itself. */
const finders = {
  ssm: findSsm,
  ami: findAmi,
  'ami-filter': findAmiFilter,
  upstream: findUpstream,
} satisfies { [K in Exclude<Base['kind'], 'image' | 'template'>]: FindBases<K> };

/**
 * Resolves every base of the catalog: one batch a kind, then one look at the AMIs that are not in use yet. What could
 * not be read is unknown, with the reason; a kind that fails leaves the others alone.
 */
export async function resolveBases(
  catalog: Catalog,
  inUse: ReadonlySet<string>,
  context: BaseContext,
): Promise<Record<string, BaseResolution>> {
  const distinct = new Map<string, Base>();
  for (const { base } of catalog.images) distinct.set(baseId(base), base);
  const candidates = new Map<string, Candidate>();
  await Promise.all(
    (Object.keys(finders) as (keyof typeof finders)[]).map(async (kind) => {
      const ofKind = [...distinct].filter(([, base]) => base.kind === kind);
      if (ofKind.length === 0) return;
      const find = finders[kind] as FindBases<typeof kind>;
      const answers = await find(
        ofKind.map(([, base]) => base as never),
        context,
      ).catch((error: unknown) => ofKind.map(() => unknownBecause(error)));
      ofKind.forEach(([id], index) => candidates.set(id, answers[index]!));
    }),
  );
  return verify(candidates, inUse, context);
}
