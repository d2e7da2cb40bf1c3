import found from './weaknesses/found.json';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isSensible, search, type Found } from './search-weakness';
import { bundleWorker } from './run/bundle';
import { everyEdit, weaknesses } from './weaknesses';

/** `npm run simulate:weaknesses` searches for all of them anew; here each is run with the seed that showed it. */
const known = new Map((found as Found[]).map((it) => [it.weakness, it]));

let folder: string;
let file: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'bakery-weaknesses-'));
  file = join(folder, 'worker.mjs');
  await bundleWorker(file, everyEdit());
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('there are at least twenty mistakes, and each was found within its seeds', () => {
  expect(weaknesses.length).toBeGreaterThanOrEqual(20);
  const missing = weaknesses.filter(({ name, withinSeeds }) => {
    const { seed, seeds = 0 } = known.get(name) ?? {};
    return seed === undefined || seeds > withinSeeds;
  });
  expect(missing.map(({ name }) => name)).toEqual([]);
});

test('each is found again, by an invariant that says something about it', async () => {
  const left = [...weaknesses];
  const missed: string[] = [];
  const work = async () => {
    for (let weakness = left.shift(); weakness !== undefined; weakness = left.shift()) {
      const result = await search(file, weakness, [known.get(weakness.name)?.seed ?? 1]);
      if (!isSensible(weakness, result))
        missed.push(`${weakness.name}: ${result.by.join(', ') || 'nothing'}`);
    }
  };
  await Promise.all([work(), work()]);
  expect(missed).toEqual([]);
}, 240_000);

test('in the same bundle, without a mistake chosen, nothing is found', async () => {
  const honest = { name: 'none', says: '', foundBy: [], withinSeeds: 3 };
  expect((await search(file, honest, [1, 2, 3])).by).toEqual([]);
}, 60_000);
