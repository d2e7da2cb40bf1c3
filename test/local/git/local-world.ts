import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Chance } from '../../../src/local/aws/chance';
import { VirtualClock } from '../../../src/local/aws/clock';
import type { CallSite, EventSink, World } from '../../../src/local/aws/world';

export const at: CallSite = { account: '111111111111', region: 'eu-west-1', caller: 'test' };
export const startMs = Date.UTC(2026, 10, 20, 16, 0, 0);

export const searchPath = process.env.PATH ?? '/usr/bin:/bin';

export interface RecordedEvent {
  account: string;
  region: string;
  source: string;
  'detail-type': string;
  detail: Record<string, unknown>;
  resources?: string[];
}

/** A world whose events are kept, whose scheduled things run at once, and whose clock stands still. */
export function testWorld() {
  const events: RecordedEvent[] = [];
  const tracked: Promise<unknown>[] = [];
  const sink: EventSink = {
    put: (account, region, event) => events.push({ account, region, ...event } as RecordedEvent),
  };
  const clock = new VirtualClock(startMs);
  const scheduler = {
    after: (_delayMs: number, _label: string, run: () => void | Promise<void>) => {
      tracked.push(Promise.resolve().then(run));
    },
    track: (_label: string, promise: Promise<unknown>) => {
      tracked.push(promise);
    },
  };
  const world = { clock, chance: new Chance(7), scheduler, events: sink } as unknown as World;
  const settle = async () => {
    while (tracked.length > 0) await tracked.shift();
  };
  return { world, clock, events, settle };
}

/** A temporary folder that is gone after the tests of the file. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'bakery-test-'));
  folders.push(folder);
  return folder;
}
const folders: string[] = [];
afterAll(() => Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true, force: true }))));

export async function writeFiles(folder: string, files: Record<string, string | Uint8Array>): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
}
