import type { ImageKey } from '../definitions/catalog';
import type { Ancestor } from '../lifecycle/bake';
import { inForce, revokedBy, type Revocation, type Revocations } from '../lifecycle/revocation';
import { ancestryName } from '../planning/ancestry-name';
import type { Run } from './run';

/** Those in force at this moment of the run; undefined: none. */
export const revocationsOf = (run: Run): Revocations | undefined =>
  run.ledger.revocations.size === 0 ? undefined : inForce(run.ledger.revocations.values());

/** The revocation that reaches a bake of this bakery, whether it has been marked yet or not. */
export const revokedNow = (
  run: Run,
  image: ImageKey,
  { bakeId, ancestry }: { bakeId: string; ancestry: readonly Ancestor[] },
): Revocation | undefined =>
  revokedBy({ image: ancestryName(run.deps.settings, image), bakeId, ancestry }, revocationsOf(run));
