import type { ImageKey, Window } from '../../../src/lib/definitions/catalog';
import type { Pin } from '../../../src/lib/lifecycle/pin';
import type { FurtherReport } from '../../../src/lib/reconcile/report';
import type { Invariant, SimCall, Universe, Violation } from '../contract';
import { Asked } from './asked';
import { channelChanges, isToldAgain, type ChannelChange } from './changes';
import { DesiredModel } from './desired-model';
import { Excuses } from './excuses';
import { Stays } from './stays';
import { broken } from './violation';
import { isOpenAt } from './window-model';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const longestRunMs = 15 * minuteMs;

class Judge {
  readonly stays: Stays;
  readonly #desired: DesiredModel;
  readonly #excuses: Excuses;
  readonly #asked: Asked;

  constructor(private readonly universe: Universe) {
    this.stays = new Stays(DesiredModel.of(universe));
    this.#desired = DesiredModel.of(universe);
    this.#excuses = new Excuses(universe);
    this.#asked = new Asked(universe);
  }

  /** Why a further channel may not begin this move; undefined: it may. */
  whyNot(
    { account, image, channel, before }: ChannelChange,
    { cause, to }: { cause: { code: string }; to: { bakeId: string } },
    nowMs: number,
  ): string | undefined {
    const definition = this.#desired.definition(account, image);
    const at = definition?.channels.indexOf(channel) ?? -1;
    const { current } = before ?? {};
    switch (cause.code) {
      case 'amended':
        return current?.bakeId === to.bakeId ? undefined : `it has ${current?.bakeId}`;
      case 'revoked': {
        const had = this.stays.of(account, image, channel, to.bakeId) !== undefined;
        return at < 1 || had || this.#excuses.restored(account, 0) ? undefined : 'it has never had it';
      }
      case 'repaired':
      case 'rolled-back':
      case 'adopted':
        return undefined;
      case 'promoted': {
        if (at < 0 || definition === undefined) return undefined;
        if (at === 0) return 'it is the first channel';
        if (current !== undefined && current.bakeId > to.bakeId)
          return `it has ${current.bakeId}, which is newer`;
        const from = definition.channels[at - 1]!;
        return this.isAskedFor(account, image, channel, to.bakeId)
          ? undefined
          : this.#whyNotYet(account, image, from, to.bakeId, nowMs);
      }
      default:
        return at > 0 ? `nothing comes to it like that (${cause.code})` : undefined;
    }
  }

  /** A person's word is enough. */
  isAskedFor(account: string, image: ImageKey, channel: string, bakeId: string): boolean {
    return this.#asked
      .about(account, 'promote', image, channel)
      .some(({ event }) => event['bake'] === undefined || event['bake'] === bakeId);
  }

