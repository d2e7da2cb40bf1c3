import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LocalCodeBuild } from '../../../src/local/builds/codebuild';
import { LocalCodeCommit } from '../../../src/local/git/codecommit';
import { twoAccounts } from './world';

const root = join(import.meta.dirname, '../../..');
const rows = [
  ...readFileSync(join(root, 'docs/contract.md'), 'utf8').matchAll(/^\| (\w+)\.(\w+) +\| (\w+) +\|/gm),
].map(([, service, operation, against]) => ({ service, operation, against }));

const contractFolder = join(root, 'test/contract');
const cases = readdirSync(contractFolder)
  .filter((name) => name.endsWith('-cases.ts'))
  .map((name) => readFileSync(join(contractFolder, name), 'utf8'))
  .join('\n');

describe('docs/contract.md', () => {
  it('has a row for every operation of the local AWS, and no other', () => {
    const services = { ...twoAccounts().services.operations() };
    const beside = { CodeBuild: LocalCodeBuild.prototype, CodeCommit: LocalCodeCommit.prototype };
    const there = Object.entries(services).flatMap(([service, operations]) =>
      operations.map((operation) => `${service}.${operation}`),
    );
    const more = Object.entries(beside).flatMap(([service, prototype]) =>
      Object.getOwnPropertyNames(prototype)
        .filter((name) => /^[A-Z]/.test(name))
        .map((name) => `${service}.${name}`),
    );
    const documented = rows.map(({ service, operation }) => `${service}.${operation}`);
    expect(new Set(documented)).toEqual(new Set([...there, ...more]));
  });

  it.each(rows)('$service.$operation: $against', ({ operation, against }) => {
    const compared = new RegExp(`\\b${operation}Command\\b`).test(cases);
    expect(against).toBe(compared ? 'moto' : 'documentation');
  });

  const sections = readFileSync(join(root, 'docs/contract.md'), 'utf8').split(/^## /m).slice(1);
  const named = sections.flatMap((section) => {
    const sentence = /^Checked by ([^]*?)\.\n\n/m.exec(section)?.[1] ?? '';
    const tests = [...sentence.matchAll(/`(test\/[\w./-]+)`/g)].map(([, path]) => path!);
    return [...section.matchAll(/^\| (\w+)\.(\w+) /gm)].map(([, service, operation]) => ({
      service,
      operation,
      tests,
    }));
  });

  it('names tests for every operation', () => {
    expect(named.map(({ service, operation }) => `${service}.${operation}`)).toEqual(
      rows.map(({ service, operation }) => `${service}.${operation}`),
    );
  });

  it.each(named)('a test that its section names calls $service $operation', ({ operation, tests }) => {
    const calls = new RegExp(`\\b${operation}(Command)?\\b`);
    expect(tests.filter((path) => calls.test(readFileSync(join(root, path), 'utf8')))).not.toEqual([]);
  });

  it('has a row for every command that the bakery imports from the SDK', () => {
    const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' }).filter((path) =>
      path.endsWith('.ts'),
    );
    const imported = sources.flatMap((path) => {
      const text = readFileSync(join(root, 'src', path), 'utf8');
      return [...text.matchAll(/import \{([^}]*)\} from '@aws-sdk\/client-/g)].flatMap(([, list]) =>
        [...list!.matchAll(/\b([A-Z]\w+)Command\b/g)].map(([, operation]) => operation!),
      );
    });
    expect(imported.length).toBeGreaterThan(30);
    const documented = new Set(rows.map(({ operation }) => operation));
    expect([...new Set(imported)].filter((operation) => !documented.has(operation))).toEqual([]);
  });
});
