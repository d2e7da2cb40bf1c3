import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hourMs } from '../../src/lib/definitions/instant';
import type { Comparison } from '../../src/lib/lifecycle/compare-bakes';
import { accounts, MemoryBakery, region } from '../support/memory-bakery';
import { platformFiles, shopFiles } from '../support/starter';
import { told } from '../support/told';
import { serve } from './control-server';
import { bakery } from './in-process';

const { platform } = accounts;
let packages: string[];
let tells: boolean;
let made: MemoryBakery;
let server: Awaited<ReturnType<typeof serve>>;
let folder: string;

const push = async (text: string, variables = '') => {
  const yml = String(platformFiles()['bakery.yml'])
    .replace('publish: always', 'publish: if-changed')
    .replace('template: web/', `template: web/${variables}`);
  made.push(platform, platformFiles({ 'bakery.yml': yml, 'web/main.pkr.hcl': text }));
  await made.settle();
};
const night = async () => {
  await made.pass(24 * hourMs);
  await made.tick(platform);
};
const run = (...args: string[]) => bakery(folder, args);
const published = async (image: string) =>
  (await made.report(platform)).images.find((one) => one.image === image)!.bakeId!;
const base = () => published('base-al2023/x86_64');
const web = () => published('web/x86_64');

beforeEach(async () => {
  packages = ['bash 5', 'kernel 6.1', 'openssl 3.2'];
  tells = true;
  folder = mkdtempSync(join(tmpdir(), 'bakery-cli-'));
  made = new MemoryBakery({ tells: () => (tells ? told(packages) : undefined) });
  await push('# 1');
  made.push(accounts.shop, shopFiles());
  await made.settle();
  server = await serve(made, folder);
});
afterEach(async () => {
  await server.close();
  made.close();
  rmSync(folder, { recursive: true, force: true });
});

test('an image alone is its published bake, held against the one before', async () => {
  const before = await base();
  packages = ['bash 5', 'chrony 4', 'kernel 6.2'];
  await night();
  const { exitCode, out, err } = await run('diff', 'base-al2023');
  expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' });
  expect(out).toMatch(/^base-al2023\/x86_64\n/);
  expect(out).toMatch(
    new RegExp(`^ {2}from +${before} of 2026-11-22 12:\\d\\d UTC, ready, commit \\w{8}: it has never`, 'm'),
  );
  expect(out).toMatch(
    new RegExp(`^ {2}to +${await base()} of .*, ready, commit \\w{8}: its schedule fired at`, 'm'),
  );
  expect(out).toMatch(/^ {2}packages +1 changed, 1 new, 1 removed, 1 the same$/m);
  expect(out).toMatch(/^ {2}inputs +the same$/m);
  expect(out).toMatch(/^ {2}base +ami-\w+, the same$/m);
  expect(out).toMatch(/^ {2}builder +packer 1\.16\.0; .*, the same$/m);
  const rows = out.slice(out.indexOf('package ')).split('\n').slice(1);
  expect(rows.map((row) => row.trim().split(/ {2,}/))).toEqual([
    ['changed', 'kernel', '6.1', '6.2'],
    ['new', 'chrony', '-', '4'],
    ['removed', 'openssl', '3.2', '-'],
  ]);
});

test('two bakes: inputs with their ids, variables by name, the base', async () => {
  const before = await web();
  await push('# 2', '\n    variables: { nginx_version: "1.29" }');
  const { out } = await run('diff', before, await web());
  expect(out).toMatch(/^ {2}inputs +1 changed$/m);
  expect(out).toMatch(/^ {2}variables +1 changed$/m);
  expect(out).toMatch(/^input +from +to\nweb +\w{8} +\w{8}$/m);
  expect(out).toMatch(/^variable +from +to\nnginx_version +- +1\.29$/m);
  expect(out).toMatch(/^ {2}packages +0 changed, 0 new, 0 removed, 3 the same$/m);
});

