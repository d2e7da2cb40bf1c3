import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleWorker } from './run/bundle';
import { isSensible, search, type Found } from './search-weakness';
import { everyEdit, weaknesses } from './weaknesses';

const foundFile = join(import.meta.dirname, 'weaknesses/found.json');
const document = join(import.meta.dirname, '../../docs/reliability.md');
const [begin, end] = ['<!-- weaknesses: begin -->', '<!-- weaknesses: end -->'];

/** The table between the marks of docs/reliability.md. */
async function writeTable(all: readonly Found[]): Promise<void> {
  const rows = weaknesses.map(({ name, says, faults = ['all'] }) => {
    const found = all.find(({ weakness }) => weakness === name);
    const seeds =
      found?.seed === undefined
        ? found === undefined
          ? 'not searched for yet'
          : `not in ${found.seeds}`
        : String(found.seeds);
    return `| ${name} | ${says} | ${faults.join(', ')} | ${seeds} | ${found?.by.join(', ') ?? ''} |`;
  });
  const table = [
    '| weakness | what is done wrong | seeds | found by |',
    '| --- | --- | --- | --- |',
    ...rows,
  ];
  const text = await readFile(document, 'utf8');
  const [before = '', rest = ''] = text.split(begin);
  const after = rest.split(end)[1] ?? '';
  await writeFile(document, `${before}${begin}\n\n${table.join('\n')}\n\n${end}${after}`);
}

/** `npm run simulate:weaknesses -- [NAME …] [SEEDS]`: all of them, or those that are named; with no more seeds than so many. */
async function main(names: readonly string[]): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'bakery-weaknesses-'));
  try {
    const file = join(folder, 'worker.mjs');
    await bundleWorker(file, everyEdit());
    const known = JSON.parse(await readFile(foundFile, 'utf8')) as Found[];
    let missed = 0;
    const most = Number(names.find((name) => /^\d+$/.test(name)) ?? Infinity);
    const named = names.filter((name) => !/^\d+$/.test(name));
    for (const weakness of weaknesses) {
      if (named.length > 0 && !named.includes(weakness.name)) continue;
      const length = Math.min(most, weakness.withinSeeds);
      const seeds = Array.from({ length }, (_, index) => index + 1);
      const found = await search(file, weakness, seeds);
      const sensible = isSensible(weakness, found);
      if (!sensible) missed += 1;
      console.log(
        `${sensible ? 'found' : 'MISSED'} ${weakness.name}: ${found.seeds} seeds, ${found.by.join(', ') || 'by nothing'}`,
      );
      const index = known.findIndex((it) => it.weakness === weakness.name);
      known.splice(index < 0 ? known.length : index, index < 0 ? 0 : 1, found);
      await writeFile(foundFile, `${JSON.stringify(known, null, 2)}\n`);
      await writeTable(known);
    }
    return missed === 0 ? 0 : 1;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

process.exitCode = await main(process.argv.slice(2));
