import type { ImageKey } from '../../../src/lib/definitions/catalog';
import type { SimCall } from '../contract';
import { confirmations } from './changes';
import type { DesiredModel } from './desired-model';

/** A bake in a channel: since when, and when the channel went back from it. */
export interface Stay {
  sinceMs: number;
  /** The last time that it came, after another one. */
  cameAtMs: number;
  /** A newer one took its place while bakery.yml promoted what has soaked. */
  leftAtMs?: number;
  objectedAtMs?: number;
}

/** Which bakes each channel has had, seen as its moves were confirmed. */
export class Stays {
  constructor(private readonly desired: DesiredModel) {}

  readonly #all = new Map<string, Map<string, Stay>>();

  of(account: string, image: ImageKey, channel: string, bakeId: string): Stay | undefined {
    return this.#all.get(`${account} ${image}@${channel}`)?.get(bakeId);
  }

  #promotes(account: string, image: ImageKey, channel: string): boolean {
    const { channels = [], promote } = this.desired.definition(account, image) ?? {};
    return promote !== undefined && channels.indexOf(channel) < channels.length - 1;
  }

  /** Bakes that left a channel and went on soaking, by id. */
  left(account: string, image: ImageKey, channel: string): [string, Stay][] {
    const all = this.#all.get(`${account} ${image}@${channel}`) ?? [];
    return [...all].filter(
      ([, { leftAtMs, objectedAtMs }]) => leftAtMs !== undefined && objectedAtMs === undefined,
    );
  }

  /** A renamed image takes its channels along, and what soaks in them. */
  #inherit(known: Map<string, Stay>, account: string, image: ImageKey, channel: string): void {
    const was = this.desired.definition(account, image)?.was;
    const before = this.#all.get(`${account} ${was}/${image.split('/')[1]}@${channel}`);
    for (const [bakeId, stay] of before ?? []) known.set(bakeId, { ...stay });
  }

  /** To be shown every call. */
  note(call: SimCall): void {
    for (const { account, image, channel, name, isMirror, before, after } of confirmations(call)) {
      if (isMirror) continue;
      const key = `${account} ${name}`;
      const known = this.#all.get(key) ?? new Map<string, Stay>();
      this.#all.set(key, known);
      const { bakeId } = after!.current!;
      const came = before?.moving?.cause.code;
      // A revert objects to what it leaves as much as a person does who rolls back.
      if (came === 'rolled-back' || (came !== 'revoked' && bakeId < (before?.current?.bakeId ?? ''))) {
        for (const [other, stay] of known) if (other > bakeId) stay.objectedAtMs = call.atMs;
      }
      if (known.size === 0) this.#inherit(known, account, image, channel);
      const left = known.get(before?.current?.bakeId ?? '');
      // What was revoked is out, also if that is taken back: it comes again where it is what is desired.
      const isLeft = came !== 'revoked' && before?.current?.bakeId !== bakeId;
      if (left !== undefined && isLeft && this.#promotes(account, image, channel)) left.leftAtMs = call.atMs;
      const stay = known.get(bakeId);
      // What was taken out and comes again begins anew; what is only shared otherwise goes on.
      if (stay === undefined || stay.objectedAtMs !== undefined)
        known.set(bakeId, { sinceMs: call.atMs, cameAtMs: call.atMs });
      else if (before?.current?.bakeId !== bakeId) stay.cameAtMs = call.atMs;
    }
  }
}
