import type { Notice } from '../../../src/lib/lifecycle/image-record';
import type { Invariant } from '../contract';
import { imageChanges } from './changes';
import { broken } from './violation';

/** How many notices an item keeps; the oldest go where nobody takes them. */
const kept = 20;

const idOf = (subject: string, text: string) => `${subject}\n${text.length}\n${text.slice(0, 500)}`;

export const noticesSent: Invariant = {
  name: 'notices-sent',
  says: 'a notice leaves the ledger only after it went out',
  watch: (universe) => {
    const sent = new Set<string>();
    return {
      afterCall: (call) => {
        if (call.operation === 'Publish' && call.tookEffect && call.site.caller === 'lambda:reconcile') {
          const { Subject = '', Message = '' } = call.input as { Subject?: string; Message?: string };
          sent.add(`${call.site.account} ${idOf(Subject, Message)}`);
          return undefined;
        }
        if (call.ledger.length === 0) return undefined;
        const changes: { account: string; before: Notice[]; after: Notice[] }[] = imageChanges(call).map(
          ({ account, before, after }) => ({
            account,
            before: before?.outbox ?? [],
            after: after?.outbox ?? [],
          }),
        );
        for (const { account, sk, before, after } of call.ledger) {
          if (sk !== 'META' || after === undefined) continue;
          const outbox = (item: typeof before) =>
            (item?.['data'] as { outbox: Notice[] } | undefined)?.outbox ?? [];
          changes.push({ account, before: outbox(before), after: outbox(after) });
        }
        for (const { account, before, after } of changes) {
          if (before.length === 0 || after.length >= kept) continue;
          const settings = universe.accounts.find(({ id }) => id === account)!.settings;
          const left = new Set(after.map(({ id }) => id));
          const lost = before.find(
            ({ id, subject, text, target }) =>
              !left.has(id) &&
              !sent.has(`${account} ${idOf(subject, text)}`) &&
              (settings.notify.default ?? settings.notify.targets[target ?? '']) !== undefined,
          );
          if (lost !== undefined)
            return broken('notices-sent', `"${lost.subject}" left the ledger and was never sent`, {
              account,
              lost,
            });
        }
        return undefined;
      },
    };
  },
};

/** What a person asked for can be read again from nowhere. */
export const commandsKept: Invariant = {
  name: 'commands-kept',
  says: 'what a person asked for leaves the ledger only with the write that remembers it, or that tells why not',
  watch: (universe) => ({
    afterCall: (call) => {
      for (const { account, pk, sk, before, after } of call.ledger) {
        if (pk !== 'STATE' || !sk.startsWith('COMMAND#') || before === undefined || after !== undefined)
          continue;
        const remembers = call.ledger.some(
          (other) =>
            other.after !== undefined &&
            (other.sk.startsWith('IMAGE#') || other.sk.startsWith('REVOKED#') || other.sk === 'META'),
        );
        // A pin names the command that it answers.
        const { id } = before['data'] as { id: string };
        const isPinned = [...universe.look.ledger(account).records.values()].some(({ channels }) =>
          Object.values(channels).some(({ pin }) => pin?.commandId === id),
        );
        if (!remembers && !isPinned)
          return broken('commands-kept', `${sk} is gone, and nothing remembers it`, { account, before });
      }
      return undefined;
    },
  }),
};
