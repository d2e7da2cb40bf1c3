/**
 * The one place that makes SDK clients. Clients are kept: connections and credentials are shared between calls.
 */

/** What the bakery needs of any SDK client, whichever service it is for. */
export interface SdkClient {
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- every client types its own stack
  middlewareStack: { add(middleware: any, options: any): void };
  destroy(): void;
}

export interface ClientOptions {
  /** Default: the deployment's own region. */
  region?: string;
  /** First try included; 1 switches the SDK's retries off. */
  maxAttempts?: number;
  /** For one try, from the request's first byte to the answer's last. */
  requestTimeoutMs?: number;
  /** Role that is assumed, in whichever account it is. Default: the caller's own credentials. */
  roleArn?: string;
}

/** Gives the client of a service; the same one for the same options. */
export type ClientFactory = <C extends SdkClient>(
  Client: new (config: ClientConfig) => C,
  options?: ClientOptions,
) => C;

/** What every client is made with. */
export interface ClientConfig {
  region: string;
  retryMode: 'standard';
  maxAttempts: number;
  customUserAgent: [string][];
  requestHandler: HttpOptions;
  credentials?: () => Promise<AssumedCredentials>;
}

/** Asked for by a client's first call, and again shortly before they expire. */
export interface AssumedCredentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string;
  expiration?: Date;
}

/** Options of the SDK's own HTTP handler: given as an object they cost no import. */
export interface HttpOptions {
  connectionTimeout: number;
  requestTimeout: number;
  throwOnRequestTimeout: boolean;
}

/**
 * Four tries with the SDK's backoff stay under ten seconds for a service that answers, and under a minute for one that
 * hangs: well inside the five minutes of a StartBuild token and the time that `reconcile` keeps in reserve.
 */
const defaultMaxAttempts = 4;
const connectionTimeoutMs = 3_000;
const defaultRequestTimeoutMs = 12_000;

/**
 * @param prepare attaches to each new client, once; the local bakery answers commands with it.
 */
export function createClientFactory(made: {
  region: string;
  prepare?: (client: SdkClient, region: string, roleArn?: string) => void;
  /** Gives credentials of a role. Passed in, so that functions without such a role do not carry STS along. */
  assumeRole?: (clients: ClientFactory, roleArn: string) => Promise<AssumedCredentials>;
  /** In place of the time-outs above, for tests that count requests. */
  requestHandler?: HttpOptions;
}): ClientFactory {
  const { assumeRole = cannotAssume } = made;
  const kept = new Map<unknown, Map<string, SdkClient>>();
  const clients: ClientFactory = (Client, options = {}) => {
    const { roleArn } = options;
    const region = options.region ?? made.region;
    const maxAttempts = options.maxAttempts ?? defaultMaxAttempts;
    const requestTimeoutMs = options.requestTimeoutMs ?? defaultRequestTimeoutMs;
    const ofService = kept.get(Client) ?? new Map<string, SdkClient>();
    kept.set(Client, ofService);
    const key = `${region} ${maxAttempts} ${requestTimeoutMs} ${roleArn ?? ''}`;
    const known = ofService.get(key);
    if (known !== undefined) return known as InstanceType<typeof Client>;
    const client = new Client({
      region,
      retryMode: 'standard',
      maxAttempts,
      customUserAgent: [['ami-bakery']],
      requestHandler: made.requestHandler ?? {
        connectionTimeout: connectionTimeoutMs,
        requestTimeout: requestTimeoutMs,
        throwOnRequestTimeout: true,
      },
      ...(roleArn === undefined ? {} : { credentials: () => assumeRole(clients, roleArn) }),
    });
    made.prepare?.(client, region, roleArn);
    ofService.set(key, client);
    return client;
  };
  return clients;
}

const cannotAssume = (_clients: ClientFactory, roleArn: string): Promise<never> =>
  Promise.reject(new Error(`this function assumes no roles; it was asked to assume ${roleArn}`));
