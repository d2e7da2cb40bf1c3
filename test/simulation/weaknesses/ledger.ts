import type { Weakness } from '../contract';
import { replacing, rewriting } from './replacing';

export const ledgerWeaknesses: Weakness[] = [
  {
    name: 'no-conditions',
    says: 'the ledger is written without conditions',
    foundBy: ['versions', 'transitions', 'slots'],
    withinSeeds: 40,
    edit: { 'src/lib/aws/dynamodb-conditions.ts': replacing('conditionOf', '() => () => ({})') },
  },
  {
    name: 'first-page-ledger',
    says: 'only the first page of the ledger is read',
    foundBy: ['whole-reads'],
    withinSeeds: 20,
    edit: {
      'src/lib/aws/dynamodb.ts': rewriting(
        'while (ExclusiveStartKey !== undefined && items.length < limit)',
        'while (false)',
      ),
    },
  },
  {
    name: 'slots-never-freed',
    says: 'the slots of bakes that nobody has any more are never freed',
    foundBy: ['slots', 'liveness', 'max-wait'],
    withinSeeds: 400,
    edit: {
      'src/lib/reconcile/leaked-slots.ts': replacing('deleteLeakedSlots', '() => () => Promise.resolve()'),
    },
  },
  {
    name: 'ancestors-unconditional',
    says: 'a claim is not conditional on its ancestors and on the announcement it builds on',
    foundBy: ['settled-ancestors', 'sound-base'],
    withinSeeds: 400,
    edit: { 'src/lib/reconcile/claim.ts': replacing('ancestorChecks', '() => () => []') },
  },
  {
    name: 'outbox-cleared-first',
    says: 'notices are taken out of the ledger before they are sent',
    foundBy: ['notices-sent'],
    withinSeeds: 20,
    edit: {
      'src/lib/reconcile/send-notices.ts': replacing(
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
    foundBy: ['announced-after-read-back'],
    withinSeeds: 400,
    edit: {
      'src/lib/lifecycle/channel-transitions.ts': replacing(
        'nextSequence',
        '() => (channel) => channel.lastSequence + 1',
      ),
    },
  },
];
