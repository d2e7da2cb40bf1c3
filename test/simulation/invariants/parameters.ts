import type { ImageKey } from '../../../src/lib/definitions/catalog';
import type { Channel } from '../../../src/lib/lifecycle/channel';
import type { Invariant, SimAccount, SimCall, Universe, Violation } from '../contract';
import { confirmations } from './changes';
import { Excuses } from './excuses';
import { RevokedModel } from './revoked-model';
import { broken } from './violation';
import { Truth } from './world-truth';

const minuteMs = 60_000;

interface Place {
  channel: Channel;
  title: string;
  image?: ImageKey;
}

function* channelsOf(universe: Universe, account: string): Generator<Place> {
  const { records, mirrors } = universe.look.ledger(account);
  for (const record of records.values()) {
    for (const name in record.channels) {
      yield { channel: record.channels[name]!, title: `${record.key}@${name}`, image: record.key };
    }
  }
  for (const [name, { state }] of mirrors) yield { channel: state, title: `mirror ${name}` };
}

/** A 200 proves nothing: only what reads back counts. */
export const readBack: Invariant = {
  name: 'read-back',
  says: 'a channel moves only after every parameter of it held the new value',
  watch: (universe) => {
    const truth = new Truth(universe);
    const wasDeleted = (account: string, name: string, sinceMs: number) =>
      universe.people.tampering.some(
        (it) =>
          it.kind === 'parameter-deleted' &&
          it.account === account &&
          it.target === name &&
          it.atMs >= sinceMs,
      );
    return {
      afterCall: (call) => {
        if (call.ledger.length === 0) return undefined;
        for (const { account, name, before, after } of confirmations(call)) {
          const moving = before?.moving;
          for (const [region, { name: parameter, value }] of Object.entries(moving?.parameters ?? {})) {
            const about = { account, moving, is: universe.look.parameter(account, parameter, region) };
            if (after!.current!.amis[region] !== value) {
              return broken('read-back', `${name} moved to another AMI than ${parameter} was to hold`, about);
            }
            if (truth.held(account, parameter, value, moving!.startedAtMs, region)) continue;
            // With a parameter that somebody deletes goes its history.
            if (wasDeleted(account, parameter, moving!.startedAtMs)) continue;
            return broken('read-back', `${name} moved, and ${parameter} never held ${value}`, about);
          }
        }
        return undefined;
      },
    };
  },
};

const refused = ['ParameterAlreadyExists', 'ThrottlingException', 'TooManyUpdates', 'RequestLimitExceeded'];

/** One outstanding write per parameter, in the ledger before it is sent. */
export const oneWrite: Invariant = {
  name: 'one-write',
  says: 'a parameter is written only as the ledger says, as often as it says, and only where it is the bakery’s own',
  watch: (universe) => {
    const truth = new Truth(universe);
    const excuses = new Excuses(universe);
    const sent = new Map<string, number>();
    const own = new Set<string>();

    /** What the bakery deletes and makes anew has no writes yet. */
    const startAgain = ({ site: { account, region }, input }: SimCall): void => {
      const { Name } = input as { Name: string };
      for (const key of sent.keys()) if (key.startsWith(`${account} ${region} ${Name} `)) sent.delete(key);
    };

    const judge = (call: SimCall): Violation[] | undefined => {
      const { account, region } = call.site;
      const input = call.input as { Name: string; Value: string; Overwrite?: boolean };
      const about = { account, input, outcome: call.outcome };
      const say = (message: string) => broken('one-write', message, about);
      let found: { moving: NonNullable<Channel['moving']>; attempts: number } | undefined;
      for (const { channel } of channelsOf(universe, account)) {
        const write = channel.moving?.parameters[region];
        if (write?.name === input.Name && write.value === input.Value && write.state !== 'refused') {
          found = { moving: channel.moving!, attempts: write.attempts };
          break;
        }
      }
      if (found === undefined)
        return say(`${input.Name} is written with ${input.Value}, and no move says so`);
      const isUncertain = call.tookEffect || !refused.includes(call.outcome);
      const key = `${account} ${region} ${input.Name} ${found.moving.to.sequence}`;
      const count = (sent.get(key) ?? 0) + (isUncertain ? 1 : 0);
      sent.set(key, count);
      // A table that was put back counts from where it was: a mirror moves again under the sequence it had.
      if (count > found.attempts && !excuses.restored(account, call.atMs)) {
        return say(`${input.Name} was sent ${count} times, and the ledger knows of ${found.attempts}`);
      }
      const name = `${account} ${region} ${input.Name}`;
      const tags = truth.parameterTags(account, input.Name, region);
      const bakery = universe.accounts.find(({ id }) => id === account)!.settings.bakery;
      if (!call.tookEffect) return undefined;
      if (input.Overwrite !== true) own.add(name);
      const keeper = tags?.['bakery'];
      if (input.Overwrite !== true || tags === undefined || keeper === bakery || own.has(name))
        return undefined;
      if (keeper === undefined && found.moving.cause.code === 'adopted') return undefined;
      return say(`${input.Name} is overwritten, and is kept by ${keeper ?? 'nobody'}`);
    };

    return {
      afterCall: (call) => {
        if (call.site.caller !== 'lambda:reconcile') return undefined;
        if (call.operation === 'DeleteParameter' && call.tookEffect) startAgain(call);
        return call.operation === 'PutParameter' ? judge(call) : undefined;
      },
    };
  },
};

