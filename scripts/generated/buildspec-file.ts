import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import type { GeneratedFile } from './generated-file';

const folder = join(import.meta.dirname, '../../packer/environment');

/** The program of packer/environment/bake and tools.lock as one file that needs nothing but Node. */
export function bakeProgram(): Uint8Array {
  const lock: unknown = JSON.parse(readFileSync(join(folder, 'tools.lock'), 'utf8'));
  const { outputFiles } = buildSync({
    entryPoints: [join(folder, 'bake/main.ts')],
    bundle: true,
    write: false,
    platform: 'node',
    target: 'node18',
    format: 'esm',
    minify: true,
    legalComments: 'none',
    define: { TOOLS_LOCK: JSON.stringify(lock) },
    outfile: 'bake.mjs',
    absWorkingDir: folder,
  });
  return outputFiles[0]!.contents;
}

/** The bakery's buildspec, self-contained, so that it can be given to CodeBuild inline. */
export const buildspecFile: GeneratedFile = {
  path: 'packer/environment/buildspec.yml',
  text: () => {
    const source = readFileSync(join(folder, 'buildspec.source.yml'), 'utf8');
    const program =
      Buffer.from(bakeProgram())
        .toString('base64')
        .match(/.{1,110}/g) ?? [];
    const [head = '', rest = ''] = source.split('        @PROGRAM@\n');
    const lines = program.map((line) => `        ${line}\n`).join('');
    return `# Generated from buildspec.source.yml, bake/ and tools.lock by "npm run generate": change those.\n${head}${lines}${rest}`;
  },
};
