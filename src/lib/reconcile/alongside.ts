import { freeSlot, recordAmi } from '../ledger/writes';
import type { Bake } from '../lifecycle/bake';
import { holdsSlot } from '../lifecycle/bake-transitions';

/** What is written when a bake gives its slot back, and its AMIs are recorded where no gate has done so before. */
export const alongside = (bake: Bake, amis: Record<string, string>) => ({
  others: holdsSlot(bake.status) ? [freeSlot(bake.slot)] : [],
  results: bake.status === 'building' ? Object.values(amis).map((amiId) => recordAmi(amiId, bake.id)) : [],
});
