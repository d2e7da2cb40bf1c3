import type { Bake } from './bake';
import {
  revocationId,
  revokedBy,
  type Revocation,
  type Revocations,
  type RevokedBake,
  type RevokedMark,
} from './revocation';

/** What is kept of a bake that ended, as far as a revocation cares. */
export type Markable = Pick<Bake, 'id' | 'status' | 'ancestry' | 'inputHash' | 'notBefore'> & {
  revoked?: RevokedMark;
};

export interface Marks<Some> {
  /** Reached, and history does not say so yet; or it names a revocation that was taken back. */
  mark: { bake: Some; revocation: Revocation }[];
  /** Reached, as history says. */
  kept: Some[];
  /** Marked, and nothing reaches them any more. */
  restore: Some[];
  /** What the image remembers: oldest first, the latest of very many. */
  revoked: RevokedBake[];
}

/** Statuses of bakes whose AMIs can be taken out of use. */
const inUse: readonly string[] = ['ready', 'deprecated', 'disabled'];
/** Announcements tell of as many. */
const mostKept = 200;

/** What the revocations in force make of the bakes of an image. `image`: `account/bakery/image/arch`. */
export function judgeMarks<Some extends Markable>(
  image: string,
  history: readonly Some[],
  revocations: Revocations | undefined,
): Marks<Some> {
  const marks: Marks<Some> = { mark: [], kept: [], restore: [], revoked: [] };
  for (const bake of [...history].sort((a, b) => (a.id < b.id ? -1 : 1))) {
    const { id: bakeId, status, ancestry, inputHash, notBefore } = bake;
    const isMarked = status === 'revoked';
    if (!isMarked && status !== 'deregistered' && !inUse.includes(status)) continue;
    const revocation = revokedBy({ image, bakeId, ancestry }, revocations);
    if (revocation === undefined) {
      if (isMarked) marks.restore.push(bake);
      continue;
    }
    marks.revoked.push({ bakeId, of: revocationId(revocation), inputHash, notBefore });
    // Its AMIs are gone: nothing is left to be taken out of use.
    if (status === 'deregistered') continue;
    const named = bake.revoked === undefined ? undefined : revocations?.[bake.revoked.of];
    if (isMarked && named !== undefined) marks.kept.push(bake);
    else marks.mark.push({ bake, revocation });
  }
  return { ...marks, revoked: marks.revoked.slice(-mostKept) };
}

/** Whether an image remembers other bakes as revoked than before. */
export const isOtherwise = (before: readonly RevokedBake[] = [], now: readonly RevokedBake[]): boolean =>
  before.length !== now.length ||
  before.some(({ bakeId, of }, index) => bakeId !== now[index]?.bakeId || of !== now[index].of);
