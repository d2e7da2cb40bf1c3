const { TestEnvironment } = require('jest-environment-node');

/** Loaded once a process instead of once a test file, which is most of what a mutant would cost. */
const loadedOnce = ['zod', 'zod/mini', 'yaml', 'fast-check'];

/** The mutant that a test has failed for. */
let killed;

/**
 * Jest's environment, made for thousands of short runs: a mutant's run ends with the first test that fails (jest can bail
 * out only after a whole file, and not at all when it is called by Stryker).
 */
module.exports = class extends TestEnvironment {
  constructor(config, context) {
    super(config, context);
    this.global.loadedOnce = (name) => {
      if (!loadedOnce.includes(name)) throw new Error(`${name} is not loaded once.`);
      return require(name);
    };
  }

  handleTestEvent({ name, test }) {
    const mutant = process.env['__STRYKER_ACTIVE_MUTANT__'];
    if (mutant === undefined) return;
    if (name === 'test_start' && killed === mutant) test.mode = 'skip';
    if (name === 'test_done' && test.errors.length > 0) killed = mutant;
  }
};
