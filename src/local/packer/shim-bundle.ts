import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Puts an executable `packer`, the shim in one file, into a folder. */
export async function buildShim(folder: string): Promise<void> {
  const [{ buildSync }] = await Promise.all([import('esbuild'), mkdir(folder, { recursive: true })]);
  const program = join(folder, 'packer.mjs');
  // Not the asynchronous build: it leaves a process running beside this one.
  buildSync({
    entryPoints: [join(import.meta.dirname, 'shim', 'main.ts')],
    bundle: true,
    outfile: program,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    logLevel: 'error',
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
  });
  // A shell in between: a #! line takes no path with a space in it, and PATH in a build need not have node.
  const script = `#!/bin/sh\nexec '${quoted(process.execPath)}' '${quoted(program)}' "$@"\n`;
  await writeFile(join(folder, 'packer'), script);
  await chmod(join(folder, 'packer'), 0o755);
}

const quoted = (path: string): string => path.replaceAll("'", `'\\''`);
