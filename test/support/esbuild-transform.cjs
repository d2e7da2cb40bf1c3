const { createHash } = require('node:crypto');
const { readFileSync } = require('node:fs');
const esbuild = require('esbuild');

const options = {
  format: 'cjs',
  target: 'node20',
  sourcemap: 'inline',
  sourcesContent: false,
  // Node would load a dynamic import as ESM, past jest; as a require it stays inside.
  supported: { 'dynamic-import': false },
  define: { 'import.meta.dirname': '__dirname', 'import.meta.url': '__import_meta_url' },
  banner: 'const __import_meta_url = require("node:url").pathToFileURL(__filename).href;',
};

/** A jest transform in place of a transpiler package: TypeScript and ESM in, CommonJS out. */
module.exports = {
  getCacheKey: (source, path) =>
    createHash('sha256')
      .update(source)
      .update(path)
      .update(readFileSync(__filename))
      .update(esbuild.version)
      .digest('hex'),
  process: (source, path) =>
    esbuild.transformSync(source, {
      ...options,
      sourcefile: path,
      loader: path.endsWith('.ts') ? 'ts' : 'js',
    }),
};
