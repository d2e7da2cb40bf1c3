import type { Weakness } from '../contract';
import { announcementWeaknesses } from './announcements';
import { buildWeaknesses } from './builds';
import { janitorWeaknesses } from './janitor';
import { ledgerWeaknesses } from './ledger';
import { parameterWeaknesses } from './parameters';
import { planningWeaknesses } from './planning';
import { readingWeaknesses } from './reading';

/** Deliberate mistakes, each of which the invariants have to find: the proof that they can. */
export const weaknesses: Weakness[] = [
  ...ledgerWeaknesses,
  ...parameterWeaknesses,
  ...announcementWeaknesses,
  ...planningWeaknesses,
  ...buildWeaknesses,
  ...readingWeaknesses,
  ...janitorWeaknesses,
];
