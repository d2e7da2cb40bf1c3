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
});
