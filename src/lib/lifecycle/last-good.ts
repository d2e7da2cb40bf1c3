import type { Bake } from './bake';

/** What has to be known of a bake that ended. */
export type Candidate = Pick<Bake, 'id' | 'status'>;

export interface LastGoodFacts {
  /** Ended bakes of the image, newest first. */
  history: readonly Candidate[];
  /** The bake that the channel leaves. */
  from: string;
  /** A first channel has seen every bake that got ready; a further one only what was promoted to it. */
  isFirst: boolean;
  /** Bakes that a further channel has had. */
  past: readonly string[];
  pinned: boolean;
  /** Whether a revocation reaches it. */
  isRevoked: (bakeId: string) => boolean;
}

/** Statuses of a bake whose AMI may be in a channel. */
const usable: readonly string[] = ['ready', 'deprecated'];

/**
 * Bakes that a channel may go to from one that was revoked, the best first; whether their AMIs are there is asked of EC2.
 * Earlier ones come first, the latest of them at the top. A newer one has only waited for a window; but where a person
 * holds the channel, newer ones are what the person objects to.
 */
export function goodBakes({ history, from, isFirst, past, pinned, isRevoked }: LastGoodFacts): string[] {
  const good = history
    .filter(({ id, status }) => usable.includes(status) && !isRevoked(id))
    .map(({ id }) => id)
    .filter((id) => isFirst || past.includes(id));
  const earlier = good.filter((id) => id < from);
  return isFirst && !pinned ? [...earlier, ...good.filter((id) => id > from)] : earlier;
}
