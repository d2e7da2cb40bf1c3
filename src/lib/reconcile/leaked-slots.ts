import { freeSlot } from '../ledger/writes';
import { newImageRecord } from '../lifecycle/image-record';
import type { Run } from './run';
import { hasSlot } from './snapshot';

/**
 * A slot whose bake no image has: a restored table or a hand in the ledger. Left alone it would never be free again.
 *
 * A bake that another run claims while the ledger is read looks the same: its slot is read, its image was read before. So
 * the image is written in the same transaction, which fails where anything of it has changed.
 */
export async function deleteLeakedSlots(run: Run): Promise<void> {
  const running = new Set(run.records.flatMap((record) => (hasSlot(record) ? [record.live!.id] : [])));
  const leaked = [...run.ledger.slots].filter(([, { bakeId }]) => !running.has(bakeId));
  await run.attempt('freeing build slots', undefined, async () => {
    for (const [slot, { bakeId, image }] of leaked) {
      await run.save(run.record(image) ?? newImageRecord(image), [freeSlot(slot)]);
      run.ledger.slots.delete(slot);
      run.deps.log.warn('build slot freed', { slot, bake: bakeId, reason: 'no image has this bake' });
    }
  });
}
