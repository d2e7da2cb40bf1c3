import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** Output may trail behind the end of packer this long. */
const trailingOutputMs = 5_000;

/**
 * Runs packer to its end and hands over each line of its output. Signals are passed on, so that packer can terminate its
 * instance where whoever stops the build gives it the time.
 */
export function runPacker(options: {
  packer: string;
  args: string[];
  folder: string;
  environment: Record<string, string | undefined>;
  onLine: (line: string) => void;
}): Promise<number> {
  return new Promise((resolve, reject) => {
    const { packer, args, folder, environment } = options;
    let kill = (_signal: NodeJS.Signals): unknown => undefined;
    // Before packer starts: a signal that comes too early would end this process and leave packer without one.
    const passOn = (signal: NodeJS.Signals): void => {
      kill(signal);
    };
    process.on('SIGINT', passOn).on('SIGTERM', passOn);
    const child = spawn(packer, args, { cwd: folder, env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
    kill = (signal) => child.kill(signal);
    createInterface({ input: child.stdout }).on('line', options.onLine);
    createInterface({ input: child.stderr }).on('line', options.onLine);
    child.once('error', reject);
    const ended = (code: number | null): void => {
      process.off('SIGINT', passOn).off('SIGTERM', passOn);
      resolve(code ?? 1);
    };
    child.once('close', ended);
    // A plugin that packer left behind must not hold up the build.
    child.once('exit', (code) => setTimeout(() => ended(code), trailingOutputMs).unref());
  });
}
