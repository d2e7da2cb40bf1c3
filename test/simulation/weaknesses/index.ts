import type { Weakness } from '../contract';
import { announcementWeaknesses } from './announcements';
import { buildWeaknesses } from './builds';
import { gateWeaknesses } from './gates';
import { janitorWeaknesses } from './janitor';
import { ledgerWeaknesses } from './ledger';
import { nightWeaknesses } from './nights';
import { parameterWeaknesses } from './parameters';
import { planningWeaknesses } from './planning';
import { readingWeaknesses } from './reading';
import { revocationWeaknesses } from './revocations';
import { retentionWeaknesses } from './retention';

/** Deliberate mistakes, each of which the invariants have to find: the proof that they can. */
export const weaknesses: Weakness[] = [
  ...ledgerWeaknesses,
  ...parameterWeaknesses,
  ...announcementWeaknesses,
  ...planningWeaknesses,
  ...buildWeaknesses,
  ...readingWeaknesses,
  ...janitorWeaknesses,
  ...gateWeaknesses,
  ...nightWeaknesses,
  ...revocationWeaknesses,
  ...retentionWeaknesses,
];

/** All of them in one bundle: each takes effect only where it is chosen. */
export function everyEdit(): Record<string, (source: string) => string> {
  const edits: Record<string, (source: string) => string> = {};
  for (const { name, edit = {} } of weaknesses) {
    for (const [path, change] of Object.entries(edit)) {
      const before = edits[path] ?? ((source: string) => source);
      edits[path] = (source) => {
        const given = before(source);
        const changed = change(given);
        if (changed === given) throw new Error(`the weakness ${name} changes nothing in ${path}`);
        return changed;
      };
    }
  }
  return edits;
}
