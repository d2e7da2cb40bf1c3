import { createHash } from 'node:crypto';
import type { SimEvent } from '../contract';
import type { RecordedCall } from '../world/call';
import type { Watcher } from '../world/sim-universe';

/** sha-256 over every call and every event, in order: equal for two runs that did the same, bit by bit. */
export class TraceHash implements Watcher {
  readonly #hash = createHash('sha256');

  call({ record, outcome, event }: RecordedCall): void {
    const { atMs, service, operation, inputJson, site } = record;
    this.#hash.update(
      `${atMs} ${event ?? '-'} ${site.account} ${site.caller} ${service}.${operation} ${outcome} ${inputJson}\n`,
    );
  }

  event({ index, account, function: name, startedAtMs, endedAtMs, outcome }: SimEvent): void {
    this.#hash.update(`${index} ${account} ${name} ${startedAtMs} ${endedAtMs} ${outcome}\n`);
  }

  log(): void {}

  digest(): string {
    return this.#hash.digest('hex');
  }
}
