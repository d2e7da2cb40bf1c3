import type { Weakness } from '../contract';
import { replacing, rewriting } from './replacing';

export const ledgerWeaknesses: Weakness[] = [
  {
    name: 'no-conditions',
    says: 'the ledger is written without conditions',
    foundBy: ['versions', 'transitions', 'slots', 'only-trusted'],
    withinSeeds: 40,
    edit: {
      'src/lib/aws/dynamodb-conditions.ts': replacing('no-conditions', 'conditionOf', '() => () => ({})'),
    },
  },
  {
    name: 'first-page-ledger',
    says: 'only the first page of the ledger is read',
    foundBy: ['whole-reads'],
    withinSeeds: 20,
    edit: {
      'src/lib/aws/dynamodb.ts': rewriting(
        'first-page-ledger',
        'while (ExclusiveStartKey !== undefined',
        (chosen) => `while (!${chosen} && ExclusiveStartKey !== undefined`,
      ),
    },
  },
  {
    name: 'slots-never-freed',
    says: 'the slot of a bake that failed is never freed',
    foundBy: ['slots', 'liveness', 'max-wait'],
    withinSeeds: 100,
    faults: ['build-fails'],
    edit: {
      'src/lib/reconcile/end-bake.ts': rewriting(
        'slots-never-freed',
        'holdsSlot(bake.status) ?',
        (chosen) => `!${chosen} && holdsSlot(bake.status) ?`,
      ),
      'src/lib/reconcile/leaked-slots.ts': replacing(
        'slots-never-freed',
        'deleteLeakedSlots',
        '() => () => Promise.resolve()',
      ),
    },
  },
  {
    name: 'ancestors-unconditional',
    says: 'a claim is not conditional on its ancestors and on the announcement it builds on',
    foundBy: ['settled-ancestors', 'sound-base'],
    withinSeeds: 100,
    faults: ['queue-at-once', 'call-slow'],
    edit: {
      'src/lib/reconcile/claim.ts': replacing('ancestors-unconditional', 'ancestorChecks', '() => () => []'),
    },
  },
  {
    name: 'outbox-cleared-first',
    says: 'notices are taken out of the ledger before they are sent',
    foundBy: ['notices-sent'],
    withinSeeds: 20,
    edit: {
      'src/lib/reconcile/send-notices.ts': replacing(
        'outbox-cleared-first',
        'sendNotices',
        `(original) => async (run) => {
          const waiting = run.records.filter(({ outbox }) => outbox.length > 0);
          await run.each(waiting, 'telling', ({ key }) => key, (record) => run.save({ ...record, outbox: [] }));
          for (const { outbox } of waiting) for (const notice of outbox) await send(run, notice);
          await original(run);
        }`,
      ),
    },
  },
  {
    name: 'command-deleted-first',
    says: 'a command is deleted before what it asks for is remembered',
    foundBy: ['commands-kept'],
    withinSeeds: 40,
    edit: {
      'src/lib/reconcile/take-commands.ts': replacing(
        'command-deleted-first',
        'remember',
        `(original) => async (run, command, images, change) => {
          await run.deps.table.write([deleteCommand(command.id)]);
          await original(run, command, images, change);
        }`,
      ),
    },
  },
  {
    name: 'sequence-without-time',
    says: 'a sequence is the last one and one, which a table that was put back gives twice',
    foundBy: ['announced-after-read-back', 'one-write', 'transitions'],
    withinSeeds: 100,
    edit: {
      'src/lib/lifecycle/channel-transitions.ts': replacing(
        'sequence-without-time',
        'nextSequence',
        '() => (channel) => channel.lastSequence + 1',
      ),
    },
  },
];
