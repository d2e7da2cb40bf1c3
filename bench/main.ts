import { benchBundles } from './bundles';
import { benchPlan } from './plan';
import { printTable } from './table';

/** `npm run bench`: a table for people; `-- --json`: one object. `-- --rounds N`: starts of each bundle, default 9. */
const args = process.argv.slice(2);
const roundsAt = args.indexOf('--rounds');
const rounds = roundsAt < 0 ? 9 : Number(args[roundsAt + 1]);
if (!Number.isInteger(rounds) || rounds < 1) throw new RangeError('--rounds takes a whole number from 1');

const plan = benchPlan();
const { emptyLoadMs, handlers } = await benchBundles({ rounds });
if (args.includes('--json')) {
  console.log(JSON.stringify({ plan, bundles: { empty: { loadMs: emptyLoadMs }, ...handlers } }, null, 2));
} else {
  printTable({ plan, bundles: { emptyLoadMs, handlers } });
}
