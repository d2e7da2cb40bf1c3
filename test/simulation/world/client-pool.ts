import { createClientFactory, type ClientFactory, type SdkClient } from '../../../src/lib/aws/clients';
import { attachLocal } from '../../../src/local/aws/middleware';
import { setHeader } from './http-front';
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

  /** @param httpId by which a front over HTTP knows the set again; without one calls are answered in process */
  constructor(
    readonly region: string,
    readonly httpId?: string,
  ) {
    this.clients = createClientFactory({
      region,
      prepare: (client, ofRegion) => {
        if (httpId !== undefined) return sayWhose(client, httpId);
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

interface Request {
  hostname: string;
  headers: Record<string, string>;
}

/** A header on every request; one that is bound for anywhere but this machine is refused. */
function sayWhose(client: SdkClient, id: string): void {
  const middleware = (next: (args: unknown) => unknown) => (args: { request: Request }) => {
    const { hostname, headers } = args.request;
    if (hostname !== '127.0.0.1') throw new Error(`a simulated client would have called ${hostname}`);
    headers[setHeader] = id;
    return next(args);
  };
  client.middlewareStack.add(middleware, { step: 'deserialize', priority: 'low', name: 'simulation' });
}

export class ClientPool {
  readonly #free = new Map<string, ClientSet[]>();
  readonly #overHttp = new Map<string, ClientSet>();

  constructor(private readonly http = false) {}

  /** Who answers the calls that come over HTTP with this id. */
  answererOf(id: string): Answerer | undefined {
    return this.#overHttp.get(id)?.answerer;
  }

  take(region: string): ClientSet {
    const free = this.#free.get(region)?.pop();
    if (free !== undefined) return free;
    if (!this.http) return new ClientSet(region);
    const set = new ClientSet(region, String(this.#overHttp.size + 1));
    this.#overHttp.set(set.httpId!, set);
    return set;
  }

  /** Only when its world has ended: what still waits in a killed function must never reach another world. */
  give(set: ClientSet): void {
    set.answerer = undefined;
    // Over HTTP a killed function may still have a request under way: its clients are not used again.
    if (set.httpId !== undefined) return;
    const free = this.#free.get(set.region) ?? [];
    this.#free.set(set.region, free);
    free.push(set);
  }
}
