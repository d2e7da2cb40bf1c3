import seeds from './seeds.json';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { faultKinds, type FaultKind } from './contract';
import { bundleWorker } from './run/bundle';
import type { SeedResult } from './run/run-seed';
import { Workers, type SimWorker } from './run/workers';

/** CI runs all of the known ones, and more: `npm run simulate -- --known --seeds 300 --seconds 60 --seed $DAY`. */
const known = 6;
const fresh = 4;
const firstFresh = 40_000;
/** A small one. */
const httpSeed = 40_005;

let folder: string;
let workers: Workers;
let one: SimWorker;
let other: SimWorker;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'bakery-simulation-'));
  const file = join(folder, 'worker.mjs');
  await bundleWorker(file);
  workers = new Workers(file, { faults: [...faultKinds] });
  [one, other] = await Promise.all([workers.start(), workers.start()]);
}, 60_000);
afterAll(() => {
  workers.end();
  rmSync(folder, { recursive: true, force: true });
});

const verdicts = ({ violations }: SeedResult): string[] =>
  violations.map(({ invariant, message }) => `${invariant}: ${message}`);

test('seeds that failed lately hold, and fresh ones do', async () => {
  const all = [
    ...seeds.slice(-known).map(({ seed }) => seed),
    ...Array.from({ length: fresh }, (_, n) => firstFresh + n),
  ];
  const results: SeedResult[] = [];
  await Promise.all(
    [one, other].map(async (worker) => {
      for (let seed = all.shift(); seed !== undefined; seed = all.shift())
        results.push(await worker.run(seed));
    }),
  );
  expect(
    results.flatMap((result) => verdicts(result).map((verdict) => `seed ${result.seed}: ${verdict}`)),
  ).toEqual([]);
  expect(results.reduce((sum, { events }) => sum + events, 0)).toBeGreaterThan(50 * results.length);
  const struck = new Set(results.flatMap(({ faults }) => Object.keys(faults) as FaultKind[]));
  expect(struck.size).toBeGreaterThan(faultKinds.length / 2);
}, 120_000);

test('a seed replays bit by bit: again, after another seed, and in another process', async () => {
  const [first, elsewhere] = await Promise.all([one.run(7), other.run(3).then(() => other.run(7))]);
  const again = await one.run(7);
  const after = await one.run(3).then(() => one.run(7));
  expect(first.events).toBeGreaterThan(20);
  expect([again, elsewhere, after].map(({ hash }) => hash)).toEqual([first.hash, first.hash, first.hash]);
  expect((await one.run(3)).hash).not.toBe(first.hash);
}, 60_000);

test('the same goes on over HTTP, with repos that git reads', async () => {
  const elsewhere = new Workers(join(folder, 'worker.mjs'), { faults: [...faultKinds], httpGit: true });
  try {
    const worker = await elsewhere.start();
    const result = await worker.run(httpSeed);
    expect(verdicts(result)).toEqual([]);
    expect(result.events).toBeGreaterThan(20);
    expect(result.calls).toBeGreaterThan(result.events);
  } finally {
    elsewhere.end();
  }
}, 60_000);

const simulate = (...args: string[]): Promise<{ code: number; out: string }> =>
  new Promise((resolve) => {
    execFile(
      process.execPath,
      ['--no-warnings', '--import', 'tsx', join(import.meta.dirname, 'main.ts'), ...args],
      { env: { ...process.env, NO_COLOR: '1' } },
      (error, stdout, stderr) =>
        resolve({ code: error === null ? 0 : Number(error.code), out: stdout + stderr }),
    );
  });

test('a mistake is found, made small, and told so that a person can read it', async () => {
  const { code, out } = await simulate(
    ...['--seeds', '30', '--workers', '1', '--stop', '--weakness', 'announce-first'],
  );
  expect(out).toMatch(/found at seed \d+/);
  expect(out).toMatch(/left after \d+ smaller runs: \d+ of \d+ happenings/);
  expect(out).toMatch(/SNS.Publish/);
  expect(code).toBe(1);
}, 120_000);

test.each([
  [['--seeds', 'many'], /--seeds takes a whole number/],
  [['--faults', 'gremlins'], /gremlins is no kind of fault/],
  [['--weakness', 'none-such'], /none-such is no weakness/],
  [['--nonsense'], /--nonsense is no option/],
])(
  'refuses %j',
  async (args, message) => {
    const { code, out } = await simulate(...args);
    expect(out).toMatch(message);
    expect(code).toBe(2);
  },
  60_000,
);
