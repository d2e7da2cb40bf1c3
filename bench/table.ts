import type { BundleFigures, HandlerBundle } from './bundles';
import type { ReconcileFigures } from './reconcile';
import type { Counted } from './virtual-ticks';

export interface Figures {
  plan: Record<string, { medianMs: number }>;
  reconcile: ReconcileFigures;
  bundles: BundleFigures;
}

/** The figures for people. */
export function printTable({ plan, reconcile, bundles: { emptyLoadMs, handlers } }: Figures): void {
  print(
    ['planning', 'images', 'ms'],
    Object.entries(plan).map(([images, { medianMs }]) => ['', images, medianMs.toFixed(1)]),
  );
  print(
    ['reconcile', 'calls', 'round trips'],
    Object.entries<Counted>({ ...reconcile }).map(([state, { calls, roundTrips }]) => [
      state,
      String(calls),
      String(roundTrips),
    ]),
  );
  const columns = [
    'kB',
    'loadedKB',
    'loadMs',
    'firstIdleMs',
    'firstSendMs',
    'emptyWithClientMs',
    'defaultKB',
    'defaultLoadMs',
    'defaultFirstIdleMs',
    'defaultFirstSendMs',
  ] as const;
  print(
    ['cold start', ...columns, 'share'],
    Object.entries(handlers).map(([name, handler]) => [
      name,
      ...columns.map((column) => String(handler[column] ?? '')),
      coldStartShares(handler)
        .map((share) => `${Math.round(100 * share)} %`)
        .join(', '),
    ]),
  );
  console.log(
    `an empty handler loads in ${emptyLoadMs} ms; share: load and first run, of the same with esbuild's defaults`,
  );
}

/** Load and first run of the tuned bundle, as a share of the same with default settings, for each kind of first run. */
export function coldStartShares(handler: HandlerBundle): number[] {
  const { loadMs, firstIdleMs, firstSendMs, defaultLoadMs, defaultFirstIdleMs, defaultFirstSendMs } = handler;
  const idle = (loadMs + firstIdleMs) / (defaultLoadMs + defaultFirstIdleMs);
  if (firstSendMs === undefined || defaultFirstSendMs === undefined) return [idle];
  return [idle, (loadMs + firstSendMs) / (defaultLoadMs + defaultFirstSendMs)];
}

function print(head: string[], rows: string[][]): void {
  if (rows.length === 0) return;
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  for (const row of [head, ...rows]) {
    console.log(
      row
        .map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!)))
        .join('  '),
    );
  }
  console.log();
}
