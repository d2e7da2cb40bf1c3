import type { InstantMs } from '../definitions/instant';
import type { Notice } from '../lifecycle/image-record';
import { composeNotice } from './compose';

/** More is left over than the janitor removes without being told to. */
export function manyLeftovers(
  found: { bakery: string; most: number; lines: string[] },
  atMs: InstantMs,
): Notice {
  const { bakery, most, lines } = found;
  const shown = lines.slice(0, most);
  const more = lines.length > most ? [`and ${lines.length - most} more`] : [];
  return composeNotice({
    id: `many-leftovers:${bakery}`,
    code: 'MANY_LEFTOVERS',
    subject: `${bakery}: ${lines.length} leftovers of builds, nothing removed`,
    paragraphs: [
      `The janitor of ${bakery} found ${lines.length} leftovers of builds. It removes at most ${most} in one run without being asked, and has removed none of them.`,
      [...shown, ...more].map((line) => `  ${line}`).join('\n'),
      `What to do: look at them with bakery janitor --dry-run. If they may go: bakery janitor --most ${lines.length}`,
    ],
    atMs,
  });
}
