import type { Channel } from '../../../src/lib/lifecycle/channel';
import type { Invariant, SimCall, Universe, Violation } from '../contract';
import { channelChanges, endings, imageChanges } from './changes';
import { Excuses } from './excuses';
import { broken } from './violation';

/** The two tables of the design, written down once more: what is not here must never be seen in the ledger. */
const order = ['claimed', 'building', 'testing', 'approval', 'distributing'] as const;
const ends = ['ready', 'failed', 'rejected', 'abandoned', 'timed-out'];
const afterwards: Record<string, string[]> = {
  ready: ['deprecated', 'revoked'],
  deprecated: ['disabled', 'ready', 'revoked'],
  disabled: ['deregistered', 'deprecated', 'revoked'],
  revoked: ['ready', 'deregistered'],
};

const rank = (status: string): number => order.indexOf(status as (typeof order)[number]);

function bakesMove(call: SimCall): Violation[] | undefined {
  const ended = endings(call);
  for (const { account, before, bake } of ended) {
    if (before === undefined || before.status === bake.status) continue;
    if (!(afterwards[before.status] ?? []).includes(bake.status)) {
      return broken('transitions', `bake ${bake.id} went from ${before.status} to ${bake.status}`, {
        account,
      });
    }
  }
  for (const { account, before, after } of imageChanges(call)) {
    const from = before?.live;
    const to = after?.live;
    const about = { account, image: (after ?? before)!.key };
    if (from === undefined) {
      if (to !== undefined && to.status !== 'claimed') {
        return broken('transitions', `bake ${to.id} began as ${to.status}`, about);
      }
      continue;
    }
    if (to !== undefined && to.id !== from.id) {
      // What waits for a person makes room for what is newer, and ends in the same write.
      const left = ended.find(({ bake }) => bake.id === from.id)?.bake;
      if (from.status === 'approval' && left?.failure?.class === 'superseded' && to.status === 'claimed')
        continue;
      return broken(
        'transitions',
        `bake ${to.id} took the place of ${from.id}, which was ${from.status}`,
        about,
      );
    }
    if (to !== undefined) {
      if (rank(to.status) < rank(from.status) || rank(to.status) - rank(from.status) > order.length - 1) {
        return broken('transitions', `bake ${to.id} went from ${from.status} to ${to.status}`, about);
      }
      if (rank(from.status) === 0 && rank(to.status) > 1) {
        return broken(
          'transitions',
          `bake ${to.id} went from claimed to ${to.status} without a build`,
          about,
        );
      }
      continue;
    }
    const end = ended.find(({ bake }) => bake.id === from.id)?.bake;
    if (end === undefined) {
      // A claim that CodeBuild had no room for is taken back.
      if (from.status === 'claimed') continue;
      return broken('transitions', `bake ${from.id} vanished while it was ${from.status}`, about);
    }
    if (end.status === 'unchanged' && from.status === 'building') continue;
    if (!ends.includes(end.status) || (end.status === 'ready' && rank(from.status) === 0)) {
      return broken('transitions', `bake ${from.id} went from ${from.status} to ${end.status}`, about);
    }
  }
  return undefined;
}

const statusOf = (channel: Channel | undefined): 'idle' | 'moving' | 'confirmed' => {
  if (channel?.moving !== undefined) return 'moving';
  return saidUnder(channel) > (channel?.announcedSequence ?? 0) ? 'confirmed' : 'idle';
};

/** Of what it has, or of having nothing any more. */
const saidUnder = (channel: Channel | undefined): number =>
  channel?.current?.sequence ?? channel?.withdrawn?.sequence ?? 0;

/** The same is told again, with another list of what was revoked: everything stays but the sequences, which rise. */
const isToldAgain = (before: Channel | undefined, after: Channel): boolean =>
  before?.current !== undefined &&
  after.current?.bakeId === before.current.bakeId &&
  after.current.sequence > before.lastSequence &&
  after.moving?.to.bakeId === before.moving?.to.bakeId &&
  (after.moving === undefined || after.moving.to.sequence === after.current.sequence + 1) &&
  after.lastSequence === (after.moving?.to ?? after.current).sequence;

/** Nothing good was left, and it has been told under a sequence of its own. */
const isWithdrawn = (
  before: Channel | undefined,
  { current, moving, withdrawn, lastSequence }: Channel,
): boolean =>
  before?.current !== undefined &&
  before.moving === undefined &&
  current === undefined &&
  moving === undefined &&
  withdrawn?.bakeId === before.current.bakeId &&
  withdrawn.sequence > before.lastSequence &&
  lastSequence === withdrawn.sequence;

