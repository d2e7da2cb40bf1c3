import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { generatedFiles } from '../../scripts/generated';

const root = join(import.meta.dirname, '..', '..');

it.each(generatedFiles.map((file) => [file.path, file] as const))(
  '%s is current (npm run generate)',
  (path, file) => {
    const target = join(root, path);
    expect(existsSync(target) ? readFileSync(target, 'utf8') : '').toBe(file.text());
  },
);
