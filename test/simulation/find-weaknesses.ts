import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import type { Weakness } from './contract';
import { bundleWorker } from './run/bundle';
import { isSensible, search, withoutIt, type Found } from './search-weakness';
import { everyEdit, weaknesses } from './weaknesses';
import { scenes } from './weaknesses/scenes';

const foundFile = join(import.meta.dirname, 'weaknesses/found.json');
const document = join(import.meta.dirname, '../../docs/reliability.md');
const [begin, end] = ['<!-- weaknesses: begin -->', '<!-- weaknesses: end -->'];

/** As `npm run check` wants it. */
async function writeFormatted(filepath: string, text: string): Promise<void> {
  await writeFile(filepath, await format(text, { ...(await resolveConfig(filepath)), filepath }));
}

/** The table between the marks of docs/reliability.md. */
async function writeTable(all: readonly Found[]): Promise<void> {
  const rows = weaknesses.map(({ name, says, faults = ['all'] }) => {
    const found = all.find(({ weakness }) => weakness === name);
    const scene = scenes[name] === undefined ? '' : 'own';
    return `| ${name} | ${says} | ${faults.join(', ')} | ${scene} | ${seedsOf(found)} | ${found?.by.join(', ') ?? ''} |`;
  });
  const table = [
    '| weakness | what is done wrong | faults that strike | scene | seeds | found by |',
    '| --- | --- | --- | --- | --- | --- |',
    ...rows,
  ];
  const text = await readFile(document, 'utf8');
  const [before = '', rest = ''] = text.split(begin);
  const after = rest.split(end)[1] ?? '';
  await writeFormatted(document, `${before}${begin}\n\n${table.join('\n')}\n\n${end}${after}`);
}

function seedsOf(found: Found | undefined): string {
  if (found === undefined) return 'not searched for yet';
  return found.seed === undefined ? `not in ${found.seeds}` : String(found.seeds);
}

const tell = (isWell: boolean, { weakness, seeds, by, falseAlarm }: Found): void =>
  console.log(
    `${isWell ? 'found' : 'MISSED'} ${weakness}: ${seeds} seeds, ${by.join(', ') || 'by nothing'}${
      falseAlarm === undefined ? '' : `; without the mistake as well: ${falseAlarm.join(', ')}`
    }`,
  );

/** Searches from seed 1 on, and writes down what it finds. Answers how many were missed. */
async function findAnew(file: string, wanted: readonly Weakness[], most: number): Promise<number> {
  const known = JSON.parse(await readFile(foundFile, 'utf8')) as Found[];
  let missed = 0;
  for (const weakness of wanted) {
    const length = Math.min(most, weakness.withinSeeds);
    const found = await search(
      file,
      weakness,
      Array.from({ length }, (_, index) => index + 1),
    );
    const falseAlarm = found.seed === undefined ? [] : await withoutIt(file, weakness, found.seed);
    if (falseAlarm.length > 0) found.falseAlarm = falseAlarm;
    const isWell = isSensible(weakness, found);
    if (!isWell) missed += 1;
    tell(isWell, found);
    const index = known.findIndex((it) => it.weakness === weakness.name);
    known.splice(index < 0 ? known.length : index, index < 0 ? 0 : 1, found);
    await writeFormatted(foundFile, JSON.stringify(known));
    await writeTable(known);
  }
  return missed;
}

/** Runs the seeds that showed them once more. Answers how many show nothing now. */
async function findAgain(file: string, wanted: readonly Weakness[]): Promise<number> {
  const known = JSON.parse(await readFile(foundFile, 'utf8')) as Found[];
  const left = [...wanted];
  let missed = 0;
  const work = async () => {
    for (let weakness = left.shift(); weakness !== undefined; weakness = left.shift()) {
      const { name } = weakness;
      const seed = known.find((it) => it.weakness === name)?.seed;
      const found = await search(file, weakness, seed === undefined ? [] : [seed]);
      const isWell = isSensible(weakness, found);
      if (!isWell) missed += 1;
      tell(isWell, found);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  return missed;
}

/**
 * `npm run simulate:weaknesses -- [NAME …] [SEEDS]`: all of them, or those that are named; with no more seeds than so many.
 * `--known`: with the seeds alone that showed them, and nothing is written.
 */
async function main(args: readonly string[]): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'bakery-weaknesses-'));
  try {
    const file = join(folder, 'worker.mjs');
    await bundleWorker(file, everyEdit());
    const names = args.filter((arg) => !/^\d+$/.test(arg) && arg !== '--known');
    const wanted = weaknesses.filter(({ name }) => names.length === 0 || names.includes(name));
    const most = Number(args.find((arg) => /^\d+$/.test(arg)) ?? Infinity);
    const missed = args.includes('--known')
      ? await findAgain(file, wanted)
      : await findAnew(file, wanted, most);
    return missed === 0 ? 0 : 1;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

process.exitCode = await main(process.argv.slice(2));
