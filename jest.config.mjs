/** Everything is transformed by esbuild to CommonJS, ESM-only packages included. */
const esmOnly = ['croner', 'p-limit', 'yocto-queue', 'listr2', 'ulid', 'zod', 'fast-check', 'pure-rand'];

export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  transform: { '^.+\\.(ts|mjs|js)$': '<rootDir>/test/support/esbuild-transform.cjs' },
  transformIgnorePatterns: [`/node_modules/(?!(${esmOnly.join('|')})/)`],
  moduleFileExtensions: ['ts', 'mjs', 'js', 'json'],
  setupFiles: ['<rootDir>/test/support/environment.ts'],
  testTimeout: 30_000,
  // Half of the time of many suites is spent waiting for processes of their own: as many workers as there are cores.
  maxWorkers: '100%',
};
