import type { Bake } from '../../../src/lib/lifecycle/bake';
import type { Invariant, SimCall, SimCommand, Universe, Violation } from '../contract';
import { channelChanges, endings, imageChanges } from './changes';
import { DesiredModel } from './desired-model';
import { Excuses } from './excuses';
import { broken } from './violation';

const minuteMs = 60_000;
const longestRunMs = 15 * minuteMs;
const twoRuns = ['queue-at-once', 'queue-twice', 'call-slow'] as const;

/** What the function `approve` has recorded: who said what, when, and as whom. */
interface Word {
  id: string;
  command: 'approve' | 'reject';
  image: string;
  bake?: string;
  group: string;
  by: string;
  atMs: number;
}

const isOf = (word: Pick<Word, 'image' | 'bake'>, bake: Pick<Bake, 'id' | 'image'>): boolean =>
  (word.image === bake.image || bake.image.startsWith(`${word.image}/`)) &&
  (word.bake === undefined || word.bake === bake.id);

/** Words of people on what waits that the ledger has now, as it had them before a write. */
function wordsBefore(universe: Universe, account: string, call: SimCall): Word[] {
  const gone = call.ledger.flatMap(({ account: at, sk, before, after }) =>
    at === account && sk.startsWith('COMMAND#') && before !== undefined && after === undefined
      ? [before['data'] as Word]
      : [],
  );
  const left = universe.look.ledger(account).commands as readonly unknown[] as Word[];
  return [...gone, ...left].filter(({ command }) => command === 'approve' || command === 'reject');
}

/** Nobody but a person of the group that bakery.yml names lets a bake through. */
export const approvedFirst: Invariant = {
  name: 'approved-first',
  says: 'nothing is published unapproved whose image asks for approval: a person of the group that bakery.yml named has agreed, in time, and to this very bake',
  watch: (universe) => {
    const desired = DesiredModel.of(universe);
    const excuses = new Excuses(universe);
    /** Bakes that were approved as they should be, by account. */
    const approved = new Set<string>();

    const said = (account: string, bake: Bake): SimCommand | undefined => {
      const { group, approved: agreed } = bake.approval ?? {};
      return universe.people.commands.find(
        ({ account: at, event, group: as }) =>
          at === account &&
          event.command === 'approve' &&
          as === group &&
          event['by'] === agreed?.by &&
          isOf({ image: String(event['image']), bake: event['bake'] as string | undefined }, bake),
      );
    };

    const judge = (account: string, from: Bake, to: Bake, call: SimCall): string | undefined => {
      const definition = desired.definition(account, to.image);
      if (to.status === 'approval' && from.status !== 'approval') {
        const { group, askedAtMs = 0, expiresAtMs = 0 } = to.approval ?? {};
        const asks = definition?.approval;
        if (asks === undefined || excuses.struck(account, twoRuns, call.atMs - longestRunMs))
          return undefined;
        if (group !== asks.by) return `it waits for ${group}, and bakery.yml says ${asks.by}`;
        if (expiresAtMs - askedAtMs !== asks.expiresMs)
          return `it may wait ${expiresAtMs - askedAtMs} ms, not ${asks.expiresMs}`;
        return undefined;
      }
      const { approval } = to;
      if (approval?.approved !== undefined && from.approval?.approved === undefined) {
        if (said(account, to) === undefined) return `${approval.approved.by} has never said so`;
        if (approval.approved.atMs >= approval.expiresAtMs)
          return 'its time was over when somebody agreed to it';
        approved.add(`${account} ${to.id}`);
      }
      const goesOn = to.status === 'distributing' || to.status === 'ready';
      if (!goesOn || from.status === 'distributing') return undefined;
      if (from.status === 'approval')
        return approval?.approved === undefined ? 'nobody has approved it' : undefined;
      return definition?.approval === undefined || excuses.struck(account, twoRuns, call.atMs - longestRunMs)
        ? undefined
        : `it was to wait for ${definition.approval.by}`;
    };

    const goesWithout = (call: SimCall): Violation[] | undefined => {
      for (const { account, image, name, isMirror, before, after } of channelChanges(call)) {
        const moving = after?.moving;
        if (isMirror || moving === undefined || moving.to.sequence === before?.moving?.to.sequence) continue;
        const { cause, to } = moving;
        if (cause.code !== 'reused' || to.bakeId === before?.current?.bakeId) continue;
        if (desired.definition(account, image)?.approval === undefined) continue;
        if (approved.has(`${account} ${to.bakeId}`)) continue;
        if (excuses.struck(account, twoRuns, call.atMs - longestRunMs)) continue;
        return broken('approved-first', `${name} is to have ${to.bakeId} again, which nobody has approved`, {
          account,
          to,
        });
      }
      return undefined;
    };

    return {
      afterCall: (call) => {
        if (call.ledger.length === 0) return undefined;
        for (const { account, before, after } of imageChanges(call)) {
          const from = before?.live;
          if (from === undefined) continue;
          const to =
            after?.live?.id === from.id
              ? after.live
              : (endings(call).find(({ bake }) => bake.id === from.id)?.bake as Bake | undefined);
          if (to === undefined) continue;
          // Who has agreed is noted after a table was put back as well.
          const why = judge(account, from, to, call);
          if (why !== undefined && !excuses.restored(account, from.claimedAtMs))
            return broken('approved-first', `bake ${to.id} of ${to.image} is ${to.status}, and ${why}`, {
              account,
              from,
              to,
            });
        }
        return goesWithout(call);
      },
    };
  },
};

