import { createHash } from 'node:crypto';
import type { ImageDefinition, ImageKey } from '../../../src/lib/definitions/catalog';
import type { Bake, BakeContent } from '../../../src/lib/lifecycle/bake';
import type { ImageRecord } from '../../../src/lib/lifecycle/image-record';
import type { Push, SimCall, Universe } from '../contract';
import { lastFireBefore } from './schedule-model';

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
  #seenPushes = 0;

  private constructor(private readonly universe: Universe) {}

  /** One for all invariants of a universe: what one of them has worked out the others need not. */
  static of(universe: Universe): DesiredModel {
    let model = models.get(universe);
    if (model === undefined) models.set(universe, (model = new DesiredModel(universe)));
    return model;
  }

  /** To be shown every call, so that no catalog is missed that was in force for a moment. */
  note(call: SimCall): void {
    for (const { account, sk, after } of call.ledger) {
      if (sk === 'CATALOG' && after !== undefined) this.inForce(account);
    }
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

  /** Why an image is not what it should be, as far as its own bakery can say; undefined: it is. */
  dueBecause(account: string, image: ImageKey, nowMs: number): string | undefined {
    const { records } = this.universe.look.ledger(account);
    const inForce = this.inForce(account);
    const definition = this.definition(account, image);
    if (inForce === undefined || definition === undefined) return undefined;
    const record = records.get(image);
    const channel = definition.channels[0]!;
    const current = record?.channels[channel]?.current;
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
