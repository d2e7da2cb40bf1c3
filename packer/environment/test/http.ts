import { request as plain } from 'node:http';
import type { ClientRequest, IncomingMessage, RequestOptions } from 'node:http';
import { request as secure } from 'node:https';
import { connect } from 'node:tls';

const patienceMs = 20_000;

export interface Answer {
  status: number;
  body: string;
}

/**
 * One request, through the proxy that HTTPS_PROXY names unless NO_PROXY speaks against it. Node's own `fetch` knows
 * proxies since Node 24 only; certificates of a company come by NODE_EXTRA_CA_CERTS.
 */
export async function send(
  url: URL,
  options: { method: 'GET' | 'POST'; headers: Record<string, string>; body?: string },
  environment: Record<string, string | undefined>,
): Promise<Answer> {
  const { method, headers, body = '' } = options;
  const proxy = url.protocol === 'https:' ? proxyFor(url.hostname, environment) : undefined;
  const to: RequestOptions = {
    method,
    headers,
    host: url.hostname,
    port: url.port,
    path: url.pathname + url.search,
  };
  if (proxy === undefined) return answered((url.protocol === 'https:' ? secure : plain)(to), body);
  const socket = await tunnel(proxy, `${url.hostname}:${url.port || 443}`);
  const tls = connect({ socket, servername: url.hostname });
  // Without an agent of its own: one would not ask for the connection, but make another.
  return answered(secure({ ...to, createConnection: () => tls }), body);
}

function answered(request: ClientRequest, body: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    request.once('error', reject);
    request.setTimeout(patienceMs, () =>
      request.destroy(new Error(`no answer after ${patienceMs / 1000} s`)),
    );
    request.once('response', (response: IncomingMessage) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk)).once('error', reject);
      response.once('end', () =>
        resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() }),
      );
    });
    request.end(body);
  });
}

function tunnel(proxy: URL, to: string): Promise<NonNullable<ReturnType<typeof connect>>> {
  const login =
    proxy.username === ''
      ? {}
      : {
          'proxy-authorization': `Basic ${Buffer.from(`${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`).toString('base64')}`,
        };
  return new Promise((resolve, reject) => {
    const { hostname: host, port } = proxy;
    const request = plain({
      host,
      port: port || 80,
      method: 'CONNECT',
      path: to,
      headers: { host: to, ...login },
    });
    request.once('error', reject);
    request.setTimeout(patienceMs, () => request.destroy(new Error(`proxy ${host} does not answer`)));
    request.once('connect', (response, socket) => {
      if (response.statusCode === 200) resolve(socket as ReturnType<typeof connect>);
      else reject(new Error(`proxy ${host} answers ${response.statusCode}`));
    });
    request.end();
  });
}

function proxyFor(host: string, environment: Record<string, string | undefined>): URL | undefined {
  const named = environment['HTTPS_PROXY'] || environment['https_proxy'];
  const without = (environment['NO_PROXY'] || environment['no_proxy'] || '').split(/[\s,]+/).filter(Boolean);
  const spared = without.some(
    (each) => each === '*' || host === each || host.endsWith(`.${each.replace(/^\*?\./, '')}`),
  );
  return named === undefined || named === '' || spared ? undefined : new URL(named);
}