test('--json is all of it', async () => {
  const before = await base();
  packages = ['bash 6'];
  await night();
  const { out } = await run('diff', before, await base(), '--json');
  const { format, comparisons } = JSON.parse(out) as { format: string; comparisons: Comparison[] };
  expect(format).toBe('ami-bakery/diff/1');
  expect(comparisons).toHaveLength(1);
  expect(comparisons[0]).toMatchObject({
    from: { bakeId: before, image: 'base-al2023/x86_64', packages: { count: 3 } },
    to: { packages: { count: 1 } },
    packages: { known: true, same: 0 },
    inputs: [],
    sameContent: true,
  });
});

test('a night that changed nothing is found by its id, and differs in nothing', async () => {
  const before = await base();
  await night();
  const { out: explained } = await run('explain', 'base-al2023');
  const discarded = /the bake of \S+ \((b-\w+)\) was equal to it/.exec(explained)![1]!;
  const { out } = await run('diff', before, discarded);
  expect(out).toContain(`unchanged, came to ${before}`);
  expect(out).toMatch(/^ {2}packages +0 changed, 0 new, 0 removed, 3 the same$/m);
});

test('two images are compared as what they are', async () => {
  const { out } = await run('diff', await base(), await web());
  expect(out).toMatch(/^base-al2023\/x86_64 and web\/x86_64, two images$/m);
  expect(out).toMatch(/^ {2}base +ami-\w+ → ami-\w+$/m);
});

test('what a template does not tell is not known, and says so', async () => {
  tells = false;
  await night();
  const { out, exitCode } = await run('diff', 'base-al2023');
  expect(exitCode).toBe(0);
  expect(out).toMatch(/^ {2}packages +not known: the build of b-\w+ told no packages$/m);
  expect(out).toMatch(/^ {2}builder +packer .* → not known$/m);
});

test.each([
  [
    'NO_SUCH_BAKE',
    ['b-01ksv2m0c4aaaaaaaaaaaaaaaa', 'b-01ksv2m0c4aaaaaaaaaaaaaaab'],
    'No image has a bake b-01ksv2m0c4aaaaaaaaaaaaaaaa.',
  ],
  ['NO_SUCH_IMAGE', ['wep'], 'No image is called wep.'],
  ['NOTHING_BEFORE', ['web'], 'There is no bake of web before what is published.'],
  ['USAGE', ['b-01ksv2m0c4aaaaaaaaaaaaaaaa'], 'is to be held against what?'],
  ['USAGE', ['web', 'batch'], '"web" is no bake.'],
])('%s: %j', async (code, args, says) => {
  const { exitCode, err } = await run('diff', ...args);
  expect(exitCode).toBe(2);
  expect(err).toContain(code);
  expect(err).toContain(says);
});

test('a bake that runs has nothing to compare yet', async () => {
  const before = await base();
  const ask = { command: 'bake', by: 'ada', why: 'x', image: 'base-al2023' };
  await made.aws.functions.invoke({ account: platform, region }, 'command', ask);
  await made.aws.scheduler.pass(10_000);
  const { live } = (await made.report(platform)).images.find(({ image }) => image === 'base-al2023/x86_64')!;
  const { err } = await run('diff', before, live!.bakeId);
  expect(err).toContain('STILL_RUNNING');
  expect(err).toContain(`Bake ${live!.bakeId} has not ended yet.`);
});

test('four hundred changes are a summary, and a line each', async () => {
  packages = Array.from({ length: 400 }, (_, n) => `package-${n} 1.${n}`);
  await night();
  packages = packages.map((line) => `${line}.1`);
  await night();
  const { out } = await run('diff', 'base-al2023');
  expect(out).toMatch(/^ {2}packages +400 changed, 0 new, 0 removed, 0 the same$/m);
  expect(out.split('\n').filter((line) => line.startsWith('changed '))).toHaveLength(400);
});
