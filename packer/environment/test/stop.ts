/** The test was ended before it was done: its time is over, or whoever runs the build asked for it. */
export class Stopped extends Error {
  override readonly name = 'Stopped';
}

/** Waits unless the signal is given, also while it waits: then throws Stopped with the reason of the signal. */
export function waiting(signal: AbortSignal): (ms: number) => Promise<void> {
  const stopped = () => new Stopped(String(signal.reason));
  return (ms) =>
    new Promise((resolve, reject) => {
      if (signal.aborted) return reject(stopped());
      const end = () => {
        clearTimeout(timer);
        reject(stopped());
      };
      const timer = setTimeout(() => {
        signal.removeEventListener('abort', end);
        resolve();
      }, ms);
      signal.addEventListener('abort', end, { once: true });
    });
}
