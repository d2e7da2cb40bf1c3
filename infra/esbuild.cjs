// serverless-esbuild loads its configuration with `require`.
module.exports = require('tsx/cjs/api').require('./esbuild.ts', __filename).default;
