import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { buildspecFile } from '../../scripts/generated/buildspec-file';
import { starterSchemaFiles } from '../../scripts/generated/starter-schema-files';

const root = join(import.meta.dirname, '../..');

it.each([buildspecFile, ...starterSchemaFiles])(
  '$path is what "npm run generate" writes',
  async ({ path, text }) => {
    expect(await readFile(join(root, path), 'utf8')).toBe(text());
  },
);

it('nothing in the buildspec means anything to CloudFormation or to Serverless', () => {
  expect(buildspecFile.text()).not.toMatch(/\$\{/);
  expect(parse(buildspecFile.text())).toMatchObject({
    version: 0.2,
    env: { 'exported-variables': ['AMIS', 'FAILURE_CLASS', 'FAILURE_LINES', 'PACKER_VERSION'] },
  });
});
