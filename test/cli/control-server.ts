import { ControlServer } from '../../src/local/bakery/control-server';
import { writeStateFile } from '../../src/local/bakery/state-file';
import type { LocalState } from '../../src/local/control-protocol';
import type { MemoryBakery } from '../support/memory-bakery';

/** What `bakery up` opens, for a bakery that lives in the test. */
export async function serve(bakery: MemoryBakery, folder: string) {
  const token = 'for-tests';
  const server = new ControlServer({ aws: bakery.aws, deployments: bakery.all }, token);
  const url = await server.start();
  const accounts = bakery.all.map(({ title, settings }) => ({ id: settings.account, title }));
  const state: LocalState = { format: 'ami-bakery/local/1', pid: process.pid, url, token, accounts };
  const write = (changes: Partial<LocalState> = {}) => writeStateFile(folder, { ...state, ...changes });
  write();
  return { write, close: () => server.stop() };
}
