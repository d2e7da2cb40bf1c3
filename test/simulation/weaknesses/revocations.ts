import type { Weakness } from '../contract';
import { replacing, rewriting } from './replacing';

export const revocationWeaknesses: Weakness[] = [
  {
    name: 'descendants-not-reached',
    says: 'a revocation reaches the bake alone, and not what was baked on it',
    foundBy: ['revoked-everywhere', 'revoked-denied', 'revoked-leaves'],
    withinSeeds: 60,
    edit: {
      'src/lib/lifecycle/revocation.ts': replacing(
        'descendants-not-reached',
        'revokedAbove',
        '() => () => undefined',
      ),
    },
  },
  {
    name: 'revoked-reused',
    says: 'what was revoked is published again where it is what is desired',
    foundBy: ['revoked-denied', 'revoked-leaves', 'liveness'],
    withinSeeds: 60,
    edit: {
      'src/lib/planning/revoked.ts': replacing('revoked-reused', 'isDenied', '() => () => false'),
      'src/lib/planning/due.ts': rewriting(
        'revoked-reused',
        'revokedBefore(record, desired, snapshot);',
        (chosen) => `${chosen} ? undefined : revokedBefore(record, desired, snapshot);`,
      ),
    },
  },
  {
    name: 'running-not-checked',
    says: 'a bake that runs goes on although what it is built on was revoked',
    foundBy: ['revoked-denied'],
    withinSeeds: 60,
    edit: {
      'src/lib/reconcile/end-revoked.ts': replacing(
        'running-not-checked',
        'endIfRevoked',
        '() => () => Promise.resolve(false)',
      ),
    },
  },
  {
    name: 'revoked-stays',
    says: 'channels stay with what was revoked',
    foundBy: ['revoked-leaves', 'revoked-everywhere', 'liveness'],
    withinSeeds: 40,
    edit: {
      'src/lib/planning/revoked.ts': replacing('revoked-stays', 'leavingChannels', '() => () => []'),
    },
  },
  {
    name: 'revoked-in-use',
    says: 'AMIs of what was revoked are neither unshared nor disabled',
    foundBy: ['revoked-everywhere'],
    withinSeeds: 40,
    edit: {
      'src/lib/reconcile/close-amis.ts': replacing(
        'revoked-in-use',
        'closeAmis',
        '() => () => Promise.resolve()',
      ),
    },
  },
  {
    name: 'refused-deleted',
    says: 'every parameter that SSM refuses is deleted and made anew, whatever its channel has',
    foundBy: ['deletes-only-revoked'],
    withinSeeds: 100,
    edit: {
      'src/lib/reconcile/move-channels.ts': replacing(
        'refused-deleted',
        'leaves',
        "() => () => ({ by: 'nobody', why: 'it was refused' })",
      ),
    },
  },
  {
    name: 'revocation-not-followed',
    says: 'a follower builds on nothing revoked, and keeps what it has built on it',
    foundBy: ['revoked-everywhere'],
    withinSeeds: 100,
    edit: {
      'src/lib/lifecycle/upstream-revocations.ts': replacing(
        'revocation-not-followed',
        'followUpstreams',
        '() => () => []',
      ),
    },
  },
  {
    name: 'restored-in-name',
    says: 'a revocation that is taken back leaves the AMIs disabled',
    foundBy: ['revoked-only'],
    withinSeeds: 60,
    edit: {
      'src/lib/reconcile/reopen-amis.ts': replacing(
        'restored-in-name',
        'reopenAmis',
        '() => () => Promise.resolve({ there: true })',
      ),
    },
  },
];
