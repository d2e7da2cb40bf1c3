import { runCli } from '../../src/cli/run-cli';
import type { Surroundings } from '../../src/cli/surroundings';

export interface Ran {
  exitCode: number;
  out: string;
  err: string;
}

export const noon = Date.parse('2026-11-22T12:00:00Z');

/** Runs one command line in this process, as a pipe would see it. */
export async function bakery(
  cwd: string,
  args: string[],
  different: Partial<Surroundings> = {},
): Promise<Ran> {
  const out: string[] = [];
  const err: string[] = [];
  const exitCode = await runCli(args, {
    searchPath: process.env['PATH'] ?? '',
    stdinIsTerminal: false,
    stdoutIsTerminal: false,
    columns: undefined,
    colors: false,
    region: undefined,
    cwd,
    person: 'ada@workshop',
    out: (text) => out.push(text),
    err: (text) => err.push(text),
    nowMs: () => noon,
    exitCode: 0,
    ...different,
  });
  return { exitCode, out: out.join('\n'), err: err.join('\n') };
}
