import type { ImageDefinition } from '../definitions/catalog';
import type { InstantMs } from '../definitions/instant';
import { isOpen, opensAt } from '../definitions/window';
import type { WaitReason } from './decision';

/** Why a bake that is ready does not come to its channel now; undefined: channels may move. */
export function windowWait(
  { window }: Pick<ImageDefinition, 'window'>,
  bakeId: string,
  nowMs: InstantMs,
): Extract<WaitReason, { code: 'window' }> | undefined {
  if (window === undefined || isOpen(window, nowMs)) return undefined;
  const opensAtMs = opensAt(window, nowMs);
  return { code: 'window', bakeId, ...(opensAtMs === undefined ? {} : { opensAtMs }) };
}
