import { spawnSync } from 'node:child_process';

/** `npm run test:slow`: the suites that jest.config.mjs calls slow, with jest's own arguments. An environment for every shell. */
const jest = ['--no-warnings', 'node_modules/jest/bin/jest.js', ...process.argv.slice(2)];
const { status } = spawnSync(process.execPath, jest, {
  stdio: 'inherit',
  env: { ...process.env, TESTS: 'slow' },
});
process.exitCode = status ?? 1;
