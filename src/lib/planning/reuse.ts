import type { ImageKey } from '../definitions/catalog';
import type { Known } from '../definitions/known';
import type { Published } from '../lifecycle/channel';
import type { Desired } from './decision';

/** What the ledger's index on input hashes says about a due image. */
export type Reuse =
  | { state: 'none' }
  | { state: 'found'; bake: Published }
  | { state: 'not-asked' }
  | { state: 'unknown'; why: string };

/**
 * Looks for a ready bake of this image that is exactly what is desired; another image's AMI carries other tags and tests. Nothing is asked where nothing can be found: a template that chooses
 * its own base may choose another one now, and nothing was ever baked on a base that was published a moment ago.
 */
export function reusable(
  image: ImageKey,
  desired: Desired,
  found: Known<Published[]> | undefined,
  freshBakes: ReadonlySet<string>,
  /** What the image asks for now: git id of its tests, and approval; and what was revoked. */
  gates: { tests?: string | undefined; approval?: boolean; denied?: (bake: Published) => boolean } = {},
): Reuse {
  if (desired.baseAmiId === undefined) return { state: 'none' };
  const baseBake = desired.ancestry[0]?.bakeId;
  if (baseBake !== undefined && freshBakes.has(baseBake)) return { state: 'none' };
  if (found === undefined) return { state: 'not-asked' };
  if (!found.known) return { state: 'unknown', why: found.why };
  const fit = found.value.filter(
    (bake) =>
      bake.image === image &&
      bake.inputHash === desired.inputHash &&
      bake.notBefore >= desired.notBefore &&
      (gates.tests === undefined || bake.tests?.objectId === gates.tests) &&
      (gates.approval !== true || bake.approved !== undefined) &&
      gates.denied?.(bake) !== true,
  );
  const [newest] = fit.sort((a, b) => b.bakedAtMs - a.bakedAtMs || (a.bakeId < b.bakeId ? 1 : -1));
  return newest === undefined ? { state: 'none' } : { state: 'found', bake: newest };
}
