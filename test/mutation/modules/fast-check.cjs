const real = globalThis.loadedOnce('fast-check');

/**
 * fast-check as mutation testing wants it: the same cases in every run, so that a mutant that was killed once is always
 * killed; few of them, because a property runs for hundreds of mutants; and nothing made smaller that has failed.
 */
const mostRuns = 25;

const assert = (property, parameters = {}) =>
  real.assert(property, {
    seed: 1,
    endOnFailure: true,
    ...parameters,
    numRuns: Math.min(parameters.numRuns ?? mostRuns, mostRuns),
  });

module.exports = { ...real, assert, default: { ...real.default, assert }, __esModule: true };
