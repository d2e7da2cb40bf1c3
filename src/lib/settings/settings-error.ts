/** One thing wrong with the settings. */
export interface SettingsProblem {
  /** `repo.branch`; '' is the whole. */
  path: string;
  /** What was found, as JSON, cut; `undefined` where it is missing. */
  value: string | undefined;
  problem: string;
  fix: string;
  /** Where it is written, counted from 1, if it came from a file. */
  at?: { line: number; column: number };
}

/** The settings cannot be used; all their problems at once. Somebody has to change the deployment: no retry helps. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
  readonly code = 'SETTINGS_INVALID';
  /** At most a hundred; the message says how many there are. */
  readonly problems: SettingsProblem[];
  /** @param where they were written */
  constructor(problems: SettingsProblem[], where = 'BAKERY_SETTINGS') {
    const told = problems.slice(0, mostTold).map(shortened);
    const more = problems.length > mostTold ? [`- and ${problems.length - mostTold} more`] : [];
    const lines = [...told.map(line), ...more].join('\n');
    super(`SETTINGS_INVALID: ${problems.length} problem(s) in ${where}\n${lines}`);
    this.problems = told;
  }
}

const mostTold = 100;

/** What somebody wrote is in all of its parts: none of them makes a log line that is too long to be kept. */
const shortened = ({ path, value, problem, fix, at }: SettingsProblem): SettingsProblem => ({
  path: cut(path, 200),
  value: value === undefined ? undefined : cut(value, 120),
  problem: cut(problem, 300),
  fix: cut(fix, 500),
  ...(at === undefined ? {} : { at }),
});

const cut = (text: string, most: number): string =>
  text.length <= most ? text : `${text.slice(0, most - 1)}…`;

/** What was found, as JSON, and never more than a line of it. */
export function shown(value: unknown): string | undefined {
  try {
    const json = JSON.stringify(value);
    return json === undefined || json.length <= 100 ? json : `${json.slice(0, 100)}…`;
  } catch {
    // JSON.stringify recurses: this is nested some thousand levels deep.
    return '(nested too deeply)';
  }
}

const line = ({ path, value, problem, fix, at }: SettingsProblem): string => {
  const where = at === undefined ? '' : ` (line ${at.line}, column ${at.column})`;
  return `- ${path || '(whole)'}${where}: ${problem}${value === undefined ? '' : ` (found ${value})`}. ${fix}`;
};
