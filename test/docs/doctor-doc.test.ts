import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { codes } from '../../src/lib/preflight/codes';

const text = readFileSync(join(import.meta.dirname, '../../docs/doctor.md'), 'utf8');

test('docs/doctor.md has a row for every code of the doctor, with its severity and meaning, and no other', () => {
  const rows = [...text.matchAll(/^\| `([A-Z0-9_]+)`\s+\| (\w+)\s+\| (.+?)\s*\|$/gm)];
  expect(rows.map(([, code, severity, means]) => [code, { severity, means }])).toEqual(Object.entries(codes));
});
