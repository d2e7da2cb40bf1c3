/** Mutation testing of one pure folder, named by MUTATED_FOLDER: see main.ts, which runs it for each. */
const folder = process.env['MUTATED_FOLDER'] ?? 'planning';

export default {
  plugins: ['./test/mutation/runner.mjs'],
  testRunner: 'circus',
  coverageAnalysis: 'perTest',
  mutate: [`src/lib/${folder}/**/*.ts`],
  ignorePatterns: ['.serverless', '.esbuild', '.bakery', 'coverage', 'reports', 'infra/dist'],
  tempDirName: `coverage/mutation/${folder}.sandbox`,
  reporters: ['json', 'progress-append-only'],
  jsonReporter: { fileName: `coverage/mutation/${folder}.json` },
  thresholds: { high: 95, low: 85, break: null },
  concurrency: 2,
  timeoutMS: 5_000,
  timeoutFactor: 3,
  disableTypeChecks: false,
  allowConsoleColors: false,
};
