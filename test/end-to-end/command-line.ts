import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');

/** Credentials that nothing may ever pass on. */
export const canaries = {
  AWS_ACCESS_KEY_ID: 'AKIACANARYCANARY0001',
  AWS_SECRET_ACCESS_KEY: 'canary-secret-0002',
  AWS_SESSION_TOKEN: 'canary-session-0003',
  AWS_PROFILE: 'canary-profile-0004',
  GITHUB_TOKEN: 'canary-token-0005',
};

export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** `bakery …` as a person starts it, with canaries in the environment and a temporary folder of its own. */
export function startBakery(args: string[], options: { temporary: string; cwd?: string }) {
  const child = spawn(process.execPath, [join(root, 'bin/bakery.mjs'), ...args], {
    cwd: options.cwd ?? root,
    env: {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      TMPDIR: options.temporary,
      NO_COLOR: '1',
      ...canaries,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      resolve({ code, stdout: Buffer.concat(out).toString(), stderr: Buffer.concat(err).toString() });
    });
  });
  return { child, pid: child.pid!, ended, stdout: () => Buffer.concat(out).toString() };
}

/** What is in a temporary folder, but for what tsx keeps of compiled files from one start to the next. */
export const left = (folder: string): string[] =>
  readdirSync(folder).filter((name) => !name.startsWith('tsx-'));

/** Processes below one, by id, each with its command and the environment it was started with. */
export function descendants(pid: number): Map<number, string> {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    const stat = read(`/proc/${name}/stat`);
    if (stat !== undefined)
      parents.set(Number(name), Number(stat.slice(stat.lastIndexOf(')') + 4).split(' ')[0]));
  }
  const below = (id: number): boolean => {
    const parent = parents.get(id);
    return parent !== undefined && (parent === pid || below(parent));
  };
  return new Map(
    [...parents.keys()]
      .filter(below)
      .map((id) => [id, `${read(`/proc/${id}/cmdline`)} ${read(`/proc/${id}/environ`)}`]),
  );
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
