import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import vm from 'node:vm';
import { pathToFileURL } from 'node:url';
import esbuild from 'esbuild';

/** A bundle has one place; what a file reads next to itself it has to find all the same. */
const places = {
  name: 'places',
  setup: ({ onLoad }) =>
    onLoad({ filter: /\.ts$/, namespace: 'file' }, ({ path }) => {
      if (path.includes('/node_modules/')) return undefined;
      const contents = readFileSync(path, 'utf8')
        .replaceAll('import.meta.dirname', JSON.stringify(dirname(path)))
        .replaceAll('import.meta.url', JSON.stringify(pathToFileURL(path).href));
      return { contents, loader: 'ts' };
    }),
};

/**
 * Test files with all of the project that they import, compiled once. Each call of the answer evaluates it anew, so that
 * nothing a mutant left in a module is there for the next one; packages stay loaded.
 * @returns from the globals of a test to a function for each file, which runs the file
 */
export async function bundle(files, folder) {
  const entries = files.map(
    (file) => `  ${JSON.stringify(file)}: () => require(${JSON.stringify(`./${file}`)}),`,
  );
  const { outputFiles } = await esbuild.build({
    stdin: { contents: `module.exports = {\n${entries.join('\n')}\n};`, resolveDir: folder },
    bundle: true,
    write: false,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    packages: 'external',
    logLevel: 'error',
    plugins: [places],
  });
  const names = ['module', 'require', 'describe', 'it', 'test', 'expect'];
  const script = new vm.Script(`(function (${names.join(', ')}) {${outputFiles[0].text}\n})`, {
    filename: `${folder}/tests.cjs`,
  });
  const evaluate = script.runInThisContext();
  const fromProject = createRequire(`${folder}/tests.cjs`);
  return (globals, packages) => {
    const module = { exports: {} };
    const require = (name) => packages[name] ?? fromProject(name);
    evaluate(...names.map((name) => ({ module, require, ...globals })[name]));
    return module.exports;
  };
}
