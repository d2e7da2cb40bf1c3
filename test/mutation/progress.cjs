const { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } = require('node:fs');
const { basename, join } = require('node:path');

/** What the environment (inside of a test file) and the runner (around all files) have to tell each other. */
const names = join(process.cwd(), 'coverage', 'test-names');

/** Set by Stryker while a mutant is tested; not set in the dry run, which tests the code as it is. */
const activeMutant = () => process.env['__STRYKER_ACTIVE_MUTANT__'];

let killed;

module.exports = {
  activeMutant,

  /** A test failed: the mutant is found. */
  kill: () => (killed = activeMutant()),
  isKilled: () => killed !== undefined && killed === activeMutant(),

  /** Remembers, in the dry run, which tests a file has: every process of Stryker reads it later. */
  remember(file, tests) {
    mkdirSync(names, { recursive: true });
    writeFileSync(join(names, `${basename(file)}.json`), JSON.stringify({ file, tests }));
  },

  /** The tests of each file. */
  remembered: () =>
    !existsSync(names)
      ? []
      : readdirSync(names).map((name) => JSON.parse(readFileSync(join(names, name), 'utf8'))),
};
