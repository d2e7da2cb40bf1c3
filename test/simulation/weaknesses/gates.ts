import type { Weakness } from '../contract';
import { replacing, rewriting } from './replacing';

/** Of what stands between a finished build and its channels, and of what moves these back and on. */
export const gateWeaknesses: Weakness[] = [
  {
    name: 'published-before-tests',
    says: 'what has tests is published as soon as it is built',
    foundBy: ['tested-first'],
    withinSeeds: 40,
    edit: {
      'src/lib/reconcile/adopt-bake.ts': rewriting(
        'published-before-tests',
        'definition?.test === undefined',
        (chosen) => `(${chosen} || definition?.test === undefined)`,
      ),
    },
  },
  {
    name: 'tests-not-compared',
    says: 'a bake that has passed other checks, or none, is published again',
    foundBy: ['tested-first'],
    withinSeeds: 40,
    edit: {
      'src/lib/planning/reuse.ts': rewriting(
        'tests-not-compared',
        '(gates.tests === undefined || bake.tests?.objectId === gates.tests)',
        (chosen) => `(${chosen} || gates.tests === undefined || bake.tests?.objectId === gates.tests)`,
      ),
    },
  },
  {
    name: 'untested-promoted',
    says: 'a further channel gets what was never tested, although the image has tests',
    foundBy: ['tested-first'],
    withinSeeds: 40,
    edit: {
      'src/lib/planning/further.ts': rewriting(
        'untested-promoted',
        'test === undefined ? free',
        (chosen) => `${chosen} || test === undefined ? free`,
      ),
    },
  },
  {
    name: 'approval-skipped-at-reuse',
    says: 'a bake that nobody has approved is published again where approval is asked for',
    foundBy: ['approved-first'],
    withinSeeds: 40,
    edit: {
      'src/lib/planning/reuse.ts': rewriting(
        'approval-skipped-at-reuse',
        '(gates.approval !== true || bake.approved !== undefined)',
        (chosen) => `(${chosen} || gates.approval !== true || bake.approved !== undefined)`,
      ),
    },
  },
  {
    name: 'expired-approval-published',
    says: 'what nobody has decided on in time is published',
    foundBy: ['approved-first'],
    withinSeeds: 100,
    edit: {
      'src/lib/lifecycle/approval.ts': rewriting(
        'expired-approval-published',
        "return { do: 'expire' };",
        (chosen) => `return { do: ${chosen} ? 'go-on' : 'expire' };`,
      ),
    },
  },
  {
    name: 'late-word-counts',
    says: 'a word that comes after its time counts where no tick has noticed yet',
    foundBy: ['approved-first'],
    withinSeeds: 200,
    edit: {
      'src/lib/reconcile/approve-bake.ts': rewriting(
        'late-word-counts',
        'atMs >= approval.expiresAtMs',
        (chosen) => `!${chosen} && atMs >= approval.expiresAtMs`,
      ),
    },
  },
  {
    name: 'second-word-counts',
    says: 'of two people the last one decides',
    foundBy: ['first-word-counts'],
    withinSeeds: 40,
    edit: {
      'src/lib/reconcile/approve-bake.ts': rewriting(
        'second-word-counts',
        'if (decided !== undefined)',
        (chosen) => `if (!${chosen} && decided !== undefined)`,
      ),
    },
  },
  {
    name: 'soak-ignored',
    says: 'a further channel follows at once, whatever its soak',
    foundBy: ['soaks-first'],
    withinSeeds: 40,
    edit: {
      'src/lib/planning/further.ts': rewriting(
        'soak-ignored',
        'sinceMs + promote.soakMs <= nowMs',
        (chosen) => `(${chosen} || sinceMs + promote.soakMs <= nowMs)`,
      ),
    },
  },
  {
    name: 'soak-restarted',
    says: 'the bake that a newer one takes the place of soaks no longer',
    foundBy: ['soaks-first'],
    withinSeeds: 40,
    edit: {
      'src/lib/lifecycle/soaking.ts': replacing('soak-restarted', 'withLeft', '() => () => undefined'),
    },
  },
  {
    name: 'soaking-list-not-cut',
    says: 'what a channel was rolled back from goes on soaking',
    foundBy: ['soaks-first'],
    withinSeeds: 40,
    edit: {
      'src/lib/lifecycle/soaking.ts': rewriting(
        'soaking-list-not-cut',
        'const after = isBack ?',
        (chosen) => `const after = isBack && !${chosen} ?`,
      ),
    },
  },
  {
    name: 'pin-ignored',
    says: 'a pin is released when the base moves, whatever it is to hold until',
    foundBy: ['rollback-stays'],
    withinSeeds: 40,
    edit: {
      'src/lib/lifecycle/pin.ts': rewriting(
        'pin-ignored',
        "pin.until === 'base' &&",
        (chosen) => `(${chosen} || pin.until === 'base') &&`,
      ),
    },
  },
  {
    name: 'rollback-unpinned',
    says: 'a channel that is rolled back is not pinned there',
    foundBy: ['rollback-stays'],
    withinSeeds: 40,
    edit: {
      'src/lib/reconcile/roll-back.ts': rewriting(
        'rollback-unpinned',
        '{ to, cause }), pin };',
        (chosen) => `{ to, cause }), ...(${chosen} ? {} : { pin }) };`,
      ),
    },
  },
  {
    name: 'promotion-put-off',
    says: 'what a person asks to be promoted is left for later, again and again',
    foundBy: ['commands-carried-out'],
    withinSeeds: 40,
    edit: {
      'src/lib/reconcile/take-commands.ts': rewriting(
        'promotion-put-off',
        'return promoteByHand(run, command, images);',
        (chosen) => `return ${chosen} ? undefined : promoteByHand(run, command, images);`,
      ),
    },
  },
  {
    name: 'window-ignored',
    says: 'channels move at any hour',
    foundBy: ['inside-window'],
    withinSeeds: 40,
    edit: { 'src/lib/definitions/window.ts': replacing('window-ignored', 'isOpen', '() => () => true') },
  },
  {
    name: 'window-in-utc',
    says: 'windows are read as if everybody lived in Greenwich',
    foundBy: ['inside-window', 'truth-at-rest', 'soaks-first'],
    withinSeeds: 200,
    edit: {
      'src/lib/definitions/window.ts': replacing(
        'window-in-utc',
        'minuteOfDay',
        '(original) => (_timezone, nowMs) => original("UTC", nowMs)',
      ),
    },
  },
];
