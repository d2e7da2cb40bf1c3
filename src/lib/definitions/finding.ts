import type { Problem } from './problem';
import type { ProblemCode } from './problem-codes';
import { problemCodes } from './problem-codes';

export type DocumentPath = readonly (string | number)[];

/** 1-based; 0 where there is no place. */
export interface Place {
  line: number;
  column: number;
}

/** Finds where something stands in the text; the nearest place above it when it stands nowhere itself. */
export type Locate = (path: DocumentPath, part?: 'key' | 'value') => Place;

/** A problem before it has a place, and before its suggestion is worked out (which is only done for those shown). */
export interface Finding {
  code: ProblemCode;
  path: DocumentPath;
  /** Whether the place is that of the key or of the value; value unless told. */
  part?: 'key' | 'value';
  /** Overrides the place found by path, for syntax errors. */
  place?: Place;
  message: string;
  fix: string;
  suggest?: () => string | undefined;
}

const shown = 200;

/** Problems in the order of the text, errors and warnings together; beyond 200 only their number is told. */
export function toProblems(findings: readonly Finding[], locate: Locate): Problem[] {
  const placed = findings.map((finding) => ({
    finding,
    place: finding.place ?? locate(finding.path, finding.part),
    severity: problemCodes[finding.code].severity,
  }));
  placed.sort((a, b) => a.place.line - b.place.line || a.place.column - b.place.column);
  const kept = placed.length <= shown ? placed : keepErrors(placed);
  const problems = kept.map(({ finding, place, severity }): Problem => {
    const suggestion = finding.suggest?.();
    return {
      code: finding.code,
      severity,
      message: cut(finding.message, 1_000),
      fix: cut(finding.fix, 500),
      path: cut(finding.path.join('.'), 300),
      ...place,
      ...(suggestion === undefined ? {} : { suggestion: cut(suggestion, 300) }),
    };
  });
  const visible = new Set(kept);
  const hidden = placed.filter((entry) => !visible.has(entry));
  if (hidden.length === 0) return problems;
  const severity = hidden.some((entry) => entry.severity === 'error') ? 'error' : 'warning';
  return [...problems, { ...more(hidden.length), severity }];
}

/**
 * Problems are kept in the ledger, logged, sent and shown in terminals: a name of many thousand characters is not repeated
 * in each, and one that steers terminals or turns the direction of writing does not.
 */
const cut = (text: string, most: number) =>
  (text.length <= most ? text : `${text.slice(0, most - 1)}…`).replace(unprintable, '\uFFFD');

const unprintable = /[\p{C}\p{Zl}\p{Zp}]/gu;

function keepErrors<T extends { severity: string }>(placed: T[]): T[] {
  const errors = placed.filter((entry) => entry.severity === 'error').slice(0, shown);
  const room = new Set(placed.filter((entry) => entry.severity !== 'error').slice(0, shown - errors.length));
  const chosen = new Set(errors);
  return placed.filter((entry) => chosen.has(entry) || room.has(entry));
}

const more = (count: number) => ({
  code: 'MORE_PROBLEMS',
  message: `There are ${count} more problems.`,
  fix: 'Correct those above first.',
  path: '',
  line: 0,
  column: 0,
});

/** A value as it is quoted in a message: short, one line, without control characters. */
export function show(value: unknown): string {
  const text = typeof value === 'string' ? `"${value.slice(0, 100)}"` : plain(value);
  return cut(text, 80);
}

function plain(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'a map' : typeof value === 'string' ? value : JSON.stringify(value);
}
