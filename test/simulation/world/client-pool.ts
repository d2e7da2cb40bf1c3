import { createClientFactory, type ClientFactory } from '../../../src/lib/aws/clients';
import { attachLocal } from '../../../src/local/aws/middleware';
import type { Answered } from '../../../src/local/aws/registry';

/** Who answers the calls of a set of clients; another one from container to container. */
export type Answerer = (
  service: string,
  operation: string,
  input: unknown,
  region: string,
) => Promise<Answered>;

/** SDK clients take half a millisecond each to make: they are kept from seed to seed, and know nothing of any. */
export class ClientSet {
  answerer: Answerer | undefined;
  readonly clients: ClientFactory;

  constructor(readonly region: string) {
    this.clients = createClientFactory({
      region,
      prepare: (client, ofRegion) => {
        const services = {
          call: (service: string, operation: string, input: unknown) => {
            if (this.answerer === undefined) throw new Error('a client was used after its world had ended');
            return this.answerer(service, operation, input, ofRegion);
          },
        };
        // The same middleware for every call of an operation: putting it together takes longer than most calls.
        (client as unknown as { config: { cacheMiddleware?: boolean } }).config.cacheMiddleware = true;
        attachLocal(client, { services, site: { account: '', caller: '', region: ofRegion } });
      },
    });
  }
}

export class ClientPool {
  readonly #free = new Map<string, ClientSet[]>();

  take(region: string): ClientSet {
    return this.#free.get(region)?.pop() ?? new ClientSet(region);
  }

  /** Only when its world has ended: what still waits in a killed function must never reach another world. */
  give(set: ClientSet): void {
    set.answerer = undefined;
    const free = this.#free.get(set.region) ?? [];
    this.#free.set(set.region, free);
    free.push(set);
  }
}
