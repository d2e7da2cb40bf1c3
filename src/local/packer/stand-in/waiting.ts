import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** A Go duration (`1h30m`, `90s`, `500ms`) in ms. */
export function durationMs(text: string, otherwise: number): number {
  const units: Record<string, number> = { h: 3_600_000, m: 60_000, s: 1_000, ms: 1 };
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|h|m|s)/g)];
  return parts.length === 0
    ? otherwise
    : parts.reduce((sum, [, n, unit]) => sum + Number(n) * units[unit!]!, 0);
}

/** Waits until something listens there. Throws where nobody does in time, or the signal comes. */
export async function waitForPort(
  host: string,
  port: number,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<void> {
  for (const giveUpAtMs = Date.now() + timeoutMs; ;) {
    signal.throwIfAborted();
    if (await listens(host, port)) return;
    if (Date.now() > giveUpAtMs) throw new Error('Timeout waiting for SSH.');
    await sleep(100, undefined, { signal });
  }
}

function listens(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, host);
    const end = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', () => end(true)).once('error', () => end(false));
  });
}
