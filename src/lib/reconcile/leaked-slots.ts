import { freeSlot } from '../ledger/writes';
import type { Run } from './run';
import { hasSlot } from './snapshot';

/** A slot whose bake no image has: a restored table or a hand in the ledger. Left alone it would never be free again. */
export async function deleteLeakedSlots(run: Run): Promise<void> {
  const running = new Set(run.records.flatMap((record) => (hasSlot(record) ? [record.live!.id] : [])));
  const leaked = [...run.ledger.slots].filter(([, bakeId]) => !running.has(bakeId));
  await run.attempt('freeing build slots', undefined, async () => {
    for (const [slot, bakeId] of leaked) {
      run.deps.log.warn('build slot freed', { slot, bake: bakeId, reason: 'no image has this bake' });
      await run.deps.table.write([freeSlot(slot)]);
      run.ledger.slots.delete(slot);
    }
  });
}
