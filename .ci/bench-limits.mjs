/**
 * `node .ci/bench-limits.mjs REPORT`: fails where a figure that is the same on every machine is over its limit, or a time
 * is so far over it that a busy machine is no excuse; prints times that are over their limit by less.
 */
import { readFileSync } from 'node:fs';

/** What a time may be over its limit by, on a machine that does other things as well. */
const excuse = 1.6;

const { plan, reconcile, bundles } = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const { empty: _, ...handlers } = bundles;

const counts = [
  ['calls of an idle reconcile', reconcile.idle.calls, 6],
  ['round trips of an idle reconcile', reconcile.idle.roundTrips, 3],
  ['round trips of a hop', reconcile.hop.roundTrips, 11],
];
const times = [
  ['ms to plan 10,000 images', plan['10000'].medianMs, 50],
  ['times as long for 10,000 images as for 1,000', plan['10000'].medianMs / plan['1000'].medianMs, 12],
  ...Object.entries(handlers).map(([name, it]) => [
    `cold start of ${name} with an idle run as a share of the default bundle's`,
    (it.loadMs + it.firstIdleMs) / (it.defaultLoadMs + it.defaultFirstIdleMs),
    0.5,
  ]),
  ...Object.entries(handlers).flatMap(([name, it]) =>
    it.firstSendMs === undefined
      ? []
      : [
          [
            `cold start of ${name} with a run that sends as a share of the default bundle's`,
            (it.loadMs + it.firstSendMs) / (it.defaultLoadMs + it.defaultFirstSendMs),
            0.5,
          ],
        ],
  ),
  ...Object.entries(handlers).flatMap(([name, it]) =>
    name === 'reconcile'
      ? []
      : [
          [
            `load of ${name} as a multiple of an empty handler's with its SDK clients`,
            it.loadMs / it.emptyWithClientMs,
            2,
          ],
        ],
  ),
];

let failed = false;
const check = (figures, allowance) => {
  for (const [what, value, limit] of figures) {
    if (value <= limit) continue;
    const over = value > limit * allowance;
    failed ||= over;
    console.log(`${over ? 'FAILED' : 'over'}: ${what}: ${value.toFixed(2)}, limit ${limit}`);
  }
};
check(counts, 1);
check(times, excuse);
process.exit(failed ? 1 : 0);
