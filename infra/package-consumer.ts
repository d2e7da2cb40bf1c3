import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readStage } from './deployment';
import { inlineFunction } from './inline-function';
import { selfContained } from './self-contained';
import type { Template } from './self-contained';

/** `npm run package:consumer [-- STAGE]`: a consumer's template for stack sets, with the functions' code in it. */

const root = join(import.meta.dirname, '..');
const stage = process.argv[2] ?? 'consumer';
const written = '.serverless/consumer.template.json';

if (readStage(stage).settings.role !== 'consumer') {
  console.error(
    `NOT_A_CONSUMER: config/${stage}.yml is a bakery's. Name a stage whose settings.role is consumer.`,
  );
  process.exit(1);
}
const serverless = join(root, 'node_modules/serverless/bin/serverless.js');
execFileSync(process.execPath, [serverless, 'package', '--stage', stage], { cwd: root, stdio: 'inherit' });
const packaged = readFileSync(join(root, '.serverless/cloudformation-template-update-stack.json'), 'utf8');
const template = await selfContained(JSON.parse(packaged) as Template, (handler) =>
  inlineFunction(join(root, `${handler}.ts`)),
);
const text = JSON.stringify(template);
writeFileSync(join(root, written), text);
console.log(`${written}: ${Math.round(Buffer.byteLength(text) / 1_000)} kB`);
