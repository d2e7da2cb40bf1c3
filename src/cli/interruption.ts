/** Exit codes that shells give to a process ended by a signal: 128 + its number. */
const codes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;
type Signal = keyof typeof codes;

/**
 * Ctrl-C, a closed terminal, an end asked for from outside: `cleanUp` is waited for, then the process ends. A second
 * signal does not wait. Answers a function that ends the watch.
 */
export function onInterruption(made: {
  cleanUp: (signal: Signal) => Promise<void>;
  /** At the very end of the process, however it comes about. */
  lastMoment: () => void;
}): () => void {
  let interrupted = false;
  const handle = (signal: Signal) => {
    if (interrupted) process.exit(codes[signal]);
    interrupted = true;
    void made
      .cleanUp(signal)
      .catch((error: unknown) => process.stderr.write(`${String(error)}\n`))
      .finally(() => process.exit(codes[signal]));
  };
  // A reader that went away (`| head`) is somebody who has seen enough.
  const closed = (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    handle('SIGTERM');
  };
  const signals = Object.keys(codes) as Signal[];
  for (const signal of signals) process.on(signal, handle);
  process.stdout.on('error', closed);
  process.on('exit', made.lastMoment);
  return () => {
    for (const signal of signals) process.off(signal, handle);
    process.stdout.off('error', closed);
    process.off('exit', made.lastMoment);
  };
}
