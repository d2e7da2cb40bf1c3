import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { accounts, MemoryBakery } from '../support/memory-bakery';
import { platformFiles } from '../support/starter';
import { serve } from './control-server';
import { bakery } from './in-process';

const { platform } = accounts;
let made: MemoryBakery;
let server: Awaited<ReturnType<typeof serve>>;
let folder: string;

const push = async (text: string) => {
  const yml = (platformFiles()['bakery.yml'] as string).replace(
    'template: web/',
    'template: web/\n    channels: [candidate, stable]\n    promote: { soak: 24h }',
  );
  made.push(platform, platformFiles({ 'bakery.yml': yml, 'web/main.pkr.hcl': text }));
  await made.settle();
};

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'bakery-cli-'));
  made = new MemoryBakery();
  await push('# 1');
  server = await serve(made, folder);
});
afterEach(async () => {
  await server.close();
  made.close();
  rmSync(folder, { recursive: true, force: true });
});

const run = async (...args: string[]) => {
  const ran = await bakery(folder, args);
  await made.settle();
  return ran;
};

test('a further channel is a row of its own, and says when it follows', async () => {
  const status = await run('status', '--account', 'platform');
  expect(status.exitCode).toBe(0);
  expect(status.out).toMatch(/web\/x86_64 +candidate +ami-\S+ .* current/);
  expect(status.out).toMatch(/ stable +- +- +wait +bake b-\S+ soaks in candidate; it follows at /);
  const explained = await run('explain', 'web');
  expect(explained.out).toMatch(/ stable +never published\n +wait: bake b-\S+ soaks in candidate/);
});

test('promote, rollback and unpin, each accepted and seen afterwards', async () => {
  const promoted = await run('promote', 'web', 'stable', '--why', 'the fix has to be out today');
  expect(promoted).toMatchObject({ exitCode: 0, err: '' });
  expect(promoted.out).toMatch(/^accepted a promotion of web\/x86_64 to stable, command \S+\.\n/);
  await push('# 2');
  await run('promote', 'web', 'stable', '--why', 'this one, too');
  const back = await run('rollback', 'web', 'stable', '--why', 'it does not boot on t3');
  expect(back.out).toMatch(
    /^accepted a rollback of web\/x86_64 to the last good bake, command \S+\.\n.*bakery unpin web stable/,
  );
  const explained = await run('explain', 'web');
  expect(explained.out).toMatch(
    /current: pinned by ada@workshop since .* because it does not boot on t3; it stays until/,
  );
  await run('status', '--account', 'platform');
  const unpinned = await run('unpin', 'web', 'stable');
  expect(unpinned.out).toMatch(/^accepted the end of the pin of web\/x86_64, command /);
  expect((await run('explain', 'web')).out).not.toContain('pinned');
});

test('what is pinned in the first channel says so in the decision', async () => {
  await run('pin', 'web', 'candidate', '--until', 'base', '--why', 'a fair is on');
  const { out } = await run('explain', 'web', '--json');
  const [image] = (JSON.parse(out) as { images: { reason: string; pin: object }[] }).images;
  expect(image!.reason).toMatch(/^pinned to ami-\S+ by ada@workshop .* because a fair is on/);
  expect(image!.pin).toMatchObject({ by: 'ada@workshop', until: 'base' });
});

test('--until takes commit and base only; a promotion names its channel', async () => {
  expect((await run('pin', 'web', '--why', 'x', '--until', 'sunday')).exitCode).toBe(2);
  expect((await run('promote', 'web', '--why', 'x')).exitCode).toBe(2);
});
