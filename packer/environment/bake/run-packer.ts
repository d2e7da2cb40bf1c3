import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

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
    const child = spawn(packer, args, { cwd: folder, env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
    const passOn = (signal: NodeJS.Signals): void => {
      child.kill(signal);
    };
    process.on('SIGINT', passOn).on('SIGTERM', passOn);
    createInterface({ input: child.stdout }).on('line', options.onLine);
    createInterface({ input: child.stderr }).on('line', options.onLine);
    child.once('error', reject);
    child.once('close', (code) => {
      process.off('SIGINT', passOn).off('SIGTERM', passOn);
      resolve(code ?? 1);
    });
  });
}
