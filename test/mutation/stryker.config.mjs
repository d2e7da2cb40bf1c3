/** Mutation testing of one pure folder, named by MUTATED_FOLDER: see main.ts, which runs it for each. */
const folder = process.env['MUTATED_FOLDER'] ?? 'planning';

export default {
  testRunner: 'jest',
  jest: { projectType: 'custom', configFile: 'test/mutation/jest.config.mjs', enableFindRelatedTests: true },
  coverageAnalysis: 'perTest',
  mutate: [`src/lib/${folder}/**/*.ts`],
  ignorePatterns: ['.serverless', '.esbuild', '.bakery', 'coverage', 'reports', 'bench', 'infra/dist'],
  tempDirName: 'coverage/mutation/sandbox',
  incremental: true,
  incrementalFile: `coverage/mutation/${folder}.incremental.json`,
  reporters: ['json', 'progress-append-only'],
  jsonReporter: { fileName: `coverage/mutation/${folder}.json` },
  thresholds: { high: 95, low: 85, break: null },
  concurrency: 2,
  timeoutMS: 20_000,
  timeoutFactor: 4,
  disableTypeChecks: false,
  allowConsoleColors: false,
};
