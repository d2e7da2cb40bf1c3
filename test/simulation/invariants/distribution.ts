import type { JanitorReport } from '../../../src/lib/reconcile/janitor/report';
import type { ImageKey } from '../../../src/lib/definitions/catalog';
import type { EndedBake } from '../../../src/lib/ledger/history';
import type { Bake } from '../../../src/lib/lifecycle/bake';
import type { ImageReport } from '../../../src/lib/reconcile/report';
import type { Invariant, SimAccount, SimCall, Universe, Violation } from '../contract';
import { saidBy } from './announcements';
import { confirmations, endings, imageChanges } from './changes';
import { DesiredModel } from './desired-model';
import { Excuses } from './excuses';
import { broken } from './violation';

const minuteMs = 60_000;

/** What is really so of an AMI in one region, asked of EC2 and KMS themselves. */
class Copies {
  readonly #excuses: Excuses;

  constructor(private readonly universe: Universe) {
    this.#excuses = new Excuses(universe);
  }

  /** Why nobody could launch it there; undefined: its owner could, or a person took it away since. */
  whyNotThere(region: string, amiId: string): string | undefined {
    const stored = this.universe.look.ami(amiId, region);
    if (stored === undefined) return `${amiId} is not in ${region}`;
    if (stored.deregistered || stored.image.State === 'available') return undefined;
    // A table that was put back has forgotten that it was revoked.
    const { State, OwnerId = '' } = stored.image;
    if (State === 'disabled' && this.#excuses.restored(OwnerId, 0)) return undefined;
    return `${amiId} in ${region} is ${stored.image.State}`;
  }

  /** @param key as bakery.yml calls it */
  whyNotUnder(account: string, region: string, amiId: string, key: string): string | undefined {
    const { aws, look } = this.universe;
    const wanted = aws.kms.arnOf({ account, region }, key);
    const mappings = look.ami(amiId, region)?.image.BlockDeviceMappings ?? [];
    const other = mappings.find(({ Ebs }) => Ebs !== undefined && Ebs.KmsKeyId !== wanted);
    return other === undefined
      ? undefined
      : `${amiId} in ${region} is under ${other.Ebs?.KmsKeyId ?? 'no key'}, not under ${key} (${wanted})`;
  }
}

/** A region that comes later would follow a channel that its neighbours have moved on. */
export const everywhereFirst: Invariant = {
  name: 'everywhere-first',
  says: 'nothing is ready, written to a parameter, moved to or announced before every region that it goes to has its AMI, available and under the key that was asked for',
  watch: (universe) => {
    const copies = new Copies(universe);

    const ready = (account: string, bake: EndedBake, before: Bake | undefined): string | undefined => {
      for (const [region, { kmsKey }] of Object.entries(before?.distribution?.copies ?? {})) {
        const amiId = bake.amis?.[region];
        if (amiId === undefined) return `it has no AMI in ${region}`;
        const why =
          copies.whyNotThere(region, amiId) ??
          (kmsKey === undefined ? undefined : copies.whyNotUnder(account, region, amiId, kmsKey));
        if (why !== undefined) return why;
      }
      return undefined;
    };

    /** Parameters, with the AMI that was there when they were first written with it. */
    const written = new Set<string>();

    const afterWrite = (call: SimCall): Violation[] | undefined => {
      const live = new Map(
        imageChanges(call).flatMap(({ before }) =>
          before?.live === undefined ? [] : [[before.live.id, before.live] as const],
        ),
      );
      for (const { account, bake } of endings(call)) {
        const why = bake.status === 'ready' ? ready(account, bake, live.get(bake.id)) : undefined;
        if (why !== undefined)
          return broken('everywhere-first', `bake ${bake.id} of ${bake.image} is ready, and ${why}`, {
            account,
            bake,
          });
      }
      for (const { account, name, isMirror, after } of confirmations(call)) {
        if (isMirror) continue;
        for (const [region, amiId] of Object.entries(after!.current!.amis)) {
          const why = copies.whyNotThere(region, amiId);
          if (why !== undefined)
            return broken('everywhere-first', `${name} moved, and ${why}`, { account, after });
        }
      }
      return undefined;
    };

    return {
      afterCall: (call) => {
        if (call.ledger.length > 0) return afterWrite(call);
        if (!call.site.caller.startsWith('lambda:')) return undefined;
        if (call.operation === 'PutParameter') {
          const { Name, Value = '' } = call.input as { Name: string; Value?: string };
          const { account, region } = call.site;
          const why = copies.whyNotThere(region, Value);
          const write = `${account} ${region} ${Name} ${Value}`;
          if (why === undefined) written.add(write);
          // A mirror's write that did not take is repeated, and its upstream has disabled the AMI since: SSM takes it even less.
          const isTheirs = universe.look.ami(Value, region)?.image.OwnerId !== account;
          return why === undefined || (isTheirs && written.has(write))
            ? undefined
            : broken('everywhere-first', `${Name} is written, and ${why}`, { account });
        }
        for (const { image, channel, amis, bake, revoked } of saidBy(call)?.lines ?? []) {
          // It is told that nobody must use it.
          if (revoked?.includes(bake) === true) continue;
          for (const [region, amiId] of Object.entries(amis)) {
            const why = copies.whyNotThere(region, amiId);
            if (why !== undefined)
              return broken('everywhere-first', `${image}@${channel} is announced, and ${why}`, {
                account: call.site.account,
                amis,
              });
          }
        }
        return undefined;
      },
    };
  },
};

/** What a report says of one channel. */
type Told = Pick<ImageReport, 'channel' | 'decision' | 'reasonCode'>;

/** What bakery.yml says of regions, keys and accounts is so in each region, once everything has come to rest. */
export const allRegions: Invariant = {
  name: 'all-regions',
  says: 'at rest an image that is current is in every region that bakery.yml names, under the key it names, shared there, and its parameter there says so',
  watch: (universe) => {
    const copies = new Copies(universe);
    const desired = DesiredModel.of(universe);
    const excuses = new Excuses(universe);

    const judge = (
      { id: account }: SimAccount,
      image: ImageKey,
      { channel, decision, reasonCode }: Told,
    ): string | undefined => {
      const definition = desired.definition(account, image);
      const state = universe.look.ledger(account).records.get(image)?.channels[channel];
      const { current } = state ?? {};
      // A pin of a further channel says nothing of its regions, and it may have been refused them.
      if (
        decision !== 'current' ||
        reasonCode === 'channel-pinned' ||
        definition?.regions === undefined ||
        current === undefined
      )
        return undefined;
      for (const [region, { kmsKey }] of Object.entries(definition.regions)) {
        const amiId = current.amis[region];
        if (amiId === undefined) return `it has no AMI in ${region}`;
        const isTampered = excuses.tampered(undefined, amiId);
        const why =
          copies.whyNotThere(region, amiId) ??
          (kmsKey === undefined ? undefined : copies.whyNotUnder(account, region, amiId, kmsKey));
        if (why !== undefined) return why;
        const parameter = state?.parameterNames?.[region];
        if (parameter === undefined) return `it has no parameter in ${region}`;
        const is = universe.look.parameter(account, parameter, region);
        if (is !== amiId && state?.blocked === undefined)
          return `${parameter} in ${region} reads ${is ?? 'nothing'}, not ${amiId}`;
        const grants = universe.look.ami(amiId, region)?.grants;
        const missing = definition.share.accounts.filter((id) => grants?.has(id) !== true);
        if (missing.length > 0 && !isTampered)
          return `${amiId} in ${region} is not shared with ${missing.join(', ')}`;
      }
      return undefined;
    };

    return {
      atRest: ({ reports }) => {
        for (const account of universe.accounts) {
          for (const report of reports.get(account.id)?.images ?? []) {
            const { image, further = [] } = report;
            const wrong = [report, ...(further as Told[])]
              .map((one) => ({ one, why: judge(account, image, one) }))
              .find(({ why }) => why !== undefined);
            if (wrong === undefined) continue;
            const { one, why } = wrong;
            return broken('all-regions', `${image}@${one.channel} is ${one.decision}, and ${why}`, {
              account: account.id,
              report,
              record: universe.look.ledger(account.id).records.get(report.image),
            });
          }
        }
        return undefined;
      },
    };
  },
};

/** Half an hour of grace, the hour until the next sweep, and a sweep that found the bakery's reads failing. */
const sweptWithinMs = 3 * 60 * minuteMs;

export const noOrphans: Invariant = {
  name: 'no-orphans',
  says: 'at rest no AMI is left of a bake that ended long ago, unless a bake or a channel has it',
  watch: (universe) => {
    const excuses = new Excuses(universe);
    const results = new Set<string>();
    const ended = new Map<string, { atMs: number; image: ImageKey }>();
    /** When the janitor was last refused an AMI that somebody protects from it. */
    const protectedAtMs = new Map<string, number>();
    /** Accounts whose janitor has found more than it removes unasked: it says so, and a person has to run it. */
    const asking = new Set<string>();

    const held = (account: string): Set<string> => {
      const ids = new Set<string>();
      const text = [...universe.look.ledger(account).records.values()].map((record) =>
        JSON.stringify(record),
      );
      for (const [id] of text.join(' ').matchAll(/\bami-[0-9a-f]{17}\b/g)) ids.add(id);
      return ids;
    };

    return {
      afterCall: (call) => {
        if (call.operation === 'DeregisterImage' && call.outcome === 'OperationNotPermitted') {
          protectedAtMs.set((call.input as { ImageId: string }).ImageId, call.atMs);
        }
        for (const { account, pk, after } of call.ledger) {
          if (!pk.startsWith('AMI#')) continue;
          const result = `${account} ${pk.slice(4)}`;
          // What an encrypted copy takes the place of is nobody's result any more.
          if (after === undefined) results.delete(result);
          else results.add(result);
        }
        for (const { bake } of endings(call)) {
          if (!ended.has(bake.id)) ended.set(bake.id, { atMs: call.atMs, image: bake.image });
        }
      },
      afterEvent: ({ account, function: of, outcome, answer }) => {
        if (of !== 'janitor' || outcome !== 'ok') return undefined;
        if ((answer as JanitorReport | undefined)?.tooMany === undefined) asking.delete(account);
        else asking.add(account);
        return undefined;
      },
      atRest: ({ atMs }) => {
        for (const { id: account, settings } of universe.accounts) {
          if (excuses.restored(account, 0) || settings.role === 'consumer' || asking.has(account)) continue;
          const kept = held(account);
          for (const region of [universe.region, ...settings.ceilings.regions]) {
            for (const { image, grants } of universe.look.amisOf(account, region)) {
              const amiId = image.ImageId ?? '';
              const bakeId = /\bb-[0-9a-z]{26}/.exec(image.Name ?? '')?.[0];
              const end = bakeId === undefined ? undefined : ended.get(bakeId);
              const madeAtMs = Date.parse(image.CreationDate ?? '');
              if (end === undefined || Math.max(end.atMs, madeAtMs) > atMs - sweptWithinMs) continue;
              if (kept.has(amiId) || results.has(`${account} ${amiId}`) || grants.size > 0) continue;
              if ((protectedAtMs.get(amiId) ?? 0) > atMs - sweptWithinMs) continue;
              return broken(
                'no-orphans',
                `${amiId} in ${region} is nobody's, of bake ${bakeId} of ${end.image}`,
                {
                  account,
                  image,
                  endedAt: new Date(end.atMs).toISOString(),
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
