import type { ImageKey } from '../../../src/lib/definitions/catalog';
import type { SimCall } from '../contract';
import { confirmations } from './changes';
import type { DesiredModel } from './desired-model';

/** A bake in a channel: since when, and when somebody rolled the channel back from it. */
export interface Stay {
  sinceMs: number;
  objectedAtMs?: number;
}

/** Which bakes each channel has had, seen as its moves were confirmed. */
export class Stays {
  constructor(private readonly desired: DesiredModel) {}

  readonly #all = new Map<string, Map<string, Stay>>();

  of(account: string, image: ImageKey, channel: string, bakeId: string): Stay | undefined {
    return this.#all.get(`${account} ${image}@${channel}`)?.get(bakeId);
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
      if (before?.moving?.cause.code === 'rolled-back') {
        for (const [other, stay] of known) if (other > bakeId) stay.objectedAtMs = call.atMs;
      }
      if (known.size === 0) this.#inherit(known, account, image, channel);
      const stay = known.get(bakeId);
      // What was taken out and comes again begins anew; what is only shared otherwise goes on.
      if (stay === undefined || stay.objectedAtMs !== undefined) known.set(bakeId, { sinceMs: call.atMs });
    }
  }
}
