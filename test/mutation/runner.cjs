const { statSync } = require('node:fs');
const { default: Runner } = require('jest-runner');
const { activeMutant, isKilled, remembered } = require('./progress.cjs');

/** Which tests take seconds: they come last, so that most mutants are dead before. */
const slow = ['announcements.test.ts', 'properties.test.ts', 'generated.test.ts', 'bakery-yml.test.ts'];

const rank = ({ path }) => slow.findLastIndex((name) => path.endsWith(name)) * 1e9 + statSync(path).size;

/**
 * Jest's runner for one mutant: only the files that have a test which reaches it, the quick ones first, and none after one
 * that failed. Jest by itself would load every file to find that all of its tests are filtered out.
 */
module.exports = class extends Runner {
  async runTests(tests, watcher, options) {
    const { testNamePattern } = this._globalConfig;
    const wanted = testNamePattern === undefined ? undefined : new RegExp(testNamePattern, 'i');
    const known = new Map(remembered().map(({ file, tests: names }) => [file, names]));
    const reaches = ({ path }) =>
      wanted === undefined || (known.get(path)?.some((name) => wanted.test(name)) ?? true);
    const chosen = activeMutant() === undefined ? tests : tests.filter(reaches);
    for (const test of chosen.sort((a, b) => rank(a) - rank(b))) {
      if (isKilled()) return;
      await super.runTests([test], watcher, options);
    }
  }
};
