import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkOut } from '../bake/check-out';
import { awsCalls } from './aws-call';
import type { TestOutcome } from './outcome';
import { errorOutcome, exportLines } from './outcome';
import { test } from './test';

/**
 * `main.mjs test FOLDER` tests, leaves its outcome in FOLDER and ends with 1 unless the candidate passed; `main.mjs exports
 * FOLDER` prints the shell lines that export the outcome, also of a test that never got as far as leaving one.
 */
const [command, folder = '.'] = process.argv.slice(2);
const outcomeFile = join(folder, 'outcome.json');
const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

if (command === 'test') {
  mkdirSync(folder, { recursive: true });
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.on(signal, () => stop.abort(`the build was asked to end (${signal})`));
  const nowMs = () => Date.now();
  const outcome = await test({
    environment: process.env,
    source: () =>
      checkOut(join(folder, 'repo'), process.env) ?? process.env['CODEBUILD_SRC_DIR'] ?? process.cwd(),
    aws: (region) =>
      awsCalls({
        region,
        environment: process.env,
        nowMs,
        sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
      }),
    workFolder: folder,
    signal: stop.signal,
    nowMs,
    say,
  });
  writeFileSync(outcomeFile, JSON.stringify(outcome));
  say(`test: ${outcome.result}${outcome.failureClass === '' ? '' : ` (${outcome.failureClass})`}`);
  process.exit(outcome.result === 'passed' ? 0 : 1);
} else {
  const outcome = existsSync(outcomeFile)
    ? (JSON.parse(readFileSync(outcomeFile, 'utf8')) as TestOutcome)
    : errorOutcome(new Error('the test left no result'));
  process.stdout.write(exportLines(outcome));
}
