import type { ImageKey } from '../definitions/catalog';
import type { InstantMs } from '../definitions/instant';
import type { Notice } from '../lifecycle/image-record';
import { composeNotice } from './compose';

/** A revocation was taken back, and EC2 refuses to share the AMIs of a bake as the ledger says that they were. */
export function notSharedAgain(
  image: ImageKey,
  bakeId: string,
  why: string,
  target: string | undefined,
  atMs: InstantMs,
): Notice {
  return composeNotice({
    id: `not-shared-again:${image}:${bakeId}`,
    code: 'SHARE_REFUSED',
    target,
    subject: `${image}: bake ${bakeId} is not shared again`,
    paragraphs: [
      `Bake ${bakeId} of ${image} is in use again, because its revocation was taken back, and EC2 refuses to share it as before: ${why}`,
      `What to do: share it by hand where it is still launched from, or have a new one: bakery bake ${image}`,
    ],
    atMs,
  });
}
