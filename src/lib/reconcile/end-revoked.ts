import { archiveBake, forgetAmi, freeSlot } from '../ledger/writes';
import { holdsSlot, moveBake } from '../lifecycle/bake-transitions';
import type { Bake, BakeFailure } from '../lifecycle/bake';
import type { ImageRecord } from '../lifecycle/image-record';
import { revocationText, type Revocation } from '../lifecycle/revocation';
import { recorded } from './end-bake';
import { revokedNow } from './revoked-now';
import type { Run } from './run';

/**
 * Whether what a running bake was built on was revoked meanwhile; if so it has ended, and nothing more is done for it. It
 * is no failure of the image: what is desired now is baked next, and what a person asked for is still to come.
 */
export async function endIfRevoked(run: Run, record: ImageRecord, bake: Bake): Promise<boolean> {
  const revocation = revokedNow(run, bake.image, { bakeId: bake.id, ancestry: bake.ancestry });
  if (revocation === undefined) return false;
  await endRevoked(run, record, bake, revocation);
  return true;
}

async function endRevoked(run: Run, record: ImageRecord, bake: Bake, revocation: Revocation): Promise<void> {
  const { distribution: _copies, test: _test, amis: _made, ...left } = bake;
  const failure: BakeFailure = {
    class: 'revoked',
    message: `It was given up: ${revocationText(revocation)}.`,
    lines: [],
  };
  const ended = moveBake(left, 'rejected', { failure, endedAtMs: run.nowMs });
  const { live: _ended, ...rest } = record;
  const asked = record.asked ?? bake.asked;
  await run.save({ ...rest, ...(asked === undefined ? {} : { asked }) }, [
    ...archiveBake(ended),
    ...(holdsSlot(bake.status) ? [freeSlot(bake.slot)] : []),
    ...recorded(bake).map(forgetAmi),
  ]);
  if (holdsSlot(bake.status)) run.ledger.slots.delete(bake.slot);
  run.deps.log.warn('bake given up', {
    image: bake.image,
    bake: bake.id,
    was: bake.status,
    reason: failure.message,
  });
}
