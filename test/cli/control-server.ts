import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import type { InvokeRequest, LocalState } from '../../src/local/control-protocol';
import { stateFile } from '../../src/local/control-protocol';
import type { MemoryBakery } from '../support/memory-bakery';
import { region } from '../support/memory-bakery';

/** The control endpoint of a local bakery that lives in the test: the real functions behind the real protocol. */
export async function serve(bakery: MemoryBakery, folder: string) {
  const token = 'for-tests';
  const requests: InvokeRequest[] = [];
  const server = createServer((request, response) => {
    void (async () => {
      let text = '';
      for await (const chunk of request) text += String(chunk);
      const reply = (status: number, body: unknown) => {
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
      };
      if (request.headers.authorization !== `Bearer ${token}`) return reply(401, { message: 'wrong token' });
      const asked = JSON.parse(text) as InvokeRequest;
      requests.push(asked);
      try {
        const at = { account: asked.account, region };
        reply(200, { ok: true, answer: await bakery.aws.functions.invoke(at, asked.function, asked.event) });
      } catch (error) {
        const cause = (error as Error).cause as Error;
        reply(200, { ok: false, errorType: cause.name, errorMessage: cause.message });
      }
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const state: LocalState = {
    format: 'ami-bakery/local/1',
    pid: process.pid,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    token,
    accounts: bakery.all.map(({ title, settings }) => ({ id: settings.account, title })),
  };
  const write = (changes: object = {}) => {
    mkdirSync(dirname(join(folder, stateFile)), { recursive: true });
    writeFileSync(join(folder, stateFile), JSON.stringify({ ...state, ...changes }));
  };
  write();
  return {
    requests,
    write,
    close: () => new Promise<void>((resolve) => void server.close(() => resolve())),
  };
}
