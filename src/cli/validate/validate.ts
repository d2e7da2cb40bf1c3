import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { createColors } from 'picocolors';
import { readBakeryYml } from '../../lib/definitions/bakery-yml';
import { checkCommit } from '../../lib/definitions/commit-check';
import type { Problem } from '../../lib/definitions/problem';
import { parameterPrefix } from '../../lib/settings/parameter-pattern';
import type { BakeryOptions } from '../bakery-options';
import { CliError } from '../cli-error';
import { exitCodes } from '../exit-codes';
import type { Surroundings } from '../surroundings';
import { countText, problemsText } from '../terminal/problems';
import { folderView } from './folder-view';

/** What `bakery validate --json` prints. */
export interface Validation {
  format: 'ami-bakery/validate/1';
  /** As a person would write it from where the command was called. */
  file: string;
  /** No errors; warnings do not count. */
  ok: boolean;
  errors: number;
  warnings: number;
  /** One for each image and architecture; empty where there are errors. */
  images: string[];
  problems: Problem[];
}

/** @throws CliError where there is no such file */
export async function validate(
  path: string,
  options: BakeryOptions & { json?: true },
  around: Surroundings,
): Promise<number> {
  const file = await bakeryYmlAt(resolve(around.cwd, path), path);
  const source = await readFile(file, 'utf8');
  const result = check(source, dirname(file), shownPath(file, around.cwd), options);
  if (options.json) around.out(JSON.stringify(result, null, 2));
  else around.out(text(result, source, around));
  return result.ok ? exitCodes.ok : exitCodes.problems;
}

function check(source: string, folder: string, file: string, options: BakeryOptions): Validation {
  const read = readBakeryYml(source, {
    bakery: options.bakery,
    parameterPrefix: parameterPrefix(options.parameterPattern),
    parameterPattern: options.parameterPattern,
    upstreams: options.upstream,
  });
  const problems = [...read.problems, ...checkCommit(read, folderView(folder))].sort(
    (a, b) => a.line - b.line || a.column - b.column,
  );
  const errors = problems.filter(({ severity }) => severity === 'error').length;
  return {
    format: 'ami-bakery/validate/1',
    file,
    ok: errors === 0,
    errors,
    warnings: problems.length - errors,
    images: errors === 0 ? (read.catalog?.images.map(({ key }) => key) ?? []) : [],
    problems,
  };
}

function text({ file, ok, problems, images }: Validation, source: string, around: Surroundings): string {
  const colors = createColors(around.colors);
  const verdict = ok
    ? `${colors.green('valid')} ${file}: ${images.length} image${images.length === 1 ? '' : 's'}, counting architectures`
    : `${colors.red('not valid')} ${file}`;
  if (problems.length === 0) return `${verdict}.`;
  return `${problemsText(problems, file, source, colors)}\n\n${verdict}: ${countText(problems)}.`.replace(
    'architectures: ',
    'architectures; ',
  );
}

async function bakeryYmlAt(path: string, given: string): Promise<string> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined)
    throw new CliError('NO_SUCH_PATH', `There is no ${given}.`, 'Give bakery.yml, or the folder it is in.');
  if (!found.isDirectory()) return path;
  const file = join(path, 'bakery.yml');
  if (
    await stat(file).then(
      (entry) => entry.isFile(),
      () => false,
    )
  )
    return file;
  const other = join(path, 'bakery.yaml');
  const misnamed = await stat(other).then(
    () => true,
    () => false,
  );
  throw new CliError(
    'NO_BAKERY_YML',
    `There is no bakery.yml in ${given === '.' ? 'this folder' : given}.`,
    misnamed
      ? `The bakery reads bakery.yml only: rename ${basename(other)}.`
      : 'Give the folder it is in; packer/platform/bakery.yml of the bakery shows how one looks.',
  );
}

function shownPath(file: string, cwd: string): string {
  const path = relative(cwd, file);
  return path.startsWith('..') ? file : path;
}