/** Of two people the first one's word holds, whoever is read first. */
export const firstWordCounts: Invariant = {
  name: 'first-word-counts',
  says: 'an approval is decided once: the first word of somebody who may decide counts, a later one changes nothing, and a bake’s people are reminded once at most',
  watch: (universe) => {
    const excuses = new Excuses(universe);
    const reminded = new Map<string, number>();

    const judge = (account: string, from: Bake, to: Bake, call: SimCall): string | undefined => {
      const was = from.approval?.approved;
      const is = to.approval?.approved;
      if (was !== undefined && JSON.stringify(was) !== JSON.stringify(is))
        return `${was.by} had approved it, and now ${is?.by ?? 'nobody'} has`;
      const isRejected = to.failure?.class === 'disapproved';
      if (was !== undefined && isRejected) return `${was.by} had approved it, and it is rejected`;
      if (to.approval?.remindedAtMs !== undefined && from.approval?.remindedAtMs === undefined) {
        const times = (reminded.get(`${account} ${to.id}`) ?? 0) + 1;
        reminded.set(`${account} ${to.id}`, times);
        if (times > 1 && !excuses.restored(account, from.claimedAtMs))
          return `its people are reminded ${times} times`;
      }
      if (was !== undefined || (is === undefined && !isRejected)) return undefined;
      const words = wordsBefore(universe, account, call)
        .filter((word) => isOf(word, to) && word.group === to.approval?.group)
        .sort((a, b) => a.atMs - b.atMs || (a.id < b.id ? -1 : 1));
      const [first] = words;
      if (first === undefined) return undefined;
      return (first.command === 'reject') === isRejected
        ? undefined
        : `${first.by} was the first to decide on it, to ${first.command}`;
    };

    return {
      afterCall: (call) => {
        if (call.ledger.length === 0) return undefined;
        for (const { account, before, after } of imageChanges(call)) {
          const from = before?.live;
          if (from?.status !== 'approval') continue;
          const to =
            after?.live?.id === from.id
              ? after.live
              : (endings(call).find(({ bake }) => bake.id === from.id)?.bake as Bake | undefined);
          const why = to === undefined ? undefined : judge(account, from, to, call);
          if (why !== undefined)
            return broken(
              'first-word-counts',
              `bake ${from.id} of ${from.image} is ${to!.status}, and ${why}`,
              {
                account,
                from,
                to,
                words: wordsBefore(universe, account, call),
              },
            );
        }
        return undefined;
      },
    };
  },
};
