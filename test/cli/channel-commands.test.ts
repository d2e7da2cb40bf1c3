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

test('a bake is revoked by its id alone, seen everywhere, and taken back', async () => {
  await push('# 2');
  const bake = (await run('explain', 'web')).out.match(/by bake (b-\S+),/)?.[1] ?? '';
  const revoked = await run('revoke', bake, '--why', 'openssl is broken');
  expect(revoked).toMatchObject({ exitCode: 0, err: '' });
  expect(revoked.out).toMatch(
    new RegExp(`^accepted a revocation of bake ${bake} of web/x86_64, command \\S+\\.\n.*unrevoke ${bake}`),
  );
  const explained = await run('explain', 'web');
  expect(explained.out).toMatch(
    /decision +blocked: bake b-\S+ of platform\/web\/x86_64 was revoked by ada@workshop/,
  );
  expect(explained.out).toMatch(
    new RegExp(` revoked +bake ${bake} at 2026-\\S+ \\S+ UTC by ada@workshop: openssl is broken\n`),
  );
  const status = await run('status', '--account', 'platform');
  expect(status.out).toMatch(/Revoked:\n  web\/x86_64: bake b-\S+ at .* by ada@workshop: openssl is broken/);
  const back = await run('unrevoke', bake, '--why', 'a mistake', '--json');
  expect(JSON.parse(back.out)).toMatchObject({
    format: 'ami-bakery/unrevoke/1',
    bake,
    images: ['web/x86_64'],
    accepted: true,
  });
  expect((await run('explain', 'web')).out).not.toContain('revoked');
});

test('what was revoked with its base says with which bake', async () => {
  const bake = (await run('explain', 'base-al2023')).out.match(/by bake (b-\S+),/)?.[1] ?? '';
  await run('revoke', bake, '--image', 'base-al2023', '--why', 'openssl is broken');
  expect((await run('explain', 'web')).out).toMatch(
    new RegExp(
      ` revoked +bake b-\\S+, with bake ${bake} of platform/base-al2023/x86_64 at .* by ada@workshop: openssl`,
    ),
  );
});

test('a bake that no bakery shows: which one is meant has to be said', async () => {
  const nobody = await run('revoke', 'b-nobodys', '--why', 'x');
  expect(nobody.exitCode).toBe(2);
  expect(nobody.err).toMatch(/It is not known which bakery has had bake b-nobodys: .*\n.*--account/);
  expect((await run('revoke', 'b-nobodys', '--why', 'x', '--account', 'platform')).exitCode).toBe(0);
});
