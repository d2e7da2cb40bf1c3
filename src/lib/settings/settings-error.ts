/** One thing wrong with the settings. */
export interface SettingsProblem {
  /** `repo.branch`; '' is the whole. */
  path: string;
  /** What was found, as JSON, cut; `undefined` where it is missing. */
  value: string | undefined;
  problem: string;
  fix: string;
}

/** The settings cannot be used; all their problems at once. Somebody has to change the deployment: no retry helps. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
  readonly code = 'SETTINGS_INVALID';
  /** @param where they were written */
  constructor(
    readonly problems: SettingsProblem[],
    where = 'BAKERY_SETTINGS',
  ) {
    super(`SETTINGS_INVALID: ${problems.length} problem(s) in ${where}\n${problems.map(line).join('\n')}`);
  }
}

const line = ({ path, value, problem, fix }: SettingsProblem): string =>
  `- ${path || '(whole)'}: ${problem}${value === undefined ? '' : ` (found ${value})`}. ${fix}`;
