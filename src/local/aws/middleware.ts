import type { LocalServices } from './registry';
import type { CallSite } from './world';

/** What of an SDK v3 client is needed: all of them have it. */
export interface AnyClient {
  middlewareStack: {
    add(middleware: never, options: never): void;
  };
}

interface Context {
  clientName?: string;
  commandName?: string;
}

type Next = (args: { input: unknown }) => Promise<unknown>;

/**
 * Makes an SDK client answer from the local world instead of the network. It stands first in the `initialize` step and
 * calls nothing after it: no region, endpoint, credentials, retry or socket comes into play.
 */
export function attachLocal(
  client: AnyClient,
  local: { services: Pick<LocalServices, 'call'>; site: CallSite },
): void {
  const { services, site } = local;
  const middleware = (_next: Next, context: Context) => {
    const service = context.clientName?.replace(/Client$/, '') ?? 'unknown';
    const operation = context.commandName?.replace(/Command$/, '') ?? 'unknown';
    return async ({ input }: { input: unknown }) => ({
      output: await services.call(service, operation, input, site),
      response: undefined,
    });
  };
  client.middlewareStack.add(
    middleware as never,
    { step: 'initialize', priority: 'high', name: 'localAws', override: true } as never,
  );
}