  #whyNotYet(
    account: string,
    image: ImageKey,
    from: string,
    bakeId: string,
    nowMs: number,
  ): string | undefined {
    const { promote } = this.#desired.definition(account, image)!;
    if (promote === undefined) return 'bakery.yml leaves that to people, and nobody has asked for it';
    const stay = this.stays.of(account, image, from, bakeId);
    if (stay === undefined) return `${from} has never had it`;
    if (stay.objectedAtMs !== undefined) return `${from} went back from it`;
    const clock = this.#excuses.struck(account, ['lying-clock'], nowMs - 24 * 60 * minuteMs)
      ? 10 * minuteMs
      : 1_000;
    const left = stay.sinceMs + promote.soakMs - nowMs;
    if (left > clock) return `it soaks for ${left} ms more`;
    const pin = this.universe.look.ledger(account).records.get(image)?.channels[from]?.pin;
    return pin !== undefined && pin.from === undefined ? `${pin.by} holds ${from}` : undefined;
  }

  /** What of the report on a further channel is not so; undefined: all of it is. */
  notSo(
    account: string,
    image: ImageKey,
    { channel, reasonCode, reason }: FurtherReport,
    nowMs: number,
  ): string | undefined {
    const definition = this.#desired.definition(account, image);
    const at = definition?.channels.indexOf(channel) ?? -1;
    const channels = this.universe.look.ledger(account).records.get(image)?.channels ?? {};
    const before = channels[definition?.channels[at - 1] ?? ''];
    const state = channels[channel];
    if (definition === undefined || at < 1) return 'it is no further channel';
    const from = definition.channels[at - 1]!;
    switch (reasonCode) {
      case 'channel-up-to-date': {
        const newest = before?.current?.bakeId;
        // What was revoked comes to nothing, also where the channel before cannot leave it.
        if (
          this.universe.look
            .ledger(account)
            .records.get(image)
            ?.revoked?.some(({ bakeId }) => bakeId === newest)
        )
          return undefined;
        return newest !== undefined && newest > (state?.current?.bakeId ?? '')
          ? `${from} has ${newest}`
          : undefined;
      }
      case 'channel-empty':
        return before?.current === undefined ? undefined : `${from} has ${before.current.bakeId}`;
      case 'channel-pinned': {
        if (state?.pin === undefined) return 'nobody has pinned it';
        return undefined;
      }
      case 'channel-held':
        return before?.pin === undefined ? `nobody holds ${from}` : undefined;
      case 'channel-by-hand':
        return definition.promote === undefined ? undefined : 'bakery.yml says when';
      case 'channel-untested':
        return definition.test === undefined ? 'the image has no tests' : undefined;
      case 'channel-blocked':
        return state?.blocked === undefined ? 'it is not blocked' : undefined;
      case 'channel-soaking':
        return this.#notSoaking(account, image, from, reason, nowMs);
      case 'channel-window':
        return isOpenAll(definition.window, nowMs) ? 'its window is open' : undefined;
      default:
        return undefined;
    }
  }

  /** A bake that left the channel before, and has soaked for so long that it must have come by now. */
  #soaked(account: string, image: ImageKey, from: string, newest: string, nowMs: number): string | undefined {
    const { channels, promote, test } = this.#desired.definition(account, image)!;
    const to = channels[channels.indexOf(from) + 1] ?? '';
    const { current, pin } = this.universe.look.ledger(account).records.get(image)?.channels[to] ?? {};
    const has = current?.bakeId ?? '';
    const found = this.stays.left(account, image, from).find(([bakeId, { sinceMs }]) => {
      if (bakeId <= has || bakeId >= newest || sinceMs + promote!.soakMs > nowMs - hourMs) return false;
      if (pin !== undefined && this.#isKeptOut(account, image, to, pin, bakeId)) return false;
      return test === undefined && this.#isThere(account, image, bakeId);
    });
    return found?.[0];
  }

  /** A pin keeps out what was begun before it, also where something newer comes past it. */
  #isKeptOut(account: string, image: ImageKey, channel: string, pin: Pin, bakeId: string): boolean {
    const bake = this.universe.look.bakes(account, image).find(({ id }) => id === bakeId);
    if (bake === undefined) return false;
    return (
      bake.claimedAtMs < pin.atMs || !this.#desired.passes(account, image, channel, pin, { ...bake, bakeId })
    );
  }

  #isThere(account: string, image: ImageKey, bakeId: string): boolean {
    const { look, region } = this.universe;
    const bake = look.bakes(account, image).find(({ id }) => id === bakeId);
    return bake?.status === 'ready' && look.ami(bake.amis?.[region] ?? '')?.deregistered === false;
  }

  #notSoaking(
    account: string,
    image: ImageKey,
    from: string,
    reason: string,
    nowMs: number,
  ): string | undefined {
    const { promote } = this.#desired.definition(account, image)!;
    const bakeId = /bake (b-\S+) soaks/.exec(reason)?.[1] ?? '';
    const stay = this.stays.of(account, image, from, bakeId);
    if (promote === undefined) return 'bakery.yml says nothing of promotion';
    if (stay === undefined) return `${from} has never had ${bakeId}`;
    const restored = this.#excuses.restored(account, 0);
    const left = stay.cameAtMs + promote.soakMs - nowMs;
    const over = restored ? undefined : this.#soaked(account, image, from, bakeId, nowMs);
    if (over !== undefined) return `${over} has soaked long enough, and is older`;
    return left >= -minuteMs || restored ? undefined : `it has soaked long enough, ${-left} ms ago`;
  }
}

/** Now and a minute ago. */
const isOpenAll = (window: Window | undefined, nowMs: number): boolean =>
  window === undefined || (isOpenAt(window, nowMs) && isOpenAt(window, nowMs - minuteMs));

export const soaksFirst: Invariant = {
  name: 'soaks-first',
  says: 'a further channel only ever gets what the channel before it has had, after its soak and without an objection, or because a person says so',
  watch: (universe) => {
    const judge = new Judge(universe);
    const excuses = new Excuses(universe);
    const afterCall = (call: SimCall): Violation[] | undefined => {
      for (const change of channelChanges(call)) {
        const { account, image, name, isMirror, before, after } = change;
        const moving = after?.moving;
        if (isMirror || moving === undefined || moving.to.sequence === before?.moving?.to.sequence) continue;
        if (isToldAgain(before, after!)) continue;
        const why = judge.whyNot(change, moving, call.atMs);
        if (
          why === undefined ||
          excuses.struck(account, ['queue-at-once', 'queue-twice', 'call-slow'], call.atMs - longestRunMs)
        )
          continue;
        return broken(
          'soaks-first',
          `${name} begins to move to ${moving.to.bakeId} (${moving.cause.code}), and ${why}`,
          {
            account,
            moving,
            channels: universe.look.ledger(account).records.get(image)?.channels,
          },
        );
      }
      judge.stays.note(call);
      return undefined;
    };
    return {
      afterCall: (call) => (call.ledger.length === 0 ? undefined : afterCall(call)),
      atRest: ({ reports, atMs }) => {
        for (const { id: account } of universe.accounts) {
          for (const { image, further = [] } of reports.get(account)?.images ?? []) {
            for (const report of further) {
              const why = judge.notSo(account, image, report, atMs);
              if (why === undefined) continue;
              return broken(
                'soaks-first',
                `${image}@${report.channel} is ${report.decision} (${report.reason}), and ${why}`,
                {
                  account,
                  report,
                  record: universe.look.ledger(account).records.get(image),
                },
              );
            }
          }
        }
        return undefined;
      },
    };
  },
};
