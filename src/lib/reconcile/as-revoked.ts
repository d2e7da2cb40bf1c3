import type { ImageKey } from '../definitions/catalog';
import type { EndedBake } from '../ledger/history';
import { revocationId } from '../lifecycle/revocation';
import { revokedNow } from './revoked-now';
import type { Run } from './run';

/** A bake as it is once a revocation that reaches it has been spread: history may not say so yet. */
export function asRevoked<Some extends EndedBake | undefined>(run: Run, image: ImageKey, bake: Some): Some {
  if (bake === undefined || bake.status === 'revoked') return bake;
  const revocation = revokedNow(run, image, { bakeId: bake.id, ancestry: bake.ancestry });
  if (revocation === undefined) return bake;
  const { by, why, atMs } = revocation;
  const revoked = { of: revocationId(revocation), by, why, atMs, amis: [] };
  return { ...bake, status: 'revoked', revoked };
}
