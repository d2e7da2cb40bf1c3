import { readFileSync } from 'node:fs';

/** The part of Stryker's report (mutation-testing-report-schema) that is read here. */
interface Report {
  files: Record<string, { source: string; mutants: ReportedMutant[] }>;
}

interface ReportedMutant {
  mutatorName: string;
  replacement?: string;
  status:
    | 'Killed'
    | 'Survived'
    | 'NoCoverage'
    | 'Timeout'
    | 'RuntimeError'
    | 'CompileError'
    | 'Ignored'
    | 'Pending';
  location: { start: Place; end: Place };
}

interface Place {
  line: number;
  column: number;
}

export interface Tally {
  folder: string;
  mutants: number;
  killed: number;
  timeout: number;
  survived: number;
  noCoverage: number;
}

export interface Survivor {
  file: string;
  line: number;
  /** The line and what became of it, without line numbers, so that a judgement outlives edits elsewhere in the file. */
  mutant: string;
  /** Whether any test runs the line. */
  reached: boolean;
}

export const readReport = (path: string): Report => JSON.parse(readFileSync(path, 'utf8')) as Report;

export function tally(folder: string, { files }: Report): Tally {
  const statuses = Object.values(files).flatMap(({ mutants }) => mutants.map(({ status }) => status));
  const count = (wanted: ReportedMutant['status']) => statuses.filter((status) => status === wanted).length;
  return {
    folder,
    mutants: statuses.length,
    killed: count('Killed'),
    timeout: count('Timeout'),
    survived: count('Survived'),
    noCoverage: count('NoCoverage'),
  };
}

export const total = (tallies: readonly Tally[]): Tally =>
  tallies.reduce(
    (sum, one) => ({
      folder: 'all',
      mutants: sum.mutants + one.mutants,
      killed: sum.killed + one.killed,
      timeout: sum.timeout + one.timeout,
      survived: sum.survived + one.survived,
      noCoverage: sum.noCoverage + one.noCoverage,
    }),
    { folder: 'all', mutants: 0, killed: 0, timeout: 0, survived: 0, noCoverage: 0 },
  );

/** In percent, of all mutants: those that no test reaches count as survivors, equivalent ones as well. */
export const score = ({ killed, timeout, mutants }: Tally): number =>
  mutants === 0 ? 100 : (100 * (killed + timeout)) / mutants;

/** Mutants that no test finds, in the order of the files. */
export const survivors = ({ files }: Report): Survivor[] =>
  Object.entries(files).flatMap(([file, { source, mutants }]) => {
    const lines = source.split('\n');
    return mutants
      .filter(({ status }) => status === 'Survived' || status === 'NoCoverage')
      .map((mutant) => ({
        file,
        line: mutant.location.start.line,
        mutant: describe(mutant, lines),
        reached: mutant.status === 'Survived',
      }))
      .sort((a, b) => a.line - b.line);
  });

function describe(
  { mutatorName, replacement = '', location }: ReportedMutant,
  lines: readonly string[],
): string {
  const { start, end } = location;
  const line = lines[start.line - 1] ?? '';
  const last = start.line === end.line ? end.column - 1 : line.length;
  const original = line.slice(start.column - 1, last);
  const became = replacement.replace(/\s+/g, ' ');
  return `${line.trim()} | ${mutatorName}: ${original.trim()} → ${became.length > 100 ? `${became.slice(0, 100)}…` : became}`;
}
