import { brotliCompressSync } from 'node:zlib';
import { build } from 'esbuild';
import { deployedBundle } from '../scripts/bundle';

/**
 * A handler as the text of `index.js`, which is what CloudFormation makes of code that is written into a template: the
 * bundle in one CommonJS file, compressed.
 * @param entry of the handler, as a path
 */
export async function inlineFunction(entry: string): Promise<string> {
  const { outExtension: _extension, banner: _require, ...shared } = deployedBundle;
  const { outputFiles } = await build({
    ...shared,
    format: 'cjs',
    splitting: false,
    entryPoints: [entry],
    outdir: 'unwritten',
    write: false,
    logLevel: 'warning',
  });
  const packed = brotliCompressSync(outputFiles[0]!.contents).toString('base64');
  return [
    "'use strict';",
    "const { brotliDecompressSync } = require('node:zlib');",
    `const code = brotliDecompressSync(Buffer.from('${packed}', 'base64')).toString('utf8');`,
    'module._compile(code, __filename);',
  ].join('\n');
}
