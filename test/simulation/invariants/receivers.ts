import type { UpstreamRecord } from '../../../src/lib/lifecycle/upstream-record';
import type { Invariant } from '../contract';
import { saidBy } from './announcements';
import { mirrorChanges } from './changes';
import { Excuses } from './excuses';
import { broken } from './violation';
import { Truth } from './world-truth';

const dayMs = 24 * 60 * 60_000;

/** What a bakery that is followed has really said: any other word changes nothing. */
export const onlyTrusted: Invariant = {
  name: 'only-trusted',
  says: 'an upstream channel is recorded only as its own bakery announced it, each time under a higher sequence, and at most a day ahead',
  watch: (universe) => {
    const excuses = new Excuses(universe);
    const said = new Map<string, Set<string>>();
    const bakeryOf = new Map(universe.accounts.map(({ id, settings }) => [id, settings.bakery]));
    const text = (bake: string, amis: Record<string, string>, sequence: number) =>
      `${sequence} ${bake} ${JSON.stringify(Object.entries(amis).sort(([a], [b]) => (a < b ? -1 : 1)))}`;
    return {
      afterCall: (call) => {
        if (call.ledger.length === 0) {
          const announced = saidBy(call);
          if (announced === undefined || !call.tookEffect) return undefined;
          for (const line of [...announced.lines, ...announced.withdrawn]) {
            const name = `${bakeryOf.get(call.site.account)}/${line.image}/${line.architecture}@${line.channel}`;
            const known = said.get(name) ?? new Set<string>();
            said.set(name, known.add(text(line.bake, line.amis, line.sequence)));
          }
          return undefined;
        }
        for (const { account, pk, sk, before, after } of call.ledger) {
          if (pk !== 'STATE' || !sk.startsWith('UPSTREAM#')) continue;
          const was = before?.['data'] as UpstreamRecord | undefined;
          const is = after?.['data'] as UpstreamRecord | undefined;
          const about = { account, was, is };
          if (is === undefined) return broken('only-trusted', `${sk} was forgotten`, about);
          if (is.sequence <= (was?.sequence ?? 0)) {
            return broken(
              'only-trusted',
              `${sk} went from sequence ${was?.sequence} to ${is.sequence}`,
              about,
            );
          }
          const name = sk.slice('UPSTREAM#'.length);
          if (said.get(name)?.has(text(is.bakeId, is.amis, is.sequence)) !== true) {
            return broken(
              'only-trusted',
              `${name} is recorded as ${is.bakeId}, which its bakery never announced`,
              about,
            );
          }
          const aheadMs = is.sequence - universe.nowMs();
          if (aheadMs > dayMs && !excuses.struck(account, ['lying-clock'], call.atMs - dayMs)) {
            return broken('only-trusted', `${name} is recorded under a sequence ${aheadMs} ms ahead`, about);
          }
        }
        return undefined;
      },
    };
  },
};

/** A consumer's copy follows each announcement once, and only to an AMI that it can launch. */
export const actsOnce: Invariant = {
  name: 'acts-once',
  says: 'a mirror follows a sequence of its upstream once, and only to an AMI that is shown and its upstream’s own',
  watch: (universe) => {
    const truth = new Truth(universe);
    const excuses = new Excuses(universe);
    const followed = new Map<string, { upstream: string; atMs: number }[]>();
    return {
      afterCall: (call) => {
        if (call.ledger.length === 0) return undefined;
        for (const { account, sk, before, after } of mirrorChanges(call)) {
          const moving = after?.state.moving;
          if (moving === undefined || moving.to.sequence === before?.state.moving?.to.sequence) continue;
          if (moving.cause.code !== 'mirrored') continue;
          const name = sk.slice('MIRROR#'.length);
          const upstream = universe.look.ledger(account).upstreams.get(name);
          const amiId = moving.to.amis[universe.region] ?? '';
          const about = { account, name, moving, upstream };
          if (upstream === undefined)
            return broken('acts-once', `${name} moves, and nothing was announced`, about);
          const sinceMs = call.atMs - 15 * 60_000;
          const stale = excuses.struck(account, ['read-stale'], sinceMs);
          const why = truth.whyNotUsable(account, amiId);
          if (why !== undefined && !stale && !excuses.tampered(undefined, amiId, sinceMs)) {
            return broken('acts-once', `${name} moves to ${amiId}, which ${why}`, about);
          }
          const owner = universe.look.ami(amiId)?.image.OwnerId;
          if (owner !== upstream.account) {
            return broken(
              'acts-once',
              `${name} moves to ${amiId}, which belongs to ${owner}, not to ${upstream.account}`,
              about,
            );
          }
          const key = `${account} ${name}`;
          const known = followed.get(key) ?? [];
          const id = `${upstream.sequence} ${amiId}`;
          const again = known.find((it) => it.upstream === id);
          followed.set(key, [...known, { upstream: id, atMs: call.atMs }].slice(-200));
          // An AMI that was out of force in between may come back under a sequence of its own.
          if (again === undefined || known.at(-1)?.upstream !== id) continue;
          if (excuses.restored(account, again.atMs) || before?.state.blocked !== undefined) continue;
          return broken('acts-once', `${name} follows sequence ${upstream.sequence} a second time`, about);
        }
        return undefined;
      },
    };
  },
};
