const { TestEnvironment } = require('jest-environment-node');
const { activeMutant, isKilled, kill, remember } = require('./progress.cjs');

/** Loaded once a process instead of once a test file, which is most of what a mutant would cost. */
const loadedOnce = ['zod', 'zod/mini', 'yaml', 'fast-check'];

/**
 * Tests that are left out of every run: of time, which the load of thousands of runs would fail, and of size, which take
 * as long as all others together. A mutant that only they would find counts as survived.
 */
const leftOut = [
  /is fast for|are cheap to ask|is refused in time/,
  /TOO_MANY_IMAGES|docs\/bakery-yml\.md is current/,
  /a thousand channels fit/,
];

const fullName = ({ name, parent }) =>
  parent === undefined || parent.name === 'ROOT_DESCRIBE_BLOCK' ? name : `${fullName(parent)} ${name}`;

/** Jest's environment, made for thousands of short runs: the first test that fails ends the run of a mutant. */
module.exports = class extends TestEnvironment {
  #file;
  #tests = [];

  constructor(config, context) {
    super(config, context);
    this.#file = context.testPath;
    this.global.loadedOnce = (name) => {
      if (!loadedOnce.includes(name)) throw new Error(`${name} is not loaded once.`);
      return require(name);
    };
  }

  handleTestEvent({ name, test }) {
    if (name === 'test_start' && leftOut.some((rule) => rule.test(fullName(test)))) test.mode = 'skip';
    if (activeMutant() === undefined) {
      if (name === 'test_done') this.#tests.push(fullName(test));
      if (name === 'run_finish') remember(this.#file, this.#tests);
      return;
    }
    if (name === 'test_start' && isKilled()) test.mode = 'skip';
    if (name === 'test_done' && test.errors.length > 0) kill();
  }
};