/** Ticks of five minutes look at ten parameters each; some are lost, some find the bakery busy. */
const stated = { ticks: 40, ms: 4 * 60 * minuteMs };

/** The bakery's own word for a channel and Parameter Store's are the same, or one is on its way to the other. */
export const sameValue: Invariant = {
  name: 'same-value',
  says: 'a parameter equals its channel’s current or pending value, except for a stated time after a late write or tampering',
  watch: (universe) => {
    const excuses = new Excuses(universe);
    const model = RevokedModel.of(universe);
    const wrong = new Map<string, { sinceMs: number; ticks: number }>();

    const judge = (account: SimAccount): Violation[] | undefined => {
      const nowMs = universe.nowMs();
      const { records, meta, catalog } = universe.look.ledger(account.id);
      const present = new Set(catalog?.inForce?.catalog.images.map(({ key }) => key));
      for (const { channel, title, image } of channelsOf(universe, account.id)) {
        const { current, moving, blocked, parameterNames = {} } = channel;
        for (const [region, parameter] of Object.entries(parameterNames)) {
          const key = `${account.id} ${region} ${parameter}`;
          const is = universe.look.parameter(account.id, parameter, region);
          const pending = moving?.parameters[region];
          if (is === current?.amis[region] || (pending?.name === parameter && is === pending.value)) {
            wrong.delete(key);
            continue;
          }
          // A person has to look, or wants nothing begun; what left bakery.yml is nobody's.
          const left = image !== undefined && !present.has(image);
          // It is deleted before the ledger says that it is.
          const revoked =
            is === undefined &&
            current !== undefined &&
            (image === undefined
              ? universe.look.ledger(account.id).upstreams.get(title.slice('mirror '.length))?.withdrawn ===
                true
              : model.reaches(account.id, image, current) !== undefined);
          const paused =
            meta.paused !== undefined || (image !== undefined && records.get(image)?.paused !== undefined);
          if (blocked !== undefined || paused || left || revoked || account.settings.mode === 'observe')
            continue;
          const since = wrong.get(key) ?? { sinceMs: nowMs, ticks: 0 };
          since.ticks += 1;
          wrong.set(key, since);
          const about = { account: account.id, is, current, pending };
          const publishedAtMs = (current?.publishedAtMs ?? 0) - 60 * minuteMs;
          const accounted =
            excuses.tampered(account.id, parameter) ||
            excuses.struck(
              account.id,
              [
                'write-late',
                'call-slow',
                'parameter-never-takes',
                'parameter-history-full',
                'call-fails-after',
                'killed',
                'table-restored',
                'queue-at-once',
                'lying-clock',
              ],
              publishedAtMs,
            );
          if (!accounted && moving === undefined) {
            return broken(
              'same-value',
              `${parameter} of ${title} reads ${is ?? 'nothing'}, and nothing explains it`,
              about,
            );
          }
          if (since.ticks > stated.ticks && nowMs - since.sinceMs > stated.ms) {
            return broken(
              'same-value',
              `${parameter} of ${title} reads ${is ?? 'nothing'} since ${since.ticks} ticks`,
              about,
            );
          }
        }
      }
      return undefined;
    };

    return {
      afterEvent: (event) =>
        event.function === 'tick'
          ? judge(universe.accounts.find(({ id }) => id === event.account)!)
          : undefined,
      atRest: () => {
        for (const account of universe.accounts) {
          const violation = judge(account);
          if (violation !== undefined) return violation;
        }
        return undefined;
      },
    };
  },
};
