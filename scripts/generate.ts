import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { generatedFiles } from './generated';

const root = join(import.meta.dirname, '..');

for (const file of generatedFiles) {
  const target = join(root, file.path);
  await mkdir(dirname(target), { recursive: true });
  await writeFile(target, file.text());
  console.log(file.path);
}
