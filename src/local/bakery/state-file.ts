import { mkdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { stateFile } from '../control-protocol';
import type { LocalState } from '../control-protocol';

/** Process of the local bakery that runs in a folder; undefined where none does, whatever an earlier one left behind. */
export function runningIn(folder: string): number | undefined {
  try {
    const { pid } = JSON.parse(readFileSync(join(folder, stateFile), 'utf8')) as LocalState;
    process.kill(pid, 0);
    return pid;
  } catch {
    return undefined;
  }
}

/** Says where the local bakery is, to its owner alone. Answers a function that takes it back. */
export function writeStateFile(folder: string, state: LocalState): () => void {
  const path = join(folder, stateFile);
  mkdirSync(dirname(path), { recursive: true });
  rmSync(path, { force: true });
  writeFileSync(path, `${JSON.stringify(state, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
  return () => {
    rmSync(path, { force: true });
    try {
      rmdirSync(dirname(path));
    } catch {
      // Something else is in there.
    }
  };
}
