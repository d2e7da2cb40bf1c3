import type { ImageKey } from '../../../src/lib/definitions/catalog';
import type { Invariant, SimEvent, Violation } from '../contract';
import { claims } from './changes';
import { DesiredModel } from './desired-model';
import { Excuses } from './excuses';
import { broken } from './violation';
import { Truth } from './world-truth';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** Nobody and no clock asked for these. */
const automatic = ['base-moved', 'retry'];
/** After more than six in a day an image is stopped: the seventh is the last. */
const mostAutomatic = 7;

export const noRunaway: Invariant = {
  name: 'no-runaway',
  says: 'cycles and runaways come to rest: no image is baked more than seven times in 24 hours without a commit, a schedule or a person',
  watch: (universe) => {
    const excuses = new Excuses(universe);
    const times = new Map<string, number[]>();
    return {
      afterCall: (call) => {
        if (call.ledger.length === 0) return undefined;
        for (const { account, image, bake } of claims(call)) {
          if (!automatic.includes(bake.cause.code)) continue;
          const key = `${account} ${image}`;
          const recent = (times.get(key) ?? []).filter((atMs) => atMs > call.atMs - dayMs);
          times.set(key, [...recent, call.atMs]);
          if (recent.length < mostAutomatic) continue;
          if (excuses.struck(account, ['table-restored', 'lying-clock'], call.atMs - dayMs)) continue;
          // A claim that CodeBuild had no room for is taken back and counts for nothing.
          if (refusedStarts(universe.calls, account, call.atMs - dayMs)) continue;
          return broken(
            'no-runaway',
            `${image} is baked for the ${recent.length + 1}th time in a day (${bake.cause.text})`,
            { account },
          );
        }
        return undefined;
      },
    };
  },
};

function refusedStarts(
  calls: readonly { operation: string; site: { account: string }; outcome: string; atMs: number }[],
  account: string,
  sinceMs: number,
): boolean {
  for (let at = calls.length - 1; at >= 0 && calls[at]!.atMs >= sinceMs; at -= 1) {
    const call = calls[at]!;
    if (call.operation === 'StartBuild' && call.site.account === account && call.outcome !== 'ok')
      return true;
  }
  return false;
}

/** Ticks come every five minutes, and some are lost. */
const slackMs = 2 * hourMs;

export const nobodyWaitsForever: Invariant = {
  name: 'max-wait',
  says: 'no image that is due waits longer than maxWait for its turn, when there is room and nothing that is so stands in its way',
  watch: (universe) => {
    const desired = DesiredModel.of(universe);
    const excuses = new Excuses(universe);
    const truth = new Truth(universe);
    /** Since when an image has been due with nothing in its way. */
    const waiting = new Map<string, number>();
    const lookedAtMs = new Map<string, number>();

    const inItsWay = (account: string, image: ImageKey): boolean => {
      const { records, meta, slots } = universe.look.ledger(account);
      const record = records.get(image);
      const definition = desired.definition(account, image);
      const settings = universe.accounts.find(({ id }) => id === account)!.settings;
      if (definition === undefined || record === undefined || settings.mode === 'observe') return true;
      const { test, approval } = definition;
      if (test !== undefined && settings.testProject === undefined) return true;
      if (approval !== undefined && !settings.approvers.includes(approval.by)) return true;
      if (desired.standsReady(account, image, universe.nowMs()) !== undefined) return true;
      if (record.live !== undefined || record.trouble !== undefined || record.blocked !== undefined)
        return true;
      // Another one of what was revoked would be no better.
      if (record.revoked !== undefined) return true;
      if (Object.values(record.channels).some(({ moving, blocked }) => moving ?? blocked)) return true;
      if (meta.paused !== undefined || (meta.startsBlocked?.untilMs ?? 0) > universe.nowMs()) return true;
      if (slots.size >= settings.maxConcurrentBuilds) return true;
      const line = [image, ...desired.ancestors(account, image)];
      if (line.some((key) => records.get(key)?.paused !== undefined)) return true;
      const { base } = definition;
      const baseAmi =
        base.kind === 'image'
          ? records.get(base.image)?.channels[base.channel]?.current?.amis[universe.region]
          : base.kind === 'ssm'
            ? universe.look.parameter(account, base.path)
            : base.kind === 'upstream'
              ? universe.look.ledger(account).upstreams.get(`${base.bakery}/${base.image}@${base.channel}`)
                  ?.amis[universe.region]
              : undefined;
      return baseAmi === undefined || truth.whyNotUsable(account, baseAmi) !== undefined;
    };

    const judge = (event: SimEvent): Violation[] | undefined => {
      const { account } = event;
      const nowMs = universe.nowMs();
      // Twice an hour is often enough for something that is counted in hours.
      if (nowMs - (lookedAtMs.get(account) ?? 0) < hourMs / 2) return undefined;
      lookedAtMs.set(account, nowMs);
      const inForce = desired.inForce(account);
      const maxMs = universe.accounts.find(({ id }) => id === account)!.settings.maxWaitHours * hourMs;
      for (const { key } of inForce?.catalog.images ?? []) {
        const name = `${account} ${key}`;
        const why = inItsWay(account, key) ? undefined : desired.dueBecause(account, key, nowMs);
        if (why === undefined) {
          waiting.delete(name);
          continue;
        }
        const sinceMs = waiting.get(name) ?? nowMs;
        waiting.set(name, sinceMs);
        if (nowMs - sinceMs <= maxMs + slackMs) continue;
        if (
          excuses.struck(account, ['lying-clock', 'killed', 'call-slow', 'table-restored'], nowMs - slackMs)
        )
          continue;
        return broken(
          'max-wait',
          `${key} is due since ${new Date(sinceMs).toISOString()} (${why}), and nothing is in its way`,
          { account },
        );
      }
      return undefined;
    };
    return { afterEvent: (event) => (event.function === 'tick' ? judge(event) : undefined) };
  },
};
