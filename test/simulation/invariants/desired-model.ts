import { createHash } from 'node:crypto';
import type { ImageDefinition, ImageKey } from '../../../src/lib/definitions/catalog';
import type { Bake, BakeContent } from '../../../src/lib/lifecycle/bake';
import type { ImageRecord } from '../../../src/lib/lifecycle/image-record';
import type { Pin } from '../../../src/lib/lifecycle/pin';
import type { Push, SimCall, Universe } from '../contract';
import { families } from '../plan/catalog';
import { channelChanges } from './changes';
import { lastFireBefore } from './schedule-model';
import { isOpenAt } from './window-model';

const minuteMs = 60_000;

const models = new WeakMap<Universe, DesiredModel>();

/**
 * What an image should be, from what was pushed: a small model of its own, which neither hashes nor plans. What bakery.yml
 * says of an image is taken from the catalog in force; what is in the files, from the pushes themselves.
 */
export class DesiredModel {
  readonly #pushes = new Map<string, Push>();
  readonly #contents = new Map<string, string>();
  readonly #definitions = new Map<string, ImageDefinition>();
  readonly #drawn = new Map<string, unknown>();
  /** What an image was when a channel of it was pinned: by account, architecture, channel and the command that did so. */
  readonly #pinned = new Map<string, { content: string | undefined; base: string | undefined }>();
  #seenPushes = 0;

  private constructor(private readonly universe: Universe) {}

  /** One for all invariants of a universe: what one of them has worked out the others need not. */
  static of(universe: Universe): DesiredModel {
    let model = models.get(universe);
    if (model === undefined) models.set(universe, (model = new DesiredModel(universe)));
    return model;
  }

