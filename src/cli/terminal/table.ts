import { stripVTControlCharacters } from 'node:util';
import Table from 'cli-table3';
import type { Colors } from './paint';

/** Narrower than this, text is wrapped into a ribbon that nobody can read. */
const leastWidth = 30;

/**
 * A table without lines, fit for `grep`. The last column takes what is left of the terminal and is wrapped; without a
 * terminal nothing is.
 */
export function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  columns: number | undefined,
  colors: Colors,
): string {
  const widths = head.map((title, index) =>
    Math.max(title.length, ...rows.map((row) => visibleLength(row[index] ?? ''))),
  );
  const last = widths.length - 1;
  if (columns !== undefined) {
    const used = widths.slice(0, last).reduce((sum, width) => sum + width + 2, 0);
    widths[last] = Math.min(widths[last]!, Math.max(leastWidth, columns - used - 1));
  }
  const made = new Table({
    head: head.map((title) => colors.bold(title)),
    chars: {
      top: '',
      'top-mid': '',
      'top-left': '',
      'top-right': '',
      bottom: '',
      'bottom-mid': '',
      'bottom-left': '',
      'bottom-right': '',
      left: '',
      'left-mid': '',
      mid: '',
      'mid-mid': '',
      right: '',
      'right-mid': '',
      middle: '',
    },
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 2 },
    colWidths: widths.map((width) => width + 2),
    wordWrap: true,
  });
  made.push(...rows.map((row) => [...row]));
  return made
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

const visibleLength = (text: string): number => stripVTControlCharacters(text).length;
