import type { ImageKey } from '../../../src/lib/definitions/catalog';
import type { ImageRecord } from '../../../src/lib/lifecycle/image-record';
import type { ImageReport } from '../../../src/lib/reconcile/report';
import type { Invariant, SimAccount, Universe } from '../contract';
import { copyKey, farRegions } from '../plan/catalog';
import { DesiredModel } from './desired-model';
import { Excuses } from './excuses';
import { RevokedModel } from './revoked-model';
import { broken } from './violation';
import { Truth } from './world-truth';

/** A day is longer than any retry or schedule that a person may have to wait for; what waits at rest waits for good. */
const name = 'truth-at-rest';

class Judge {
  readonly #desired: DesiredModel;
  readonly #truth: Truth;
  readonly #excuses: Excuses;
  readonly #revoked: RevokedModel;

  constructor(private readonly universe: Universe) {
    this.#desired = DesiredModel.of(universe);
    this.#truth = new Truth(universe);
    this.#excuses = new Excuses(universe);
    this.#revoked = RevokedModel.of(universe);
  }

  /** What of the report on an image is not so; undefined: all of it is. */
  judge(account: SimAccount, report: ImageReport): string | undefined {
    switch (report.decision) {
      case 'current':
        return this.#notCurrent(account, report);
      case 'blocked':
        return this.#notBlocked(account, report);
      case 'wait':
        return this.#notWaiting(account, report);
      default:
        return 'planning still has something to do';
    }
  }

