import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Answerer } from './client-pool';
import { failureXml, queryAsked, xmlOf, type Asked } from './query-protocol';

/** By which a request says whose it is; the simulation's clients send it. */
export const setHeader = 'x-simulation-client';

const jsonServices: Record<string, string> = {
  AmazonSSM: 'SSM',
  AmazonSQS: 'SQS',
  CodeBuild_20161006: 'CodeBuild',
  CodeCommit_20150413: 'CodeCommit',
  DynamoDB_20120810: 'DynamoDB',
  TrentService: 'KMS',
};

/**
 * The local AWS over a socket, for the SDK's own serialisation, parsing, time-outs and retries. An answer that gets lost is a
 * socket that breaks; a killed function is one that never hears anything.
 */
export class HttpFront {
  readonly #server = createServer((request, response) => {
    this.#serve(request, response).catch(() => request.socket.destroy());
  });

  constructor(private readonly answererOf: (set: string) => Answerer | undefined) {}

  /** Answers `http://127.0.0.1:PORT`. */
  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request);
    const [, region = ''] =
      /Credential=[^/]+\/\d{8}\/([a-z0-9-]+)\//.exec(request.headers.authorization ?? '') ?? [];
    const answer = this.answererOf(String(request.headers[setHeader]));
    const target = request.headers['x-amz-target'];
    const asked = target === undefined ? await queryAsked(body) : jsonAsked(String(target), body);
    const reply = (status: number, type: string, content: string) =>
      response.writeHead(status, { 'content-type': type }).end(content);
    try {
      if (answer === undefined) throw new Error('nobody answers this client');
      const output = await answer(asked.service, asked.operation, asked.input, region);
      const { $metadata: _, ...members } = output as unknown as Record<string, unknown>;
      if (target !== undefined) reply(200, json, JSON.stringify(wire(members)));
      else reply(200, 'text/xml', await xmlOf(asked, members));
    } catch (error) {
      const failed = error as Error & { $metadata?: { httpStatusCode?: number }; code?: string };
      if (failed.code === 'ECONNRESET') return void request.socket.destroy();
      const status = failed.$metadata?.httpStatusCode ?? 400;
      if (target !== undefined) reply(status, json, JSON.stringify(wire(failureMembers(failed))));
      else reply(status, 'text/xml', failureXml(asked, failed));
    }
  }
}

const json = 'application/x-amz-json-1.1';

function jsonAsked(target: string, body: string): Asked {
  const [name = '', operation = ''] = target.split('.');
  const input = JSON.parse(body || '{}', (key, value: unknown) =>
    key === 'B' && typeof value === 'string' ? new Uint8Array(Buffer.from(value, 'base64')) : value,
  ) as unknown;
  return { service: jsonServices[name] ?? name, operation, input };
}

/** With what the SDK reads from an error: reasons of a cancelled transaction, the item that was there. */
const failureMembers = (error: Error): Record<string, unknown> => {
  const { $metadata: _, $fault: __, ...members } = error as unknown as Record<string, unknown>;
  return { ...members, __type: error.name, message: error.message };
};

function wire(value: unknown): unknown {
  if (value instanceof Date) return value.getTime() / 1_000;
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (Array.isArray(value)) return value.map(wire);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, wire(member)]));
}
