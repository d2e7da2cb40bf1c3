import { build, type Plugin } from 'esbuild';
import { readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';

const root = join(import.meta.dirname, '../../..');

/**
 * One file of everything, so that a worker starts at once and no `import()` waits for the file system: what it resolves to
 * is there already, and the order of what happens depends on nothing but the seed.
 * @param edits a weakness: modules that are changed on the way, by path from the root of the repo
 */
export async function bundleWorker(
  outfile: string,
  edits: Record<string, (source: string) => string> = {},
): Promise<void> {
  const pending = new Set(Object.keys(edits));
  const weakened: Plugin = {
    name: 'weakened',
    setup(bundler) {
      bundler.onLoad({ filter: /\.ts$/ }, async ({ path }) => {
        const name = relative(root, path);
        const edit = edits[name];
        if (edit === undefined) return undefined;
        const source = await readFile(path, 'utf8');
        const contents = edit(source);
        if (contents === source) throw new Error(`the weakness changes nothing in ${name}`);
        pending.delete(name);
        return { contents, loader: 'ts' };
      });
    },
  };
  await build({
    entryPoints: [join(root, 'test/simulation/run/worker.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    mainFields: ['module', 'main'],
    banner: {
      js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
    },
    plugins: [weakened],
    logLevel: 'error',
    sourcemap: 'inline',
    absWorkingDir: root,
  });
  if (pending.size > 0) throw new Error(`the weakness edits ${[...pending].join(', ')}, which nothing loads`);
}
