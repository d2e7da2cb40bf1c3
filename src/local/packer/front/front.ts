import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { CallSite } from '../../aws/world';
import type { Call } from './call';
import { jsonAnswer, jsonTarget } from './json-protocol';
import type { JsonServices } from './json-protocol';
import { ec2Operation } from './operations';
import { queryInput } from './query-input';
import { escaped, prolog, xmlFailure, xmlOutput } from './xml-output';

/** Requests below /bakery/ that are not AWS's: the stand-in's provisioning. Undefined: not found. */
export type Extra = (path: string, body: unknown) => unknown;

/**
 * EC2, STS and SSM over HTTP, for programs that speak to AWS by themselves: Packer above all, and test builds. It listens on 127.0.0.1 only, checks no
 * signature, and takes account and region from the credential (`LOCAL111111111111/20261122/eu-west-1/ec2/aws4_request`).
 */
export class AwsFront {
  #server: Server | undefined;
  #requests = 0;

  constructor(
    private readonly call: Call,
    private readonly extra: Extra = () => undefined,
    private readonly more: JsonServices = {},
  ) {}

  async start(): Promise<void> {
    const server = createServer((request, response) => {
      this.#answer(request, response).catch((error: unknown) => {
        response.writeHead(500).end(xmlFailure('InternalError', String(error), 'none'));
      });
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(0, '127.0.0.1', resolve);
    });
    this.#server = server;
  }

  /** `http://127.0.0.1:PORT` */
  get endpoint(): string {
    const address = this.#server?.address() as AddressInfo | null | undefined;
    if (address === null || address === undefined) throw new Error('the front is not started');
    return `http://127.0.0.1:${address.port}`;
  }

  async stop(): Promise<void> {
    const server = this.#server;
    if (server === undefined) return;
    this.#server = undefined;
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request);
    const path = request.url ?? '/';
    if (path.startsWith('/bakery/')) {
      const answer: unknown = await this.extra(path, JSON.parse(body || 'null'));
      response.writeHead(answer === undefined ? 404 : 200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(answer ?? { error: `nothing at ${path}` }));
      return;
    }
    const target = jsonTarget(request.headers, this.more);
    if (target !== undefined) {
      const { status, headers, json } = await jsonAnswer(this.call, target, body, callSite(request));
      response.writeHead(status, headers);
      response.end(json);
      return;
    }
    const requestId = `00000000-0000-4000-b000-${(++this.#requests).toString(16).padStart(12, '0')}`;
    const { status, xml } = await this.#aws(request, new URLSearchParams(body), requestId);
    response.writeHead(status, { 'content-type': 'text/xml;charset=UTF-8', 'x-amzn-requestid': requestId });
    response.end(xml);
  }

  async #aws(
    request: IncomingMessage,
    form: URLSearchParams,
    requestId: string,
  ): Promise<{ status: number; xml: string }> {
    const action = form.get('Action') ?? '';
    try {
      const at = callSite(request);
      if (at === undefined) {
        return {
          status: 401,
          xml: xmlFailure(
            'AuthFailure',
            'AWS was not able to validate the provided access credentials',
            requestId,
          ),
        };
      }
      if (form.get('Version') === stsVersion)
        return { status: 200, xml: await this.#sts(action, at, requestId) };
      const operation = await ec2Operation(action);
      if (operation === undefined) {
        return {
          status: 400,
          xml: xmlFailure(
            'InvalidAction',
            `The action ${action} is not valid for this web service.`,
            requestId,
          ),
        };
      }
      const output = await this.call('EC2', action, queryInput(operation.input, form), at);
      return {
        status: 200,
        xml: xmlOutput(action, operation.output, output as Record<string, unknown>, requestId),
      };
    } catch (error) {
      const failed = error as Error & { $metadata?: { httpStatusCode?: number } };
      return {
        status: failed.$metadata?.httpStatusCode ?? 500,
        xml: xmlFailure(failed.name, failed.message, requestId),
      };
    }
  }

  async #sts(action: string, at: CallSite, requestId: string): Promise<string> {
    const output = (await this.call('STS', action, {}, at)) as Record<string, string | undefined>;
    const members = ['Arn', 'UserId', 'Account']
      .map((name) => `<${name}>${escaped(output[name] ?? '')}</${name}>`)
      .join('');
    const metadata = `<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata>`;
    return `${prolog}<${action}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><${action}Result>${members}</${action}Result>${metadata}</${action}Response>`;
  }
}

const stsVersion = '2011-06-15';

function callSite(request: IncomingMessage): CallSite | undefined {
  const match = /Credential=LOCAL(\d{12})\/\d{8}\/([a-z0-9-]+)\//.exec(request.headers.authorization ?? '');
  if (match === null) return undefined;
  const { 'user-agent': userAgent } = request.headers;
  const caller = userAgent?.startsWith('bakery-test') === true ? 'test' : 'packer';
  return { account: match[1]!, region: match[2]!, caller, userAgent };
}
