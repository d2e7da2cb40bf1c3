import { monotonicFactory } from 'ulid';
import type { Chance } from '../aws/chance';

/** Ids as in production, but with chance and time of the local world: the same seed gives the same ids. */
export function localIds(chance: Chance) {
  const next = monotonicFactory(() => chance.next());
  const ulid = (nowMs: number) => next(nowMs).toLowerCase();
  return { bakeId: (nowMs: number) => `b-${ulid(nowMs)}`, plain: ulid };
}
