import { hostname, userInfo } from 'node:os';
import { readEnvironment } from './environment';
import { runCli } from './run-cli';
import type { Surroundings } from './surroundings';

const line = (stream: NodeJS.WriteStream) => (text: string) => void stream.write(`${text}\n`);

const around: Surroundings = {
  ...readEnvironment(),
  cwd: process.cwd(),
  person: `${userName()}@${hostname()}`,
  out: line(process.stdout),
  err: line(process.stderr),
  nowMs: () => Date.now(),
  exitCode: 0,
};

// A reader that went away (`| head`) has seen enough. The tour has more to do then, and does it itself.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  if (process.stdout.listenerCount('error') === 1) process.exit(around.exitCode);
});

const exitCode = await runCli(process.argv.slice(2), around);
// The tour sets its own; what is still being written is waited for.
if (exitCode !== 0) process.exitCode = exitCode;

/** A container may run as a user that has no name. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid-${process.getuid?.() ?? 'unknown'}`;
  }
}
