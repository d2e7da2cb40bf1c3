import { lstatSync, readFileSync, readdirSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { BakeRefused } from '../bake/request';

/** A script of the image repo that decides about a candidate. */
export interface Check {
  /** Its file name: `services-up.sh`. */
  name: string;
  text: string;
  shell: 'sh' | 'powershell';
  /** From a line `# timeout: 600` (seconds) among its first ten. */
  timeoutSeconds: number;
}

/** A check that says nothing of its own. */
const defaultTimeoutSeconds = 300;
/** Systems Manager's documents take 64 KB of JSON; the script goes as base64 in it. */
const longestBytes = 40_000;
const most = 50;

/**
 * The checks of a folder: its files that end in `.sh` or `.ps1`, in the order of their names; what else is there is left
 * alone. Throws BakeRefused for a folder without any, and for links: the tests of a bake are known by the folder's git id.
 */
export function readChecks(source: string, folder: string): Check[] {
  const path = join(source, folder);
  if (lstatSync(path, { throwIfNoEntry: false })?.isDirectory() !== true)
    throw new BakeRefused(`test: ${folder} is named in bakery.yml, but the commit has no such folder`);
  if (!`${realpathSync(path)}/`.startsWith(`${realpathSync(source)}/`))
    throw new BakeRefused(`test: ${folder} lies outside of the repo`);
  const names = readdirSync(path)
    .filter((name) => /\.(sh|ps1)$/.test(name))
    .sort();
  if (names.length === 0)
    throw new BakeRefused(`test: ${folder} holds no check: write files that end in .sh or .ps1`);
  if (names.length > most)
    throw new BakeRefused(`test: ${folder} holds ${names.length} checks; ${most} is the most`);
  return names.map((name) => {
    const stat = lstatSync(join(path, name));
    if (!stat.isFile()) throw new BakeRefused(`test: ${folder}/${name} is no file of its own`);
    if (stat.size > longestBytes)
      throw new BakeRefused(`test: ${folder}/${name} has ${stat.size} bytes; ${longestBytes} is the most`);
    const text = readFileSync(join(path, name), 'utf8');
    const [, seconds] = /^# timeout: (\d{1,4})$/m.exec(text.split('\n').slice(0, 10).join('\n')) ?? [];
    return {
      name,
      text,
      shell: name.endsWith('.ps1') ? 'powershell' : 'sh',
      timeoutSeconds: Math.max(30, Number(seconds ?? defaultTimeoutSeconds)),
    };
  });
}
