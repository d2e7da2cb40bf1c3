// The framework loads files of variables with `require`.
module.exports = require('tsx/cjs/api').require('./deployment.ts', __filename).default;