  /** To be shown every call, so that no catalog and no pin is missed that was in force for a moment. */
  note(call: SimCall): void {
    for (const { account, sk, after } of call.ledger) {
      if (sk === 'CATALOG' && after !== undefined) this.inForce(account);
    }
    for (const { account, image, channel, before, after } of channelChanges(call)) {
      const pin = after?.pin;
      if (pin === undefined || pin.commandId === before?.pin?.commandId) continue;
      const name = `${account} ${image.split('/')[1]} ${channel} ${pin.commandId}`;
      if (this.#pinned.has(name)) continue;
      const { commitId } = this.inForce(account) ?? {};
      this.#pinned.set(name, {
        content: commitId === undefined ? undefined : this.content(account, image, commitId),
        base: this.baseNow(account, image) ?? this.#found(account, image),
      });
    }
  }

  /** What releases a pin now but a person: the image is made of something else than when it came, or with `until: base` built on another AMI. */
  releasedBy(account: string, image: ImageKey, channel: string, pin: Pin): 'commit' | 'base' | undefined {
    const then = this.#pinned.get(`${account} ${image.split('/')[1]} ${channel} ${pin.commandId}`);
    const { commitId } = this.inForce(account) ?? {};
    const now = commitId === undefined ? undefined : this.content(account, image, commitId);
    if (now !== undefined && now !== then?.content) return 'commit';
    const base = this.baseNow(account, image);
    return pin.until === 'base' && base !== undefined && base !== then?.base ? 'base' : undefined;
  }

  /** Whether a finished bake comes past the pin of a further channel: it was begun after the pin, and is of other inputs, or with `until: base` on another base. */
  passes(
    account: string,
    image: ImageKey,
    channel: string,
    pin: Pin,
    bake: BakeContent & { bakeId: string },
  ) {
    const then = this.#pinned.get(`${account} ${image.split('/')[1]} ${channel} ${pin.commandId}`);
    const claimed = this.universe.look
      .bakes(account, image)
      .find(({ id }) => id === bake.bakeId)?.claimedAtMs;
    if (claimed !== undefined && claimed < pin.atMs - 10 * minuteMs) return false;
    const content = this.content(account, image, bake.commitId);
    if (content !== then?.content) return true;
    return pin.until === 'base' && bake.baseAmiId !== then?.base;
  }

  /** The AMI that its base is now; undefined: nobody's to say here. */
  baseNow(account: string, image: ImageKey): string | undefined {
    const { look, region } = this.universe;
    const base = this.definition(account, image)?.base;
    switch (base?.kind) {
      case 'image':
        return look.ledger(account).records.get(base.image)?.channels[base.channel]?.current?.amis[region];
      case 'upstream':
        return look.ledger(account).upstreams.get(`${base.bakery}/${base.image}@${base.channel}`)?.amis[
          region
        ];
      case 'ssm':
        return look.parameter(account, base.path);
      case 'ami':
        return base.amiId;
      default:
        return undefined;
    }
  }

  /** What the filter of its base finds: vendors name their newest AMI in a parameter as well. */
  #found(account: string, image: ImageKey): string | undefined {
    const { base, architecture } = this.definition(account, image) ?? {};
    if (base?.kind !== 'ami-filter' || architecture === undefined) return undefined;
    const named = (text: string) => text.replaceAll('{arch}', architecture);
    const family = families.find(({ name }) => base.filters['name']?.includes(named(name)));
    return family && this.universe.look.parameter(account, named(family.parameter));
  }

  /** The checks of an image at a commit, as text; undefined: it has none, or nothing is known of that commit. */
  checks(account: string, image: ImageKey, commitId: string): string | undefined {
    const path = this.definition(account, image, commitId)?.test?.path;
    return path === undefined ? undefined : this.folder(account, commitId, path);
  }

  /** Everything in a folder at a commit, as text. */
  folder(account: string, commitId: string, path: string): string | undefined {
    const files = this.push(account, commitId)?.files;
    if (files === undefined) return undefined;
    const root = this.#root(account);
    const whole = root === '' ? path : `${root}/${path}`;
    const below = Object.keys(files).filter((file) => file.startsWith(`${whole}/`));
    return below.length === 0
      ? undefined
      : JSON.stringify(below.sort().map((file) => [file.slice(whole.length), files[file]]));
  }

  push(account: string, commitId: string): Push | undefined {
    const { pushes } = this.universe.people;
    for (; this.#seenPushes < pushes.length; this.#seenPushes += 1) {
      const push = pushes[this.#seenPushes]!;
      this.#pushes.set(`${push.account} ${push.commitId}`, push);
    }
    return this.#pushes.get(`${account} ${commitId}`);
  }

  inForce(account: string) {
    const inForce = this.universe.look.ledger(account).catalog?.inForce;
    if (inForce !== undefined && this.#drawn.get(account) !== inForce) {
      this.#drawn.set(account, inForce);
      for (const image of inForce.catalog.images) {
        this.#definitions.set(`${account} ${inForce.commitId} ${image.key}`, image);
      }
    }
    return inForce;
  }

  /** As the catalog in force has it, or as it had it when that commit was. */
  definition(account: string, image: ImageKey, commitId?: string): ImageDefinition | undefined {
    const inForce = this.inForce(account);
    return this.#definitions.get(`${account} ${commitId ?? inForce?.commitId} ${image}`);
  }

  /** Names what the image is made of at a commit, its base aside; undefined where nothing is known of that commit. */
  content(account: string, image: ImageKey, commitId: string): string | undefined {
    const name = `${account} ${commitId} ${image}`;
    const known = this.#contents.get(name);
    if (known !== undefined) return known;
    const definition = this.definition(account, image, commitId);
    const files = this.push(account, commitId)?.files;
    if (definition === undefined || files === undefined) return undefined;
    const root = this.#root(account);
    const text: unknown[] = [
      definition.architecture,
      definition.template,
      Object.entries(definition.variables).sort(([a], [b]) => (a < b ? -1 : 1)),
      [...definition.only].sort(),
      definition.builderEpoch,
      definition.base.kind === 'template',
    ];
    for (const path of [...new Set([definition.template.path, ...definition.inputs])].sort()) {
      const whole = root === '' ? path : `${root}/${path}`;
      const below = Object.keys(files).filter((file) => file === whole || file.startsWith(`${whole}/`));
      for (const file of below.sort()) text.push([file.slice(whole.length - path.length), files[file]]);
    }
    const content = createHash('sha1').update(JSON.stringify(text)).digest('hex');
    this.#contents.set(name, content);
    return content;
  }

  /** Names a desired state: what it is made of, on which base, since when. */
  stateOf(account: string, image: ImageKey, content: BakeContent): string {
    const made = this.content(account, image, content.commitId) ?? content.contentDigest;
    return `${image} ${made} on ${content.baseAmiId ?? 'its own'} since ${content.notBefore}`;
  }

  /** The last time its schedule fired that counts. */
  notBefore(
    definition: ImageDefinition,
    record: ImageRecord | undefined,
    catalogSinceMs: number,
    nowMs: number,
  ): number {
    const { rebake } = definition;
    if (rebake === undefined) return 0;
    const known = record?.schedule;
    const since =
      known !== undefined && known.cron === rebake.cron && known.timezone === rebake.timezone
        ? known.sinceMs
        : catalogSinceMs;
    return lastFireBefore(rebake, since, nowMs) ?? 0;
  }

  /** Nearest first. */
  ancestors(account: string, image: ImageKey): ImageKey[] {
    const found: ImageKey[] = [];
    let definition = this.definition(account, image);
    while (definition?.base.kind === 'image' && !found.includes(definition.base.image)) {
      found.push(definition.base.image);
      definition = this.definition(account, definition.base.image);
    }
    return found;
  }

  /** Whether a bake is made of what the image is to be now, on what it is to be built on, and not too old. */
  isDesired(account: string, image: ImageKey, bake: BakeContent, nowMs: number): boolean {
    const inForce = this.inForce(account);
    const definition = this.definition(account, image);
    if (inForce === undefined || definition === undefined) return false;
    const base = this.baseNow(account, image);
    const fired = this.notBefore(
      definition,
      this.universe.look.ledger(account).records.get(image),
      inForce.sinceMs,
      nowMs,
    );
    return (
      this.content(account, image, bake.commitId) === this.content(account, image, inForce.commitId) &&
      (base === undefined || base === bake.baseAmiId) &&
      (bake.notBefore >= fired || fired >= nowMs - minuteMs)
    );
  }

  /** A bake that is what is desired and does not come to its channel yet: a person decides, or its window is closed. */
  standsReady(account: string, image: ImageKey, nowMs: number): 'approval' | 'window' | undefined {
    const { look } = this.universe;
    const live = look.ledger(account).records.get(image)?.live;
    if (live?.status === 'approval' && this.isDesired(account, image, live, nowMs)) return 'approval';
    const { window } = this.definition(account, image) ?? {};
    // It may have closed a moment ago, or be about to open.
    if (window === undefined || (isOpenAt(window, nowMs) && isOpenAt(window, nowMs - minuteMs)))
      return undefined;
    const bakes = look.bakes(account, image);
    const ready = new Set(bakes.filter(({ status }) => status === 'ready').map(({ id }) => id));
    // What a night was equal to is as good as baked in it.
    const stands = bakes.some(
      (bake) => ready.has(bake.equalTo ?? bake.id) && this.isDesired(account, image, bake, nowMs),
    );
    return stands ? 'window' : undefined;
  }

  /** Why an image is not what it should be, as far as its own bakery can say; undefined: it is, or is pinned. */
  dueBecause(account: string, image: ImageKey, nowMs: number): string | undefined {
    const { records } = this.universe.look.ledger(account);
    const inForce = this.inForce(account);
    const definition = this.definition(account, image);
    if (inForce === undefined || definition === undefined) return undefined;
    const record = records.get(image);
    const channel = definition.channels[0]!;
    const { current, pin } = record?.channels[channel] ?? {};
    if (pin !== undefined && this.releasedBy(account, image, channel, pin) === undefined) return undefined;
    if (current === undefined) return 'it was never published';
    if (current.adopted === undefined) {
      const now = this.content(account, image, inForce.commitId);
      const then = this.content(account, current.image, current.commitId);
      if (now !== undefined && then !== undefined && now !== then) return 'its content changed';
    }
    const fired = this.notBefore(definition, record, inForce.sinceMs, nowMs);
    if (fired > current.notBefore && fired < nowMs - minuteMs) {
      return `its schedule fired at ${new Date(fired).toISOString()}`;
    }
    if (definition.base.kind === 'image') {
      const parent = records.get(definition.base.image)?.channels[definition.base.channel]?.current;
      const base = parent?.amis[this.universe.region];
      if (base !== undefined && base !== current.baseAmiId) return `its base is ${base} now`;
    }
    return undefined;
  }

  #root(account: string): string {
    return this.universe.accounts.find(({ id }) => id === account)?.settings.repo?.path ?? '';
  }
}

export const channelOf = (definition: ImageDefinition): string => definition.channels[0]!;

export const isAsked = ({ asked, cause }: Pick<Bake, 'asked' | 'cause'>): boolean =>
  asked !== undefined || cause.code === 'asked';
