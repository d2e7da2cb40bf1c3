import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import type { GeneratedFile } from './generated-file';

const folder = join(import.meta.dirname, '../../packer/environment');

/** A program of packer/environment as one file that needs nothing but Node. */
function program(name: 'bake' | 'test', define: Record<string, string>): Uint8Array {
  const { outputFiles } = buildSync({
    entryPoints: [join(folder, name, 'main.ts')],
    bundle: true,
    write: false,
    platform: 'node',
    target: 'node18',
    format: 'esm',
    minify: true,
    legalComments: 'none',
    define,
    outfile: `${name}.mjs`,
    absWorkingDir: folder,
  });
  return outputFiles[0]!.contents;
}

/** A buildspec that carries its program, so that it can be given to CodeBuild inline. */
function selfContained(source: string, madeOf: string, bundle: Uint8Array): string {
  const lines = (
    Buffer.from(bundle)
      .toString('base64')
      .match(/.{1,110}/g) ?? []
  ).map((line) => `        ${line}\n`);
  const [head = '', rest = ''] = readFileSync(join(folder, source), 'utf8').split('        @PROGRAM@\n');
  return `# Generated from ${madeOf} by "npm run generate": change those.\n${head}${lines.join('')}${rest}`;
}

/** The program of packer/environment/bake and tools.lock. */
export function bakeProgram(): Uint8Array {
  const lock: unknown = JSON.parse(readFileSync(join(folder, 'tools.lock'), 'utf8'));
  return program('bake', { TOOLS_LOCK: JSON.stringify(lock) });
}

/** The bakery's buildspec of a bake. */
export const buildspecFile: GeneratedFile = {
  path: 'packer/environment/buildspec.yml',
  text: () =>
    selfContained('buildspec.source.yml', 'buildspec.source.yml, bake/ and tools.lock', bakeProgram()),
};

/** The bakery's buildspec of a test. */
export const testBuildspecFile: GeneratedFile = {
  path: 'packer/environment/test/buildspec.yml',
  text: () =>
    selfContained(
      'test/buildspec.source.yml',
      'buildspec.source.yml, this folder and ../bake',
      program('test', {}),
    ),
};
