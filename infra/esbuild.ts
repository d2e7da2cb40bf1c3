import { mkdir, readdir, rename } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Plugin } from 'esbuild';
import { deployedBundle } from '../scripts/bundle';

/**
 * serverless-esbuild writes all functions into one folder, and leaves out of a function's archive what begins with the
 * name of another: so the parts of `push.mjs` that are loaded later are called `push.….mjs`.
 */
const chunksByFunction: Plugin = {
  name: 'chunks-by-function',
  setup({ initialOptions }) {
    const [entry] = initialOptions.entryPoints as string[];
    initialOptions.chunkNames = `${basename(entry!, '.ts')}.[name]-[hash]`;
  },
};

/** Source maps are kept beside the archives, in .serverless/maps: they are larger than the functions. */
const mapsApart: Plugin = {
  name: 'maps-apart',
  setup({ initialOptions, onEnd }) {
    const folder = initialOptions.outdir!;
    const [entry] = initialOptions.entryPoints as string[];
    const name = basename(entry!, '.ts');
    onEnd(async () => {
      // <work>/.build/src/handlers → <work>/.serverless, which the plugin copies to where the package goes.
      const maps = join(dirname(dirname(dirname(folder))), '.serverless/maps');
      await mkdir(maps, { recursive: true });
      const written = (await readdir(folder)).filter((file) => file.startsWith(`${name}.`));
      await Promise.all(
        written
          .filter((file) => file.endsWith('.map'))
          .map((file) => rename(join(folder, file), join(maps, file))),
      );
    });
  },
};

/** Packaging uses what benchmarks measure (scripts/bundle.ts); the difference is where the files go. */
export default () => {
  const { outExtension, plugins = [], ...shared } = deployedBundle;
  return {
    ...shared,
    outputFileExtension: outExtension!['.js'],
    sourcemap: 'external',
    exclude: [],
    plugins: [...plugins, chunksByFunction, mapsApart],
  };
};