function channelsMove(call: SimCall): Violation[] | undefined {
  for (const { account, name, isMirror, before, after } of channelChanges(call)) {
    if (after === undefined) {
      if (before?.current !== undefined)
        return broken('transitions', `${name} lost its channel`, { account });
      continue;
    }
    const from = statusOf(before);
    const about = { account, before, after };
    if (isToldAgain(before, after) || isWithdrawn(before, after)) continue;
    const moved = after.current?.sequence !== before?.current?.sequence;
    // A renamed image takes over where its old name was, and moves to it under the new one.
    const isTakenOver = before === undefined && after.moving?.to.bakeId === after.current?.bakeId;
    if (moved && !isTakenOver) {
      if (from !== 'moving') return broken('transitions', `${name} moved while it was ${from}`, about);
      const { moving } = before!;
      if (after.current!.sequence !== moving!.to.sequence || after.current!.bakeId !== moving!.to.bakeId) {
        return broken('transitions', `${name} moved elsewhere than it was on its way to`, about);
      }
      if (after.moving !== undefined) return broken('transitions', `${name} moved and goes on moving`, about);
    } else if (before !== undefined && after.current?.bakeId !== before.current?.bakeId) {
      return broken('transitions', `${name} points to another bake under the same sequence`, about);
    }
    if (after.moving !== undefined && after.moving.to.sequence !== before?.moving?.to.sequence) {
      if (from === 'moving') return broken('transitions', `${name} began to move while it was moving`, about);
      if (after.moving.to.sequence <= (before?.lastSequence ?? 0)) {
        return broken('transitions', `${name} began to move under an old sequence`, about);
      }
    }
    if (
      after.lastSequence < (before?.lastSequence ?? 0) ||
      after.announcedSequence < (before?.announcedSequence ?? 0)
    ) {
      return broken('transitions', `${name} forgot a sequence`, about);
    }
    if (!isMirror && after.announcedSequence > saidUnder(after)) {
      return broken('transitions', `${name} has announced more than it confirmed`, about);
    }
  }
  return undefined;
}

export const transitions: Invariant = {
  name: 'transitions',
  says: 'bakes and channels change only as the two tables of the design allow',
  watch: () => ({
    afterCall: (call) => (call.ledger.length === 0 ? undefined : (bakesMove(call) ?? channelsMove(call))),
  }),
};

/** Each write of a record knows the one before it: nobody's write is ever overwritten unread. */
export const versions: Invariant = {
  name: 'versions',
  says: 'a record that is written again is the one that was read, one version on',
  watch: (universe: Universe) => {
    const excuses = new Excuses(universe);
    return {
      afterCall: (call) => {
        for (const { account, pk, sk, before, after } of call.ledger) {
          if (
            pk !== 'STATE' ||
            after === undefined ||
            sk.startsWith('UPSTREAM#') ||
            sk.startsWith('COMMAND#')
          )
            continue;
          const was = Number(before?.['version'] ?? 0);
          const is = Number(after['version']);
          if (sk.startsWith('SLOT#')) {
            if (before === undefined) continue;
            return broken('versions', `${sk} was taken while it was held`, { account, before, after });
          }
          if (is === was + 1) continue;
          if (before === undefined && excuses.restored(account, 0)) continue;
          return broken('versions', `${sk} went from version ${was} to ${is}`, { account, before, after });
        }
        return undefined;
      },
    };
  },
};

/** A slot is held by the bake that runs in it. */
export const slots: Invariant = {
  name: 'slots',
  says: 'a build slot is freed when its bake no longer runs, and never before',
  watch: (universe) => ({
    afterCall: (call) => {
      for (const { account, pk, sk, before, after } of call.ledger) {
        if (pk !== 'STATE' || !sk.startsWith('SLOT#') || after !== undefined || before === undefined)
          continue;
        const { bakeId } = before['data'] as { bakeId: string };
        for (const { live, key } of universe.look.ledger(account).records.values()) {
          // Once it is built and tested, a bake needs no slot for what follows.
          if (live?.id !== bakeId || rank(live.status) > rank('testing')) continue;
          return broken('slots', `${sk} was freed while bake ${bakeId} of ${key} is ${live.status}`, {
            account,
          });
        }
      }
      return undefined;
    },
    atRest: () => {
      for (const { id } of universe.accounts) {
        const { slots: held, records } = universe.look.ledger(id);
        const live = new Set([...records.values()].flatMap((record) => record.live?.id ?? []));
        for (const [slot, { bakeId }] of held) {
          if (!live.has(bakeId))
            return broken('slots', `slot ${slot} is held by ${bakeId}, which has ended`, { account: id });
        }
      }
      return undefined;
    },
  }),
};
