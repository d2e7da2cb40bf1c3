import type { Weakness } from '../contract';
import { rewriting } from './replacing';

const rule = 'src/lib/lifecycle/unchanged.ts';

export const nightWeaknesses: Weakness[] = [
  {
    name: 'unknown-is-equal',
    says: 'packages that nobody told count as the same ones',
    foundBy: ['unchanged-nights'],
    withinSeeds: 40,
    edit: {
      [rule]: rewriting(
        'unknown-is-equal',
        "return 'its packages are not known';",
        (chosen) => `return ${chosen} ? undefined : 'its packages are not known';`,
      ),
    },
  },
  {
    name: 'packages-not-compared',
    says: 'a scheduled bake is discarded whatever is installed in it',
    foundBy: ['unchanged-nights'],
    withinSeeds: 40,
    edit: {
      [rule]: rewriting(
        'packages-not-compared',
        'bake.packages.hash !== before.packages.hash',
        (chosen) => `!${chosen} && bake.packages.hash !== before.packages.hash`,
      ),
    },
  },
  {
    name: 'night-not-noted',
    says: 'what a night was equal to does not count as made in it, and is baked again and again',
    foundBy: ['unchanged-nights', 'second-claim'],
    withinSeeds: 40,
    edit: {
      [rule]: rewriting(
        'night-not-noted',
        'Math.max(before.notBefore, bake.notBefore)',
        (chosen) => `${chosen} ? before.notBefore : Math.max(before.notBefore, bake.notBefore)`,
      ),
    },
  },
  {
    name: 'night-not-indexed',
    says: 'what a night was equal to is not found again by a revert',
    foundBy: ['second-claim', 'economy'],
    withinSeeds: 100,
    edit: {
      'src/lib/reconcile/discard-bake.ts': rewriting(
        'night-not-indexed',
        'indexReady({ ...indexed, sequence: 0 })',
        (chosen) =>
          `indexReady({ ...indexed, ...(${chosen} ? { notBefore: before.notBefore } : {}), sequence: 0 })`,
      ),
    },
  },
];
