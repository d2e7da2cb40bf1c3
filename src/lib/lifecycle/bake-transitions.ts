import type { Bake, BakeStatus } from './bake';
import { LifecycleError } from './lifecycle-error';

const ends = ['failed', 'rejected', 'abandoned', 'timed-out'] as const;

/** Which statuses may follow which. Whatever is not here cannot be written. */
export const bakeTransitions: Record<BakeStatus, readonly BakeStatus[]> = {
  claimed: ['building', ...ends],
  building: ['testing', 'unchanged', ...ends],
  testing: ['approval', ...ends],
  approval: ['distributing', ...ends],
  distributing: ['ready', ...ends],
  ready: ['deprecated', 'revoked'],
  deprecated: ['disabled', 'ready', 'revoked'],
  disabled: ['deregistered', 'deprecated', 'revoked'],
  deregistered: [],
  revoked: ['ready', 'deregistered'],
  failed: [],
  rejected: [],
  abandoned: [],
  'timed-out': [],
  unchanged: [],
};

/** Statuses in which the bake is the one that runs for its image. */
export const liveStatuses: readonly BakeStatus[] = [
  'claimed',
  'building',
  'testing',
  'approval',
  'distributing',
];

export const isLive = (status: BakeStatus): boolean => liveStatuses.includes(status);

/** Statuses in which it has its build slot. */
export const holdsSlot = (status: BakeStatus): boolean =>
  status === 'claimed' || status === 'building' || status === 'testing';

/** Moves a bake on; throws LifecycleError where the table has no such transition. */
export function moveBake<Some extends Pick<Bake, 'id' | 'image' | 'status'>>(
  bake: Some,
  to: BakeStatus,
  changes: Partial<Some> = {},
): Some {
  if (!bakeTransitions[bake.status].includes(to)) {
    throw new LifecycleError(`Bake ${bake.id} of ${bake.image} cannot go from ${bake.status} to ${to}.`);
  }
  return { ...bake, ...changes, status: to };
}

const wayToReady = ['claimed', 'building', 'testing', 'approval', 'distributing', 'ready'] as const;

/** Passes through the statuses that lie between and that the image does not ask for, so that the path stays inside the table. */
export function moveBakeUpTo(bake: Bake, to: (typeof wayToReady)[number], changes: Partial<Bake> = {}): Bake {
  const [from, until] = [bake.status, to].map((status) =>
    (wayToReady as readonly BakeStatus[]).indexOf(status),
  );
  const path = wayToReady.slice(from! + 1, until! + 1);
  if (from === -1 || path.length === 0) return moveBake(bake, to, changes);
  return path.reduce((moved, next) => moveBake(moved, next, changes), bake);
}
