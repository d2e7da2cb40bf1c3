import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { declareFactoryPlugin, PluginKind } from '@stryker-mutator/api/plugin';
import {
  determineHitLimitReached,
  DryRunStatus,
  TestStatus,
  toMutantRunResult,
} from '@stryker-mutator/api/test-runner';
import { expect } from 'expect';
import { bundle } from './bundle.mjs';
import { fewerCases } from './fewer-cases.mjs';

const circus = createRequire(import.meta.url)('jest-circus');

/**
 * Tests of time, which the load of thousands of runs would fail, of size, which take as long as all others together, and of
 * generated files that are not about the mutated code.
 * A mutant that only they would find counts as survived.
 */
const leftOut = [
  /is fast for|are cheap to ask|is refused in time|a thousand channels fit/,
  /TOO_MANY_IMAGES/,
  /generated\.test\.ts (?!schemas\/bakery\.schema\.json)/,
];

/** Files whose tests take long: most mutants are dead before they are reached. The one that finds most comes first. */
const slow = /(announcements|bakery-yml|catalog-limits|properties)\.test\.ts$/;
const rank = (file) => (slow.test(file) ? 1 : file.endsWith('/generated.test.ts') ? -1 : 0);

const fullName = ({ name, parent }) =>
  parent === undefined || parent.parent === undefined ? name : `${fullName(parent)} ${name}`;

/**
 * A test runner for Stryker that runs thousands of mutants in a minute: jest's own `describe`, `test` and `expect`
 * (jest-circus), around test files that are compiled into one script, which is evaluated anew for each mutant. Jest itself
 * would load every test file, with every module of it, for every mutant.
 */
class Runner {
  /** What the instrumented code reads and counts in. */
  #state = (globalThis.__stryker__ ??= {});
  #files = [];
  /** Tests by file, as the dry run of this process found them. */
  #tests = new Map();
  #evaluate;
  #run = { file: '', wanted: undefined, results: [], failed: false, counting: false };

  constructor(folder) {
    const files = readdirSync(`test/${folder}`, { recursive: true })
      .filter((name) => name.endsWith('.test.ts'))
      .map((name) => `test/${folder}/${name}`);
    this.#files = files.sort((a, b) => rank(a) - rank(b));
  }

  capabilities() {
    return { reloadEnvironment: true };
  }

  async init() {
    this.#evaluate = await bundle(this.#files, process.cwd());
    circus.addEventHandler((event) => this.#onEvent(event));
    const modules = this.#load();
    for (const file of this.#files) {
      circus.resetState();
      modules[file]();
      this.#tests.set(file, this.#idsOf(file, circus.getState().rootDescribeBlock));
    }
  }

  async dryRun() {
    this.#activate(undefined);
    this.#run = { wanted: undefined, results: [], failed: false, counting: true };
    await this.#runFiles(this.#files);
    return {
      status: DryRunStatus.Complete,
      tests: this.#run.results,
      mutantCoverage: this.#state.mutantCoverage,
    };
  }

  async mutantRun({ activeMutant, testFilter, hitLimit }) {
    this.#activate(activeMutant.id, hitLimit);
    const wanted = testFilter === undefined ? undefined : new Set(testFilter);
    this.#run = { wanted, results: [], failed: false, counting: false };
    const reaches = (file) => wanted === undefined || this.#tests.get(file).some((id) => wanted.has(id));
    await this.#runFiles(this.#files.filter(reaches));
    const { hitCount } = this.#state;
    return toMutantRunResult(
      determineHitLimitReached(hitCount, hitLimit) ?? {
        status: DryRunStatus.Complete,
        tests: this.#run.results,
      },
      false,
    );
  }

  #activate(id, hitLimit) {
    this.#state.activeMutant = id;
    this.#state.hitLimit = hitLimit;
    this.#state.hitCount = hitLimit === undefined ? undefined : 0;
    this.#state.currentTestId = undefined;
  }

  #load() {
    const { describe, it, test } = circus;
    return this.#evaluate({ describe, it, test, expect }, { 'fast-check': fewerCases });
  }

  /** File after file, until a test fails: one is enough. */
  async #runFiles(files) {
    const modules = this.#load();
    for (const file of files) {
      this.#run.file = file;
      circus.resetState();
      try {
        modules[file]();
        await circus.run();
      } catch (error) {
        // Tables of cases are made while a file is loaded: a mutant that throws there fails the file.
        this.#report({ id: file, name: file, timeSpentMs: 0, fileName: file }, [error]);
      }
      if (this.#run.failed && !this.#run.counting) return;
    }
  }

  #idsOf(file, block) {
    return block.children.flatMap((child) =>
      child.type === 'test' ? [`${file} ${fullName(child)}`] : this.#idsOf(file, child),
    );
  }

  #onEvent({ name, test }) {
    if (name === 'test_start') {
      const id = `${this.#run.file} ${fullName(test)}`;
      const { wanted, failed, counting } = this.#run;
      const unwanted = (failed && !counting) || (wanted !== undefined && !wanted.has(id));
      if (unwanted || leftOut.some((rule) => rule.test(id))) test.mode = 'skip';
      else if (counting) this.#state.currentTestId = id;
    }
    if (name === 'test_done' && test.mode !== 'skip') {
      const id = `${this.#run.file} ${fullName(test)}`;
      this.#state.currentTestId = undefined;
      this.#report(
        { id, name: id, timeSpentMs: test.duration ?? 0, fileName: join(process.cwd(), this.#run.file) },
        test.errors,
      );
    }
  }

  #report(result, errors) {
    if (errors.length === 0) {
      this.#run.results.push({ ...result, status: TestStatus.Success });
      return;
    }
    this.#run.failed = true;
    const [error] = errors.flat();
    this.#run.results.push({
      ...result,
      status: TestStatus.Failed,
      failureMessage: String(error instanceof Error ? error.message : error).slice(0, 1_000),
    });
  }
}

const make = () => new Runner(process.env['MUTATED_FOLDER'] ?? 'planning');
make.inject = [];

export const strykerPlugins = [declareFactoryPlugin(PluginKind.TestRunner, 'circus', make)];
