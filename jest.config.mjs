/** Everything is transformed by esbuild to CommonJS, ESM-only packages included. */
const esmOnly = ['croner', 'p-limit', 'yocto-queue', 'listr2', 'ulid', 'zod', 'fast-check', 'pure-rand'];

/**
 * Suites that package and deploy the whole service, make root file systems, bake every starter image several times, or kill a
 * revocation at each of its calls: `npm run test:slow`. All others are `npm test`.
 */
const slow = [
  '/test/infra/(service|deploy)\\.test',
  '/test/packer/(starter-checks|starter-bakes|test-build)\\.test',
  '/test/reconcile/revoking-crash\\.test',
];
const isSlow = process.env.TESTS === 'slow';

export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  ...(isSlow
    ? { testRegex: slow }
    : { testMatch: ['**/*.test.ts'], testPathIgnorePatterns: ['/node_modules/', ...slow] }),
  transform: { '^.+\\.(ts|mjs|js)$': '<rootDir>/test/support/esbuild-transform.cjs' },
  transformIgnorePatterns: [`/node_modules/(?!(${esmOnly.join('|')})/)`],
  moduleFileExtensions: ['ts', 'mjs', 'js', 'json'],
  setupFiles: ['<rootDir>/test/support/environment.ts'],
  testTimeout: 30_000,
  // Half of the time of many suites is spent waiting for processes of their own: as many workers as there are cores.
  maxWorkers: '100%',
};
