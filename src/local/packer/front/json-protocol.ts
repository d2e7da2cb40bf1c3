import type { IncomingHttpHeaders } from 'node:http';
import type { CallSite } from '../../aws/world';
import type { Call } from './call';

/**
 * AWS JSON 1.1 over HTTP: times in seconds, bytes in Base64. Inputs are taken as they come: those that are read here hold
 * neither. https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html
 */

/** Names of services in `X-Amz-Target`, and what they are called here. */
export type JsonServices = Readonly<Record<string, string>>;

/** What a build may call. */
const ofBuilds: JsonServices = { AmazonSSM: 'SSM' };

export interface JsonTarget {
  service: string;
  operation: string;
}

/** `AmazonSSM.SendCommand`; undefined where it is none of these services. */
export function jsonTarget(
  { 'x-amz-target': header }: IncomingHttpHeaders,
  more: JsonServices = {},
): JsonTarget | undefined {
  const [name = '', operation = ''] = String(header ?? '').split('.');
  const services = { ...ofBuilds, ...more };
  return Object.hasOwn(services, name) ? { service: services[name]!, operation } : undefined;
}

export async function jsonAnswer(
  call: Call,
  { service, operation }: JsonTarget,
  body: string,
  at: CallSite | undefined,
): Promise<{ status: number; headers: Record<string, string>; json: string }> {
  const headers = { 'content-type': 'application/x-amz-json-1.1' };
  const failure = (status: number, name: string, message: string) => ({
    status,
    headers,
    json: JSON.stringify({ __type: name, message }),
  });
  if (at === undefined) return failure(400, 'UnrecognizedClientException', 'The security token is invalid.');
  try {
    const { $metadata, ...output } = (await call(service, operation, JSON.parse(body || '{}'), at)) as {
      $metadata?: { requestId?: string };
    };
    const requestId = $metadata?.requestId ?? '';
    return {
      status: 200,
      headers: { ...headers, 'x-amzn-requestid': requestId },
      json: JSON.stringify(wire(output)),
    };
  } catch (error) {
    const failed = error as Error & { $metadata?: { httpStatusCode?: number } };
    return failure(failed.$metadata?.httpStatusCode ?? 500, failed.name, failed.message);
  }
}

function wire(value: unknown): unknown {
  if (value instanceof Date) return value.getTime() / 1_000;
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (Array.isArray(value)) return value.map(wire);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, wire(member)]));
}
