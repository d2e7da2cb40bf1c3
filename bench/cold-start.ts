import { spawn } from 'node:child_process';
import { join } from 'node:path';

export interface ColdStart {
  /** From nothing to the bundle's exports. */
  loadMs: number;
  /** Of the first invocation; absent where none was asked for. */
  idleMs?: number;
}

export interface Run {
  event: unknown;
  /** What AWS answers, see replayed-aws.mjs. */
  answers: Record<string, string[]>;
  environment: Record<string, string>;
}

/**
 * Starts Node, loads the bundle and runs its handler once, with the given environment and nothing else.
 * @throws where the handler failed: a time for something that did not work would be a lie
 */
export async function coldStart(file: string, run?: Run): Promise<ColdStart> {
  const script = join(import.meta.dirname, 'load-handler.mjs');
  const given = run === undefined ? [] : [JSON.stringify({ event: run.event, answers: run.answers })];
  const child = spawn(process.execPath, [script, file, ...given], {
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    env: run?.environment ?? {},
    timeout: 30_000,
  });
  const texts = [1, 2, 3].map(() => '');
  child.stdio.slice(1).forEach((stream, index) => {
    stream?.on('data', (chunk: Buffer) => (texts[index] += chunk.toString('utf8')));
  });
  const code = await new Promise<number | null>((ended, failed) => {
    child.on('error', failed);
    child.on('close', ended);
  });
  const [stdout = '', stderr = '', answer = ''] = texts;
  if (code !== 0) throw new Error(`${file} could not be loaded (exit ${code}):\n${stderr}`);
  const { error, ...times } = JSON.parse(answer) as ColdStart & { error?: string };
  if (error !== undefined)
    throw new Error(`the handler of ${file} failed: ${error}\n${stdout.slice(-2_000)}`);
  return times;
}
