import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleWorker } from './run/bundle';
import { readOptions, usage, type Options } from './run/options';
import { Progress } from './run/progress';
import { tellFailure } from './run/tell-failure';
import { Silence, Workers } from './run/workers';
import { weaknesses } from './weaknesses';
import type { SeedResult } from './run/run-seed';

/** `npm run simulate`: seeds in as many processes as there are cores. Exit code 1: an invariant broke. */
async function main(args: readonly string[]): Promise<number> {
  const options = readOptions(args, availableParallelism());
  const folder = await mkdtemp(join(tmpdir(), 'bakery-simulation-'));
  try {
    const file = join(folder, 'worker.mjs');
    await bundleWorker(file, weakness(options)?.edit);
    const setup = {
      faults: options.faults,
      maxEvents: options.maxEvents,
      weakness: options.weakness,
      httpGit: options.httpGit,
    };
    const workers = new Workers(file, setup);
    try {
      return options.replay === undefined
        ? await simulate(options, workers)
        : await replay(options, options.replay, workers);
    } finally {
      workers.end();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function weakness({ weakness: name }: Options) {
  const found = weaknesses.find((one) => one.name === name);
  if (name !== undefined && found === undefined)
    throw new RangeError(`${name} is no weakness; there are ${weaknesses.map((one) => one.name).join(', ')}`);
  return found;
}

async function simulate(options: Options, workers: Workers): Promise<number> {
  const seeds = await seedsOf(options);
  const progress = new Progress(seeds.length, process.stdout);
  const startedMs = Date.now();
  const results: SeedResult[] = [];
  let next = 0;
  const mayBegin = () =>
    next < seeds.length &&
    (options.seconds === undefined || Date.now() - startedMs < options.seconds * 1_000) &&
    !(options.stopAtFirst && results.some(({ violations }) => violations.length > 0));
  await Promise.all(
    Array.from({ length: options.workers }, async () => {
      let worker = await workers.start();
      const run = async (seed: number): Promise<SeedResult> => {
        try {
          return await worker.run(seed);
        } catch (error) {
          if (!(error instanceof Silence)) throw error;
          // A seed is the same in every process: one that ends in a fresh one had a worker that was stuck.
          console.log(`${error.message}; again in a fresh one`);
          worker = await workers.start();
          return worker.run(seed);
        }
      };
      while (mayBegin()) {
        const result = await run(seeds[next++]!);
        results.push(result);
        progress.add(result);
      }
    }),
  );
  const order = new Map(seeds.map((seed, index) => [seed, index]));
  results.sort((a, b) => order.get(a.seed)! - order.get(b.seed)!);
  progress.end(results);
  const hash = createHash('sha256');
  for (const result of results) hash.update(result.hash);
  console.log(`hash of ${results.length} traces: ${hash.digest('hex')}`);
  const failed = results.filter(({ violations }) => violations.length > 0);
  if (failed[0] === undefined) return 0;
  console.log(`${failed.length} seeds failed: ${failed.map(({ seed }) => seed).join(' ')}`);
  if (options.weakness !== undefined)
    console.log(`weakness ${options.weakness}: found at seed ${results.indexOf(failed[0]) + 1}`);
  await tellFailure(failed[0], await workers.start());
  return 1;
}

async function seedsOf({ firstSeed, seeds, known }: Options): Promise<number[]> {
  const fresh = Array.from({ length: seeds }, (_, index) => firstSeed + index);
  if (!known) return fresh;
  const kept = JSON.parse(await readFile(join(import.meta.dirname, 'seeds.json'), 'utf8')) as {
    seed: number;
  }[];
  return [...new Set([...kept.map(({ seed }) => seed), ...fresh])];
}

async function replay({ verbose }: Options, seed: number, workers: Workers): Promise<number> {
  const worker = await workers.start();
  const result = await worker.tell({ seed, verbose }, (line) => console.log(line));
  console.log(`seed ${seed}: ${result.events} events, ${result.calls} calls, hash ${result.hash}`);
  for (const { invariant, message, facts } of result.violations)
    console.log(`violated ${invariant}: ${message}\n${JSON.stringify(facts, null, 2)}`);
  return result.violations.length > 0 ? 1 : 0;
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    console.error(error instanceof RangeError ? `${error.message}\n\n${usage}` : error);
    process.exitCode = 2;
  },
);
