import type { InstantMs } from '../definitions/instant';
import type { Notice } from '../lifecycle/image-record';
import type { TooMany } from '../lifecycle/retention-facts';
import { composeNotice } from './compose';

/** As many as fit a mail that somebody reads. */
const shownLines = 20;

/** More bakes would go than the rules let go without being told to. */
export function manyRetirements(
  found: { bakery: string; tooMany: TooMany[]; lines: string[] },
  atMs: InstantMs,
): Notice {
  const { bakery, tooMany, lines } = found;
  const reasons = tooMany.map(({ why }) => why);
  const more = lines.length > shownLines ? [`and ${lines.length - shownLines} more`] : [];
  return composeNotice({
    id: `many-retirements:${bakery}`,
    code: 'MANY_RETIREMENTS',
    subject: `${bakery}: ${lines.length} old bakes, none retired`,
    paragraphs: [
      `${bakery} would retire ${lines.length} bakes, and has retired none of them: ${reasons.join('; ')}.`,
      [...lines.slice(0, shownLines), ...more].map((line) => `  ${line}`).join('\n'),
      `What to do: look at them with bakery retire --dry-run, and at retain in bakery.yml. If they may go: bakery retire --most ${lines.length}`,
      raiseLimit(tooMany),
    ],
    atMs,
  });
}

/** For a fleet of which so many are due every day: no person has to let them go each time. */
export function raiseLimit(tooMany: readonly TooMany[]): string | undefined {
  const over = tooMany.find(({ setting }) => setting !== undefined);
  if (over === undefined) return undefined;
  return `If so many are due every day: raise ${over.setting} in the settings of the deployment, now ${over.most}.`;
}
