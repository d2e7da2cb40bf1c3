import type { Problem } from '../../lib/definitions/problem';
import type { Colors } from './paint';

/** Longest part of a line of source that is shown around the place. */
const longestSource = 100;

/** Problems as a compiler prints them: place, code, sentence, the line of source with a caret, what to do. */
export function problemsText(
  problems: readonly Problem[],
  file: string,
  source: string,
  colors: Colors,
): string {
  const lines = source.split(/\r\n|[\r\n]/);
  return problems.map((problem) => problemText(problem, file, lines, colors)).join('\n\n');
}

function problemText(problem: Problem, file: string, lines: readonly string[], colors: Colors): string {
  const { line, column, severity, code, message, fix, suggestion } = problem;
  const place = line > 0 ? `${file}:${line}:${column}` : file;
  const painted = severity === 'error' ? colors.red(severity) : colors.yellow(severity);
  const meant = suggestion === undefined ? '' : ` Did you mean "${suggestion}"?`;
  return [
    `${colors.bold(place)} ${painted} ${colors.bold(code)} ${message}`,
    ...excerpt(lines[line - 1], line, column, colors),
    `  ${colors.cyan('fix')}: ${fix}${meant}`,
  ].join('\n');
}

function excerpt(source: string | undefined, line: number, column: number, colors: Colors): string[] {
  if (source === undefined || source.trim() === '') return [];
  // A long line is shown from a little before the place, so that the caret is on the screen.
  const from = Math.max(0, Math.min(column - 20, source.length - longestSource));
  const begin = column - 1 < longestSource ? 0 : from;
  const shown = source.slice(begin, begin + longestSource).replace(/[\p{C}]/gu, ' ');
  const number = `${line}`.padStart(5);
  const before = begin > 0 ? '…' : '';
  const caret = ' '.repeat(Math.max(0, column - 1 - begin) + before.length);
  return [
    colors.dim(`${number} | ${before}${shown}`),
    `${colors.dim(`${' '.repeat(number.length)} |`)} ${caret}${colors.red('^')}`,
  ];
}

/** `2 errors and 1 warning`. */
export function countText(problems: readonly Problem[]): string {
  const errors = problems.filter(({ severity }) => severity === 'error').length;
  const parts = [count(errors, 'error'), count(problems.length - errors, 'warning')];
  return parts.filter((part) => part !== '').join(' and ');
}

const count = (number: number, what: string): string =>
  number === 0 ? '' : `${number} ${what}${number === 1 ? '' : 's'}`;
