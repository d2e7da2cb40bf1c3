import type { EndedBake } from '../../../src/lib/ledger/history';
import type { Invariant, SimAccount, SimCall, Universe, Violation } from '../contract';
import { channelChanges, claims, endings } from './changes';
import { Excuses } from './excuses';
import { RevokedModel } from './revoked-model';
import { broken } from './violation';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** Two runs at once, or a run that goes on with what it read long ago. */
const sideBySide = [
  'queue-at-once',
  'queue-twice',
  'killed',
  'call-slow',
  'read-stale',
  'table-restored',
  'write-late',
] as const;

export const revokedDenied: Invariant = {
  name: 'revoked-denied',
  says: 'from the moment a revocation is in the ledger, nothing that it reaches is baked on, begins to come to a channel or gets ready',
  watch: (universe) => {
    const model = RevokedModel.of(universe);
    const excuses = new Excuses(universe);

    const judge = (call: SimCall): Violation[] | undefined => {
      for (const { account, image, bake } of claims(call)) {
        const by = model.reaches(account, image, { bakeId: '', ancestry: bake.ancestry });
        if (by === undefined || isExcused(account, by.sinceMs, call)) continue;
        return broken('revoked-denied', `${image} is claimed on what ${by.id} denies`, { account, bake });
      }
      for (const { account, name, image, isMirror, before, after } of channelChanges(call)) {
        const to = after?.moving?.to;
        if (isMirror || to === undefined || to.bakeId === before?.moving?.to.bakeId) continue;
        // A renamed image takes along what it has, and leaves that under its new name.
        if (before === undefined) continue;
        const by = model.reaches(account, image, to);
        if (by === undefined || isExcused(account, by.sinceMs, call)) continue;
        return broken('revoked-denied', `${name} begins to move to ${to.bakeId}, which ${by.id} denies`, {
          account,
          moving: after?.moving,
        });
      }
      for (const { account, before, bake } of endings(call)) {
        if (before !== undefined || bake.status !== 'ready') continue;
        const by = model.reaches(account, bake.image, { bakeId: bake.id, ancestry: bake.ancestry });
        if (by === undefined || bake.cause.code === 'adopted' || isExcused(account, by.sinceMs, call))
          continue;
        return broken('revoked-denied', `bake ${bake.id} is ready on what ${by.id} denies`, {
          account,
          bake,
        });
      }
      return undefined;
    };

    const isExcused = (account: string, sinceMs: number, call: SimCall): boolean =>
      sinceMs > call.atMs - 30 * minuteMs && excuses.struck(account, sideBySide, call.atMs - hourMs);

    return { afterCall: (call) => (call.ledger.length === 0 ? undefined : judge(call)) };
  },
};

/** A move that is under way goes to its end, its parameter is written again, and some ticks are lost. */
const leavesWithinMs = 4 * hourMs;

export const revokedLeaves: Invariant = {
  name: 'revoked-leaves',
  says: 'what was revoked leaves every channel within a bounded time, unless AWS refuses the move',
  watch: (universe) => {
    const model = RevokedModel.of(universe);
    const excuses = new Excuses(universe);

    const judge = (account: SimAccount, withinMs: number): Violation[] | undefined => {
      const { records, catalog } = universe.look.ledger(account.id);
      if (account.settings.mode === 'observe' || catalog?.inForce === undefined) return undefined;
      for (const { key, channels } of records.values()) {
        for (const [name, { current, moving, blocked }] of Object.entries(channels)) {
          if (current === undefined || blocked !== undefined) continue;
          const by = model.reaches(account.id, key, current);
          if (by === undefined || universe.nowMs() - by.sinceMs <= withinMs) continue;
          if (excuses.restored(account.id, 0)) continue;
          const isTampered = Object.values(current.amis).some((amiId) => excuses.tampered(undefined, amiId));
          if (moving !== undefined && isTampered) continue;
          return broken(
            'revoked-leaves',
            `${key}@${name} still has ${current.bakeId}, which ${by.id} denies`,
            {
              account: account.id,
              current,
              moving,
            },
          );
        }
      }
      return undefined;
    };

    return {
      afterEvent: (event) =>
        event.function === 'tick'
          ? judge(
              universe.accounts.find(({ id }) => id === event.account)!,
              leavesWithinMs,
            )
          : undefined,
      atRest: () => {
        for (const account of universe.accounts) {
          const violation = judge(account, 0);
          if (violation !== undefined) return violation;
        }
        return undefined;
      },
    };
  },
};

interface Reached {
  account: SimAccount;
  bake: EndedBake;
  /** `account/bakery#bake` of what was revoked. */
  by: string;
}

