import {
  copyFileSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  symlinkSync,
} from 'node:fs';
import { dirname, isAbsolute, join, normalize } from 'node:path';
import { BakeRefused } from './request';

/**
 * Copies the declared inputs, and nothing else, from `source` to `target` (made by this call). Packer runs in the copy,
 * so that an input that was not declared fails the bake at once instead of going stale in silence.
 * Symbolic links are kept; one that leads out of the inputs is refused.
 */
export function copyInputs(source: string, target: string, inputs: string[]): void {
  const root = realpathSync(source);
  const within = (path: string): boolean =>
    inputs.some((input) => path === input || path.startsWith(`${input}/`));

  const copy = (path: string): void => {
    const from = join(root, path);
    const to = join(target, path);
    const stat = lstatSync(from, { throwIfNoEntry: false });
    if (stat === undefined) {
      throw new BakeRefused(
        `input ${path} is declared in bakery.yml, but the commit has no such file or folder`,
      );
    }
    if (stat.isSymbolicLink()) {
      const link = readlinkSync(from);
      const leadsTo = normalize(join(dirname(path), link));
      if (isAbsolute(link) || !within(leadsTo)) {
        throw new BakeRefused(
          `${path} is a symbolic link to ${link}, which is outside of the declared inputs: declare what it leads to`,
        );
      }
      symlinkSync(link, to);
    } else if (stat.isDirectory()) {
      mkdirSync(to, { recursive: true });
      for (const name of readdirSync(from).sort()) if (name !== '.git') copy(join(path, name));
    } else if (stat.isFile()) {
      copyFileSync(from, to);
    } else {
      throw new BakeRefused(`${path} is neither a file nor a folder`);
    }
  };

  for (const input of outermost(inputs)) {
    const parent = dirname(join(root, input));
    if (lstatSync(parent, { throwIfNoEntry: false }) !== undefined && realpathSync(parent) !== parent) {
      throw new BakeRefused(
        `input ${input} lies behind a symbolic link: declare the path that the link leads to`,
      );
    }
    mkdirSync(dirname(join(target, input)), { recursive: true });
    copy(input);
  }
  for (const input of outermost(inputs)) refuseEscapes(realpathSync(target), join(target, input));
}

/** Without what lies in another input anyway. */
function outermost(inputs: string[]): string[] {
  const all = [...new Set(inputs)];
  return all.filter((input) => !all.some((other) => input.startsWith(`${other}/`)));
}

/** Links may lead through links: only the copy itself shows where one ends. */
function refuseEscapes(root: string, path: string): void {
  const stat = lstatSync(path);
  if (stat.isDirectory()) for (const name of readdirSync(path)) refuseEscapes(root, join(path, name));
  if (!stat.isSymbolicLink()) return;
  let end: string;
  try {
    end = realpathSync(path);
  } catch {
    throw new BakeRefused(
      `${path.slice(root.length + 1)} is a symbolic link that leads nowhere among the inputs`,
    );
  }
  if (!end.startsWith(`${root}/`)) {
    throw new BakeRefused(`${path.slice(root.length + 1)} is a symbolic link that leads out of the inputs`);
  }
}
