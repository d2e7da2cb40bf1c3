const { statSync } = require('node:fs');
const { default: Sequencer } = require('@jest/test-sequencer');

/** Which tests take seconds: they come last, so that most mutants are dead before. */
const slow = ['generated.test.ts', 'bakery-yml.test.ts', 'properties.test.ts', 'announcements.test.ts'];

module.exports = class extends Sequencer {
  sort(tests) {
    const rank = ({ path }) => slow.findLastIndex((name) => path.endsWith(name)) * 1e9 + statSync(path).size;
    return [...tests].sort((a, b) => rank(a) - rank(b));
  }
};
