import type { Told } from '../announcement/compose';
import type { RevokedBake } from '../lifecycle/revocation';
import { whyRevoked } from '../lifecycle/revocation';
import type { Run } from './run';

/** Bakes of an image that must not be used, oldest first, each with the reason. */
export const revokedOf = (run: Run, marked: readonly RevokedBake[] | undefined): Told =>
  (marked ?? []).map(({ bakeId, of }) => ({
    bakeId,
    why: whyRevoked(bakeId, run.ledger.revocations.get(of)),
  }));
