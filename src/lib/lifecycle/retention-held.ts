import type { ImageKey } from '../definitions/catalog';
import { dayMs, type InstantMs } from '../definitions/instant';
import type { Channel } from './channel';
import { inDays } from './days';
import type { ImageRetention, KeptCode, PastBake, RetentionFacts } from './retention-facts';
import { retirable } from './retirement';

export interface Held {
  code: KeptCode;
  why: string;
}

/** What the ledger holds on to: by bake, and by AMI where a bake was built on one. */
export type Holds = (bake: PastBake) => Held | undefined;

/**
 * Everything in the ledger that refers to a bake: channels where they are and where they are going, pins, what soaks, what
 * bakery.yml or a person names, what is being built, and what was built on it and is not gone.
 */
export function heldByLedger({ images, named }: Pick<RetentionFacts, 'images' | 'named'>): Holds {
  const held = new Map<string, Held>();
  const hold = (id: string | undefined, code: KeptCode, why: string): void => {
    if (id !== undefined && !held.has(id)) held.set(id, { code, why });
  };
  for (const { key, record, bakes } of images) {
    for (const [name, channel] of Object.entries(record.channels))
      holdChannel(`${key}@${name}`, channel, hold);
    hold(record.ready?.bakeId, 'channel', `it is published when the window of ${key} opens`);
    for (const amiId of record.live?.ancestry ?? [])
      hold(amiId.amiId, 'built-on', `bake ${record.live?.id} of ${key} is being built on it`);
    hold(record.live?.baseAmiId, 'built-on', `bake ${record.live?.id} of ${key} is being built on it`);
    for (const { id, status, ancestors } of bakes) {
      if (status === 'deregistered') continue;
      for (const amiId of ancestors) hold(amiId, 'built-on', `bake ${id} of ${key} was built on it`);
    }
  }
  for (const { id, why } of named) hold(id, 'named', why);
  return ({ id, amis }) => {
    for (const known of [id, ...Object.values(amis)]) {
      const reason = held.get(known);
      if (reason !== undefined) return reason;
    }
    return undefined;
  };
}

function holdChannel(
  where: string,
  { current, moving, soaking = [], pin }: Channel,
  hold: (id: string | undefined, code: KeptCode, why: string) => void,
): void {
  for (const [published, why] of [
    [current, `${where} points to it`],
    [moving?.to, `${where} is moving to it`],
  ] as const) {
    hold(published?.bakeId, 'channel', why);
    // A restored ledger may know a channel's AMIs and not the bake they are of.
    for (const amiId of Object.values(published?.amis ?? {})) hold(amiId, 'channel', why);
  }
  hold(pin?.from, 'pinned', `${where} was rolled back from it, and is pinned`);
  for (const { bakeId } of soaking) hold(bakeId, 'soaking', `${where} may get it still`);
}

/** What bakery.yml keeps: the newest so many of each channel, and what is younger than so many days. */
export function keptByRule(image: ImageRetention, bake: PastBake, nowMs: InstantMs): Held | undefined {
  const { retain } = image;
  if (retain === undefined || (retain.count === undefined && retain.days === undefined)) {
    return { code: 'no-rule', why: noRule(image.key, image.channels) };
  }
  const { count, days } = retain;
  const ageMs = nowMs - bake.endedAtMs;
  if (days !== undefined && ageMs < days * dayMs) {
    return { code: 'age', why: `it is ${inDays(ageMs)} old, younger than ${days}` };
  }
  if (count === undefined) return undefined;
  for (const name of image.channels) {
    if (newestOf(image, name, count).includes(bake.id)) {
      return { code: 'count', why: `it is among the newest ${count} of ${name}` };
    }
  }
  return undefined;
}

const noRule = (key: ImageKey, channels: string[]): string =>
  channels.length === 0 ? `${key} is not in bakery.yml` : `retain of ${key} says nothing`;

/** The first channel has had every bake that got ready; a further one remembers those that it had. */
function newestOf({ channels, record, bakes }: ImageRetention, name: string, count: number): string[] {
  const usable = bakes.filter(({ status }) => retirable.includes(status)).map(({ id }) => id);
  if (name === channels[0]) return usable.slice(0, count);
  const { current, past = [] } = record.channels[name] ?? {};
  const had = [...(current === undefined ? [] : [current.bakeId]), ...past];
  return had.filter((id) => usable.includes(id)).slice(0, count);
}
