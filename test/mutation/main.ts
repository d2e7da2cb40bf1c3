import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readReport, score, survivors, tally, total, type Survivor, type Tally } from './report';

/**
 * `npm run mutate [-- folder …]`: changes the code of the pure folders in thousands of small ways and tells which changes
 * no test finds. Ends with 1 where the score is too low or a survivor was not judged. See docs/mutation.md.
 */
const folders = ['announcement', 'definitions', 'lifecycle', 'notices', 'planning'];
const wantedScore = 85;

/** A group of survivors and what was made of it. `files` and `mutant` are regular expressions. */
interface Judgement {
  files: string;
  mutant: string;
  /** How many survivors were looked at: one more of them is not judged. */
  count: number;
  /** Whether it holds for lines that no test runs as well: a whole function without a test is no matter of wording. */
  unreached?: boolean;
  verdict: 'equivalent' | 'message' | 'speed' | 'accepted';
  why: string;
}

const root = join(import.meta.dirname, '..', '..');
const chosen = process.argv.slice(2);
const unknown = chosen.filter((folder) => !folders.includes(folder));
if (unknown.length > 0) {
  console.error(
    `There is no pure folder ${unknown.join(', ')}. Name some of ${folders.join(', ')}, or none for all.`,
  );
  process.exit(2);
}

const judged = JSON.parse(readFileSync(join(import.meta.dirname, 'judged.json'), 'utf8')) as Judgement[];
const rules = judged.map((one) => ({
  ...one,
  files: new RegExp(one.files),
  mutant: new RegExp(one.mutant),
  found: 0,
}));
const isJudged = ({ file, mutant, reached }: Survivor): boolean => {
  const rule = rules.find(
    (one) =>
      one.found < one.count &&
      (reached || one.unreached === true) &&
      one.files.test(file) &&
      one.mutant.test(mutant),
  );
  if (rule === undefined) return false;
  rule.found += 1;
  return true;
};

const rows: { tally: Tally; seconds: number; survivors: Survivor[] }[] = [];
for (const folder of chosen.length > 0 ? chosen : folders) {
  const startedMs = Date.now();
  mutate(folder);
  const report = readReport(join(root, `coverage/mutation/${folder}.json`));
  const seconds = Math.round((Date.now() - startedMs) / 1_000);
  rows.push({ tally: tally(folder, report), seconds, survivors: survivors(report) });
}

const open = rows.flatMap((row) => row.survivors.filter((one) => !isJudged(one)));
for (const { file, line, mutant, reached } of open) {
  console.log(`${file}:${line}${reached ? '' : ' (no test runs it)'}\n    ${mutant}`);
}

for (const verdict of ['equivalent', 'speed', 'message', 'accepted'] as const) {
  const found = rules.filter((one) => one.verdict === verdict).reduce((all, one) => all + one.found, 0);
  console.log(`${verdict}: ${found}`);
}

const sum = total(rows.map((row) => row.tally));
console.log('| folder | mutants | killed | timed out | survived | not reached | score | seconds |');
console.log('| --- | --- | --- | --- | --- | --- | --- | --- |');
for (const row of rows) console.log(line(row.tally, row.seconds));
console.log(
  line(
    sum,
    rows.reduce((seconds, row) => seconds + row.seconds, 0),
  ),
);
console.log(
  `${open.length} of ${sum.survived + sum.noCoverage} survivors are not judged in test/mutation/judged.json.`,
);
process.exitCode = open.length > 0 || rows.some((row) => score(row.tally) < wantedScore) ? 1 : 0;

function mutate(folder: string): void {
  const stryker = join(root, 'node_modules/@stryker-mutator/core/bin/stryker.js');
  const { status } = spawnSync(process.execPath, [stryker, 'run', 'test/mutation/stryker.config.mjs'], {
    cwd: root,
    env: { ...process.env, MUTATED_FOLDER: folder },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (status !== 0) throw new Error(`Stryker ended with ${status} for ${folder}: see what it says above.`);
}

function line(of: Tally, seconds: number): string {
  const { folder, mutants, killed, timeout, survived, noCoverage } = of;
  const percent = score(of).toFixed(1);
  return `| ${[folder, mutants, killed, timeout, survived, noCoverage, `${percent} %`, seconds].join(' | ')} |`;
}
