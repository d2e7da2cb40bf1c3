import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { buildspecFile, testBuildspecFile } from '../../scripts/generated/buildspec-file';
import { starterSchemaFiles } from '../../scripts/generated/starter-schema-files';

const root = join(import.meta.dirname, '../..');

it.each([buildspecFile, testBuildspecFile, ...starterSchemaFiles])(
  '$path is what "npm run generate" writes',
  async ({ path, text }) => {
    expect(await readFile(join(root, path), 'utf8')).toBe(text());
  },
);

it.each([buildspecFile, testBuildspecFile])(
  'nothing in $path means anything to CloudFormation or to Serverless, and it is short enough to be inline',
  ({ text }) => {
    expect(text()).not.toMatch(/\$\{/);
    expect(Buffer.byteLength(text())).toBeLessThan(64_000);
  },
);

it('both buildspecs export what the bakery reads', () => {
  expect(parse(buildspecFile.text())).toMatchObject({
    version: 0.2,
    env: {
      'exported-variables': [
        'AMIS',
        'FAILURE_CLASS',
        'FAILURE_LINES',
        'PACKER_VERSION',
        'PACKAGES_HASH',
        'PACKAGES',
        'BUILDER',
      ],
    },
  });
  expect(parse(testBuildspecFile.text())).toMatchObject({
    version: 0.2,
    env: { 'exported-variables': ['TEST_RESULT', 'TEST_REPORT', 'FAILURE_CLASS', 'FAILURE_LINES'] },
  });
});
