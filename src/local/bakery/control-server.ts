import { timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { FunctionError } from '../aws/functions';
import type { InvokeAnswer, InvokeRequest } from '../control-protocol';
import type { LocalBakery } from './local-bakery';

/** Events of people and schedules are small; whatever is larger is none. */
const largestBodyBytes = 256 * 1024;

/** Lets other processes of the same person call the functions of a local bakery. Listens on 127.0.0.1 only. */
export class ControlServer {
  readonly #server: Server;

  constructor(
    private readonly bakery: Pick<LocalBakery, 'aws' | 'deployments'>,
    private readonly token: string,
  ) {
    this.#server = createServer((request, response) => {
      this.#answer(request, response).catch((error: unknown) => refuse(response, 500, String(error)));
    });
  }

  /** Answers `http://127.0.0.1:PORT`. */
  async start(): Promise<string> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject).listen(0, '127.0.0.1', resolve);
    });
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!this.#authorized(request.headers.authorization)) return refuse(response, 401, 'wrong token');
    if (request.method !== 'POST' || request.url !== '/invoke') {
      return refuse(response, 404, `there is no ${request.method} ${request.url}; POST /invoke`);
    }
    const body = await bodyOf(request);
    if (body === undefined) return refuse(response, 413, `more than ${largestBodyBytes} bytes`);
    const wanted = readRequest(body);
    if (wanted === undefined) return refuse(response, 400, 'the body is not { account, function, event }');
    const settings = this.bakery.deployments.find(
      (deployment) => deployment.settings.account === wanted.account,
    )?.settings;
    if (settings === undefined || !this.bakery.aws.functions.has(settings, wanted.function)) {
      return refuse(response, 404, `account ${wanted.account} has no function ${wanted.function}`);
    }
    const answer = await this.#invoke(settings, wanted);
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  }

  async #invoke(at: { account: string; region: string }, wanted: InvokeRequest): Promise<InvokeAnswer> {
    try {
      return { ok: true, answer: await this.bakery.aws.functions.invoke(at, wanted.function, wanted.event) };
    } catch (error) {
      if (!(error instanceof FunctionError)) throw error;
      const cause = error.cause instanceof Error ? error.cause : error;
      return { ok: false, errorType: cause.name, errorMessage: cause.message };
    }
  }

  #authorized(header: string | undefined): boolean {
    const given = Buffer.from(header ?? '');
    const expected = Buffer.from(`Bearer ${this.token}`);
    return given.length === expected.length && timingSafeEqual(given, expected);
  }
}

function refuse(response: ServerResponse, status: number, message: string): void {
  if (response.headersSent) return void response.destroy();
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ message }));
}

async function bodyOf(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > largestBodyBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function readRequest(body: string): InvokeRequest | undefined {
  try {
    const { account, function: name, event } = JSON.parse(body) as Partial<InvokeRequest>;
    return typeof account === 'string' && typeof name === 'string'
      ? { account, function: name, event }
      : undefined;
  } catch {
    return undefined;
  }
}
