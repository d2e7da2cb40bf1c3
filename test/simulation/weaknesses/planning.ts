import type { Weakness } from '../contract';
import { replacing, rewriting } from './replacing';

export const planningWeaknesses: Weakness[] = [
  {
    name: 'grandparents-not-awaited',
    says: 'an image waits for its base, and not for what that is built on',
    foundBy: ['settled-ancestors'],
    withinSeeds: 100,
    edit: {
      'src/lib/planning/order.ts': replacing(
        'grandparents-not-awaited',
        'holderOf',
        `(original) => (node, verdict, inherited) => {
          const holder = original(node, verdict, inherited);
          return holder === node || verdict.kind === 'held' ? (holder === node ? node : undefined) : undefined;
        }`,
      ),
    },
  },
  {
    name: 'base-not-awaited',
    says: 'an image does not wait for its base',
    foundBy: ['settled-ancestors', 'sound-base'],
    withinSeeds: 40,
    edit: { 'src/lib/planning/order.ts': replacing('base-not-awaited', 'holderOf', '() => () => undefined') },
  },
  {
    name: 'hash-without-base',
    says: 'the input hash leaves the base out',
    foundBy: ['true-reasons'],
    withinSeeds: 100,
    edit: {
      'src/lib/planning/input-hash.ts': replacing(
        'hash-without-base',
        'inputHash',
        '(original) => (content) => original(content, undefined)',
      ),
    },
  },
  {
    name: 'not-before-by-end',
    says: 'the schedule is compared with the time at which a bake ended',
    foundBy: ['truth-at-rest', 'settled-ancestors'],
    withinSeeds: 100,
    edit: {
      'src/lib/planning/desired.ts': rewriting(
        'not-before-by-end',
        'published.notBefore >= notBefore',
        (chosen) => `(${chosen} ? published.bakedAtMs : published.notBefore) >= notBefore`,
      ),
    },
  },
  {
    name: 'schedule-in-utc',
    says: 'schedules are read as if everybody lived in Greenwich',
    foundBy: ['truth-at-rest', 'settled-ancestors', 'true-reasons'],
    withinSeeds: 100,
    edit: {
      'src/lib/definitions/schedule.ts': replacing(
        'schedule-in-utc',
        'lastFire',
        '(original) => (schedule, ...times) => original({ ...schedule, timezone: "UTC" }, ...times)',
      ),
    },
  },
  {
    name: 'backoff-ignored',
    says: 'a failed bake is tried again at once',
    foundBy: ['second-claim'],
    withinSeeds: 100,
    faults: ['build-fails', 'build-fault'],
    edit: {
      'src/lib/planning/due.ts': rewriting(
        'backoff-ignored',
        'retryAtMs <= nowMs',
        (chosen) => `${chosen} || retryAtMs <= nowMs`,
      ),
    },
  },
  {
    name: 'everything-retried',
    says: 'also what only a person can mend is tried again',
    foundBy: ['second-claim'],
    withinSeeds: 100,
    faults: ['build-fails'],
    edit: {
      'src/lib/planning/retry.ts': rewriting(
        'everything-retried',
        'if (count > rule.retries) return trouble;',
        (chosen) =>
          `if (count > rule.retries) return ${chosen} ? { ...trouble, retryAtMs: nowMs + 60_000 } : trouble;`,
      ),
    },
  },
  {
    name: 'cycle-without-brake',
    says: 'neither an ancestry that comes back to itself nor a runaway is noticed',
    foundBy: ['no-runaway', 'liveness'],
    withinSeeds: 100,
    edit: {
      'src/lib/planning/ancestry.ts': replacing(
        'cycle-without-brake',
        'cycleThrough',
        '() => () => undefined',
      ),
      'src/lib/planning/runaway.ts': replacing('cycle-without-brake', 'runaway', '() => () => undefined'),
    },
  },
  {
    name: 'no-reuse',
    says: 'nothing is ever published again: a revert is baked anew',
    foundBy: ['second-claim', 'one-result', 'economy'],
    withinSeeds: 100,
    edit: {
      'src/lib/planning/reuse.ts': replacing('no-reuse', 'reusable', '() => () => ({ state: "none" })'),
    },
  },
  {
    name: 'reuse-unchecked',
    says: 'a bake is published again without asking whether its AMI still exists',
    foundBy: ['true-reasons'],
    withinSeeds: 100,
    edit: {
      'src/lib/reconcile/make-plan.ts': rewriting(
        'reuse-unchecked',
        "amis.get(bake.amis[region] ?? '')?.state === 'available'",
        (chosen) => `(${chosen} || amis.get(bake.amis[region] ?? '')?.state === 'available')`,
      ),
    },
  },
];