/** Every bake that what people revoked reaches, in whichever account: by ancestries alone, whoever was told of it. */
function* reachedBy(universe: Universe): Generator<Reached> {
  const said = new Set<string>();
  for (const { id, settings } of universe.accounts) {
    for (const { origin, bakeId, lifted } of universe.look.ledger(id).revocations.values()) {
      if (origin.kind === 'person' && lifted === undefined) said.add(`${id}/${settings.bakery}#${bakeId}`);
    }
  }
  if (said.size === 0) return;
  for (const account of universe.accounts) {
    for (const image of universe.look.ledger(account.id).records.keys()) {
      for (const bake of universe.look.bakes(account.id, image)) {
        const names = [
          `${account.id}/${account.settings.bakery}#${bake.id}`,
          ...bake.ancestry.map(
            (it) => `${(it.image ?? '').split('/').slice(0, 2).join('/')}#${it.bakeId ?? ''}`,
          ),
        ];
        const by = names.find((name) => said.has(name));
        if (by !== undefined) yield { account, bake, by };
      }
    }
  }
}

/** Why an AMI could still be started by somebody; undefined: it could not. */
function whyInUse(universe: Universe, region: string, amiId: string): string | undefined {
  const stored = universe.look.ami(amiId, region);
  if (stored === undefined || stored.deregistered) return undefined;
  if (stored.grants.size > 0) return `is shared with ${[...stored.grants.keys()].join(', ')}`;
  return stored.image.State === 'disabled' ? undefined : `is ${stored.image.State}`;
}

export const revokedEverywhere: Invariant = {
  name: 'revoked-everywhere',
  says: 'at rest every descendant of what a person revoked, in every following account, is marked, unshared and disabled',
  watch: (universe) => {
    const excuses = new Excuses(universe);
    return {
      atRest: () => {
        for (const { account, bake, by } of reachedBy(universe)) {
          const { id } = account;
          // What a table that was put back has forgotten, nobody says again; and an account that only observes does nothing.
          if (universe.accounts.some((other) => excuses.restored(other.id, 0))) continue;
          if (account.settings.mode === 'observe') continue;
          const about = { account: id, bake, by };
          const who = `bake ${bake.id} of ${bake.image} in ${id}, which ${by} reaches,`;
          if (bake.status === 'ready' || bake.status === 'deprecated' || bake.status === 'disabled') {
            return broken('revoked-everywhere', `${who} is ${bake.status}`, about);
          }
          if (bake.status !== 'revoked') continue;
          for (const { region, amiId } of bake.revoked?.amis ?? []) {
            const why = whyInUse(universe, region, amiId);
            if (why === undefined || isStillInChannel(universe, id, bake.id)) continue;
            return broken('revoked-everywhere', `${amiId} of ${who} ${why}`, about);
          }
          for (const [region, amiId] of Object.entries(bake.amis ?? {})) {
            const why = whyInUse(universe, region, amiId);
            if (why === undefined || isStillInChannel(universe, id, bake.id)) continue;
            return broken('revoked-everywhere', `${amiId} of ${who} ${why}`, about);
          }
        }
        return undefined;
      },
    };
  },
};

/** AWS refused the move: a person has to look. */
const isStillInChannel = ({ look }: Universe, account: string, bakeId: string): boolean =>
  [...look.ledger(account).records.values()].some(({ channels }) =>
    Object.values(channels).some(
      ({ current, blocked }) => current?.bakeId === bakeId && blocked !== undefined,
    ),
  );

export const revokedOnly: Invariant = {
  name: 'revoked-only',
  says: 'at rest nothing is denied or disabled but what a revocation in force reaches, and nothing of one that was taken back is left',
  watch: (universe) => {
    const model = RevokedModel.of(universe);
    const excuses = new Excuses(universe);
    return {
      atRest: () => {
        for (const { id, settings } of universe.accounts) {
          if (excuses.restored(id, 0) || settings.mode === 'observe') continue;
          const { records, revocations } = universe.look.ledger(id);
          const lifted = [...revocations.values()].find((it) => it.lifted !== undefined);
          if (lifted !== undefined) {
            return broken('revoked-only', `${lifted.bakeId} is being restored still`, {
              account: id,
              lifted,
            });
          }
          for (const { key, revoked = [] } of records.values()) {
            for (const bake of universe.look.bakes(id, key)) {
              const by = model.reaches(id, key, { bakeId: bake.id, ancestry: bake.ancestry });
              const about = { account: id, bake, revoked };
              if (by !== undefined) continue;
              if (bake.status === 'revoked' || revoked.some(({ bakeId }) => bakeId === bake.id)) {
                return broken(
                  'revoked-only',
                  `bake ${bake.id} of ${key} is revoked, and nothing reaches it`,
                  about,
                );
              }
              if (bake.status !== 'ready') continue;
              for (const [region, amiId] of Object.entries(bake.amis ?? {})) {
                if (universe.look.ami(amiId, region)?.image.State !== 'disabled') continue;
                return broken(
                  'revoked-only',
                  `${amiId} of bake ${bake.id} of ${key} is disabled, and nothing reaches it`,
                  about,
                );
              }
            }
          }
        }
        return undefined;
      },
    };
  },
};
