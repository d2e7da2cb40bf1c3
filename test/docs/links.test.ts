import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

const root = join(import.meta.dirname, '../..');

function markdownFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return ['node_modules', '.git'].includes(entry.name) ? [] : markdownFiles(path);
    return entry.name.endsWith('.md') ? [path] : [];
  });
}

const files = markdownFiles(root).map((file) => relative(root, file));

test.each(files)('every link in %s leads somewhere', (file) => {
  const text = readFileSync(join(root, file), 'utf8').replace(/```[^]*?```/g, '');
  const links = [...text.matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)].map(([, link]) => link!);
  const broken = links.filter((link) => !existsSync(join(root, dirname(file), link)));
  expect(broken).toEqual([]);
});

/** A path of this project in code font: it begins with one of its folders. */
const projectPath =
  /`((?:src|test|infra|packer|scripts|bench|docs|config|schemas|bin)\/[\w./-]+|serverless\.yml)`/g;

test.each(files.filter((file) => file.startsWith('docs/') || !file.includes('/')))(
  'every path that %s names exists',
  (file) => {
    const text = readFileSync(join(root, file), 'utf8').replace(/```[^]*?```/g, '');
    const named = [...text.matchAll(projectPath)].map(([, path]) => path!);
    expect(named.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  },
);
