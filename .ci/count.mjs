/**
 * `node .ci/count.mjs REPORT…`: prints the last line of a CI run, counted from jest's JSON reports. Exits 1 where a test
 * failed, was skipped, or where a suite that needs the outside (moto, Packer) was not there at all.
 */
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';

/** Tests that may be skipped, by full name. A test that cannot run everywhere has to say why it is here. */
const maySkip = new Set([]);
/** Suites that prove something only where the real counterpart is installed. */
const needed = [/^test\/contract\//, /packer/];

function read(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    console.log('no test report: the tests did not run to their end');
    return { testResults: [{ name: 'test', status: 'failed', assertionResults: [] }] };
  }
}

const reports = process.argv.slice(2).flatMap((path) => read(path).testResults);
const suites = reports.map(({ name, status, message, assertionResults }) => ({
  path: relative(process.cwd(), name),
  broken: status === 'failed' && assertionResults.length === 0 ? (message ?? '') : undefined,
  tests: assertionResults,
}));
const tests = suites.flatMap(({ tests }) => tests);
const passed = tests.filter(({ status }) => status === 'passed');
const failed = tests.filter(({ status }) => status === 'failed');
const skipped = tests.filter(({ status }) => !['passed', 'failed'].includes(status));
// A suite that cannot be loaded has no tests, and fails all the same.
const broken = suites.filter((suite) => suite.broken !== undefined);

const notAllowed = skipped.filter(({ fullName }) => !maySkip.has(fullName));
for (const { fullName } of notAllowed) console.log(`skipped, which is a failure here: ${fullName}`);
const missing = needed.filter(
  (pattern) =>
    !suites.some(
      (suite) => pattern.test(suite.path) && suite.tests.some(({ status }) => status === 'passed'),
    ),
);
for (const pattern of missing) console.log(`no passed test in a suite like ${pattern}`);

const counts = [`${passed.length} passed`, `${failed.length + broken.length} failed`];
if (skipped.length > 0) counts.push(`${skipped.length} skipped`);
console.log(counts.join(', '));
if (failed.length + broken.length + notAllowed.length + missing.length > 0) process.exit(1);
