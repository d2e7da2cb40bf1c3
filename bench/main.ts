import { benchBundles } from './bundles';
import { benchPlan } from './plan';
import { benchReconcile } from './reconcile';
import { printTable } from './table';

/** `npm run bench`: a table for people; `-- --json`: one object. `-- --rounds N`: starts of each bundle, default 9. */
const args = process.argv.slice(2);
const roundsAt = args.indexOf('--rounds');
const rounds = roundsAt < 0 ? 9 : Number(args[roundsAt + 1]);
if (!Number.isInteger(rounds) || rounds < 1) throw new RangeError('--rounds takes a whole number from 1');

// On stderr, once for every client of the local bakery.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';

const plan = benchPlan();
const reconcile = await benchReconcile();
const { emptyLoadMs, handlers } = await benchBundles({ rounds });
if (args.includes('--json')) {
  const bundles = { empty: { loadMs: emptyLoadMs }, ...handlers };
  console.log(JSON.stringify({ plan, reconcile, bundles }, null, 2));
} else {
  printTable({ plan, reconcile, bundles: { emptyLoadMs, handlers } });
}
