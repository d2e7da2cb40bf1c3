import type { ImageKey } from '../definitions/catalog';
import { dayMs } from '../definitions/instant';
import type { InstantMs } from '../definitions/instant';
import type { Notice } from '../lifecycle/image-record';
import { composeNotice } from './compose';

/** An image was baked far more often than commits, schedules and people can account for. Told once a day. */
export function runaway(
  image: ImageKey,
  seen: { claims: { atMs: InstantMs; cause: string }[]; hours: number },
  target: string | undefined,
  atMs: InstantMs,
): Notice {
  const list = seen.claims.map(({ atMs: at, cause }) => `  ${new Date(at).toISOString()} ${cause}`);
  return composeNotice({
    id: `runaway:${image}:${Math.floor(atMs / dayMs)}`,
    code: 'RUNAWAY',
    target,
    subject: `${image}: baked ${seen.claims.length} times in ${seen.hours} hours, stopped`,
    paragraphs: [
      `${image} was baked ${seen.claims.length} times in ${seen.hours} hours without a commit, a schedule or a person asking. ` +
        'Something it is built on keeps moving, perhaps because of these very bakes.',
      `The bakes:\n${list.join('\n')}`,
      `What to do: find what moves its base. A commit, the schedule or \`bakery bake ${image}\` lifts the block.`,
    ],
    atMs,
  });
}