  #notCurrent(
    { id: account, settings }: SimAccount,
    { image, channel, amiId = '', reasonCode }: ImageReport,
  ): string | undefined {
    const { look, region } = this.universe;
    const due = this.#desired.dueBecause(account, image, this.universe.nowMs());
    if (due !== undefined) return `it is not current: ${due}`;
    const record = look.ledger(account).records.get(image);
    const state = record?.channels[channel];
    if (state?.current?.amis[region] !== amiId) return 'the channel points elsewhere';
    if (record?.live !== undefined && record.live.status !== 'approval') return `bake ${record.live.id} runs`;
    for (const [at, parameter] of Object.entries(state.parameterNames ?? {})) {
      const is = look.parameter(account, parameter, at);
      if (is !== state.current.amis[at] && state.blocked === undefined)
        return `${parameter} reads ${is ?? 'nothing'}`;
    }
    const definition = this.#desired.definition(account, image)!;
    const grants = look.ami(amiId)?.grants;
    const isTampered = this.#excuses.tampered(undefined, amiId);
    const missing = definition.share.accounts.filter((id) => grants?.has(id) !== true);
    // A commit that takes back what the table forgot finds it done already.
    const isUndone = this.#excuses.restored(account, state.current.publishedAtMs ?? 0);
    if (missing.length > 0 && !isTampered && !isUndone && grants !== undefined)
      return `it is not shared with ${missing.join(', ')}`;
    const surplus = [...(grants?.keys() ?? [])].filter(
      (id) => /^\d{12}$/.test(id) && !definition.share.accounts.includes(id) && id !== settings.account,
    );
    if (surplus.length > 0 && !isTampered)
      return `it is shared with ${surplus.join(', ')}, which nobody asks for`;
    if (reasonCode === 'pinned') {
      if (state.pin === undefined) return 'nobody has pinned it';
      const released = this.#desired.releasedBy(account, image, channel, state.pin);
      return released === undefined ? undefined : `its ${released} has released the pin`;
    }
    return this.#baseMoved(account, image, state.current.baseAmiId);
  }

  #baseMoved(account: string, image: ImageKey, builtOn: string | undefined): string | undefined {
    const { look, region } = this.universe;
    const definition = this.#desired.definition(account, image)!;
    const { base } = definition;
    if (base.kind === 'ssm') {
      const now = look.parameter(account, base.path);
      return now === builtOn ? undefined : `its base is ${now} now, and it is built on ${builtOn}`;
    }
    if (base.kind !== 'upstream') return undefined;
    const record = look.ledger(account).upstreams.get(`${base.bakery}/${base.image}@${base.channel}`);
    const now = record?.amis[region];
    return now === builtOn ? undefined : `its base is ${now} now, and it is built on ${builtOn}`;
  }

  #notBlocked({ id: account, settings }: SimAccount, report: ImageReport): string | undefined {
    const { image, reasonCode, reason } = report;
    const { look, region } = this.universe;
    const record = look.ledger(account).records.get(image);
    const definition = this.#desired.definition(account, image);
    if (reasonCode === 'removed') return definition === undefined ? undefined : 'it is in bakery.yml';
    if (definition === undefined) return 'it is in no catalog';
    const { base } = definition;
    const own = `${account}/${settings.bakery}/${image}`;
    switch (reasonCode) {
      case 'failed': {
        const bakes = look.bakes(account, image);
        const last = bakes.findLast(({ status }) => status !== 'ready');
        if (last === undefined && !this.#excuses.restored(account, 0)) return 'no bake of it ever failed';
        return undefined;
      }
      case 'no-test-project':
        if (definition.test === undefined) return 'it has no tests';
        return settings.testProject === undefined ? undefined : 'there is a project that tests';
      case 'ceiling': {
        const group = definition.approval?.by;
        if (group !== undefined && !settings.approvers.includes(group)) return undefined;
        const { shareWith, regions, kmsKeys } = settings.ceilings;
        const beyond =
          Object.entries(definition.regions ?? {}).some(
            ([at, { kmsKey }]) =>
              (at !== region && !regions.includes(at)) || (kmsKey !== undefined && !kmsKeys.includes(kmsKey)),
          ) ||
          definition.share.accounts.some((id) => !shareWith.accounts.includes(id)) ||
          definition.share.organizations.some((id) => !shareWith.organizations.includes(id)) ||
          definition.share.organizationalUnits.some((id) => !shareWith.organizationalUnits.includes(id));
        return beyond ? undefined : 'the settings allow all of it';
      }
      case 'parameter': {
        const { blocked } = record?.channels[definition.channels[0]!] ?? {};
        if (blocked === undefined) return 'its channel is not blocked';
        if (blocked.code === 'SHARE_REFUSED' && this.#isUnderDefaultKey(account, record!)) return undefined;
        if (blocked.code === 'COPY_FAILED' && this.#copiesFailed(account, record!)) return undefined;
        return this.#excuses.struck(
          account,
          [
            'parameter-never-takes',
            'parameter-history-full',
            'call-fails-before',
            'call-fails-after',
            'call-throttled',
            'write-late',
            'read-stale',
            'lying-clock',
            'call-slow',
            'table-restored',
          ],
          blocked.sinceMs - 24 * 60 * 60_000,
        ) || this.universe.people.tampering.length > 0
          ? undefined
          : `nothing stood in the way of its parameter (${blocked.why})`;
      }
      case 'revoked':
        return record?.revoked === undefined ? 'none of its bakes is revoked' : undefined;
      case 'pinned-to-nothing': {
        const { current, withdrawn, pin } = record?.channels[definition.channels[0]!] ?? {};
        const isSo = current === undefined && withdrawn !== undefined && pin !== undefined;
        return isSo ? undefined : 'it is not pinned, or has something';
      }
      case 'no-base-yet': {
        if (base.kind !== 'image') return 'its base is no image of this bakery';
        const parent = look.ledger(account).records.get(base.image)?.channels[base.channel]?.current;
        return parent === undefined ? undefined : `${base.image} is published`;
      }
      case 'runaway':
        return (record?.claims.length ?? 0) > 6 ? undefined : `it was baked ${record?.claims.length} times`;
      case 'ancestry-cycle': {
        const ancestry =
          base.kind === 'image'
            ? look.ledger(account).records.get(base.image)?.channels[base.channel]?.current?.ancestry
            : base.kind === 'upstream'
              ? look.ledger(account).upstreams.get(`${base.bakery}/${base.image}@${base.channel}`)?.ancestry
              : undefined;
        const names = (ancestry ?? []).map((it) => it.image);
        const above = base.kind === 'upstream' ? `${base.image}` : '';
        return names.includes(own) || own.endsWith(`/${above}`) ? undefined : 'its base was not built on it';
      }
      case 'base':
        return this.#baseIsSound(account, image, base, region) ? `its base is sound (${reason})` : undefined;
      default:
        return `nobody knows the reason ${reasonCode}`;
    }
  }

  /**
   * Such an AMI cannot be shared: a copy of an encrypted one, into a region for which bakery.yml names no key. The copy of a
   * move that was given up is in no record, and there all the same: its name tells the bake.
   */
  #isUnderDefaultKey(account: string, { key, channels }: ImageRecord): boolean {
    const { aws, look, region } = this.universe;
    const published = Object.values(channels).flatMap(({ current }) => current?.bakeId ?? []);
    const bakes = [...look.bakes(account, key).map(({ id }) => id), ...published];
    return [region, ...farRegions].some((at) =>
      look
        .amisOf(account, at)
        .filter(({ image: { Name = '' } }) => bakes.some((id) => Name.includes(id)))
        .flatMap(({ image: { BlockDeviceMappings = [] } }) => BlockDeviceMappings)
        .some(
          ({ Ebs }) =>
            Ebs?.Encrypted === true &&
            (Ebs.KmsKeyId ?? '') !== aws.kms.arnOf({ account, region: at }, copyKey),
        ),
    );
  }

  /** As often as a copy is tried, EC2 made one of this image's that came to nothing, be it under another key where it was built. */
  #copiesFailed(account: string, { key, channels }: ImageRecord): boolean {
    const { aws, look, region } = this.universe;
    const published = Object.values(channels).flatMap(({ current }) => current?.bakeId ?? []);
    const bakes = [...look.bakes(account, key).map(({ id }) => id), ...published];
    return [region, ...farRegions].some((at) => {
      const failed = [...aws.ec2.storedImages(at)].filter(
        ({ image: { OwnerId, Name = '', State } }) =>
          OwnerId === account && State === 'failed' && bakes.some((id) => Name.includes(`${id}-`)),
      );
      return failed.length >= 4;
    });
  }

  #baseIsSound(
    account: string,
    image: ImageKey,
    base: NonNullable<ReturnType<DesiredModel['definition']>>['base'],
    region: string,
  ): boolean {
    const { look } = this.universe;
    const definition = this.#desired.definition(account, image)!;
    const fits = (amiId: string | undefined, owner?: string): boolean => {
      if (amiId === undefined || this.#truth.whyNotUsable(account, amiId) !== undefined) return false;
      const stored = look.ami(amiId)!.image;
      return (
        stored.Architecture === definition.architecture && (owner === undefined || stored.OwnerId === owner)
      );
    };
    switch (base.kind) {
      case 'ssm':
        return fits(look.parameter(account, base.path));
      case 'ami':
        return fits(base.amiId);
      case 'image':
        return fits(
          look.ledger(account).records.get(base.image)?.channels[base.channel]?.current?.amis[region],
        );
      case 'upstream': {
        const record = look.ledger(account).upstreams.get(`${base.bakery}/${base.image}@${base.channel}`);
        return (
          record !== undefined &&
          record.withdrawn !== true &&
          !record.revoked.includes(record.bakeId) &&
          !this.#revoked.reachesBase(account, record.ancestry) &&
          fits(record.amis[region], record.account)
        );
      }
      default:
        return false;
    }
  }

  /** The image that it is built on has nothing in the channel that it follows; why not is said of that one. */
  #baseIsNowhere(account: string, image: ImageKey): boolean {
    const base = this.#desired.definition(account, image)?.base;
    return base?.kind === 'image' && this.#desired.baseNow(account, image) === undefined;
  }

  /** Its base follows a channel to which nothing has come yet, of an image that is published. */
  #notToBePromoted(account: string, image: ImageKey): string | undefined {
    const base = this.#desired.definition(account, image)?.base;
    if (base?.kind !== 'image') return 'its base is no image of this bakery';
    const channels = this.universe.look.ledger(account).records.get(base.image)?.channels;
    const [first = ''] = this.#desired.definition(account, base.image)?.channels ?? [];
    if (first === base.channel) return `${base.channel} is the first channel of ${base.image}`;
    if (channels?.[first]?.current === undefined) return `${base.image} was never published`;
    return channels[base.channel]?.current === undefined ? undefined : `${base.channel} has something`;
  }

  #notWaiting(
    { id: account, settings }: SimAccount,
    { image, reasonCode, reason, waitsFor }: ImageReport,
  ): string | undefined {
    const { meta, records } = this.universe.look.ledger(account);
    const line = [image, ...this.#desired.ancestors(account, image)];
    const paused = meta.paused !== undefined || line.some((key) => records.get(key)?.paused !== undefined);
    if (reasonCode === 'observe')
      return settings.mode === 'observe' ? undefined : 'the bakery does not only observe';
    if (reasonCode === 'paused') return paused ? undefined : 'nothing is paused';
    if (
      reasonCode === 'ancestor' &&
      waitsFor !== undefined &&
      (paused || this.#baseIsNowhere(account, image))
    )
      return undefined;
    const stands = this.#desired.standsReady(account, image, this.universe.nowMs());
    if (reasonCode === 'approval' || reasonCode === 'window')
      return stands === reasonCode
        ? undefined
        : `nothing of it waits for that (${stands ?? 'nothing stands ready'})`;
    if (reasonCode === 'promotion') return this.#notToBePromoted(account, image);
    return `it waits although everything has ended: ${reason}`;
  }
}

export const truthAtRest: Invariant = {
  name,
  says: 'at rest each image is current, or blocked or waiting for a person for a reason that is so in the world',
  watch: (universe) => {
    const judge = new Judge(universe);
    return {
      atRest: ({ reports }) => {
        for (const account of universe.accounts) {
          for (const report of reports.get(account.id)?.images ?? []) {
            const why = judge.judge(account, report);
            if (why === undefined) continue;
            return broken(name, `${report.image} is ${report.decision} (${report.reason}), and ${why}`, {
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

/** Whoever follows a bakery knows at rest what it published last. */
export const followersCatchUp: Invariant = {
  name: 'followers-catch-up',
  says: 'at rest every follower knows the last announcement of each channel it builds on or mirrors, and its mirrors say the same',
  watch: (universe) => {
    const truth = new Truth(universe);
    return {
      atRest: () => {
        const byId = new Map(universe.accounts.map((account) => [account.settings.bakery, account]));
        for (const { id, settings } of universe.accounts) {
          const ledger = universe.look.ledger(id);
          const mirrored = settings.mirrors.map(({ bakery, image, architecture, channel }) => {
            const key: ImageKey = `${image}/${architecture}`;
            return { bakery, key, channel, isMirror: true };
          });
          const builtOn = (ledger.catalog?.inForce?.catalog.images ?? []).flatMap(({ base }) =>
            base.kind === 'upstream'
              ? { bakery: base.bakery, key: base.image, channel: base.channel, isMirror: false }
              : [],
          );
          for (const { bakery, key, channel, isMirror } of [...mirrored, ...builtOn]) {
            const source = byId.get(bakery);
            if (source === undefined) continue;
            const state = universe.look.ledger(source.id).records.get(key)?.channels[channel];
            const said = state?.current;
            // What a renamed image took along is not told before it reads back under its new name.
            const isOfOldName = Object.keys(state?.parameterNames ?? { none: '' }).length === 0;
            if (said === undefined || isOfOldName) continue;
            const record = ledger.upstreams.get(`${bakery}/${key}@${channel}`);
            const about = { account: id, said, record };
            if (record === undefined || record.sequence < said.sequence) {
              return broken(
                'followers-catch-up',
                `${settings.bakery} knows sequence ${record?.sequence} of ${bakery}/${key}@${channel}, which is at ${said.sequence}`,
                about,
              );
            }
            if (!isMirror) continue;
            const amiId = said.amis[universe.region]!;
            const mirror = ledger.mirrors.get(`${bakery}/${key}@${channel}`)?.state;
            if (record.sequence > said.sequence || mirror?.blocked !== undefined) continue;
            if (ledger.meta.paused !== undefined || truth.whyNotUsable(id, amiId) !== undefined) continue;
            const is = mirror?.current?.amis[universe.region];
            if (is !== amiId) {
              return broken(
                'followers-catch-up',
                `${settings.bakery} mirrors ${is} for ${bakery}/${key}@${channel}, which is ${amiId}`,
                about,
              );
            }
          }
        }
        return undefined;
      },
    };
  },
};
