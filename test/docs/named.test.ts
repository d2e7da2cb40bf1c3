import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { commands } from '../../src/cli/commands';

const root = join(import.meta.dirname, '../..');
const pages = [
  'README.md',
  'CONTRIBUTING.md',
  ...readdirSync(join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];
const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  scripts: Record<string, string>;
};
const known = new Set<string>(commands.map(({ name }) => name));

/** What is written as code: blocks, and words in code font. */
function codeOf(page: string): string[] {
  const text = readFileSync(join(root, page), 'utf8');
  const blocks = [...text.matchAll(/```[a-z]*\n([^]*?)```/g)].flatMap(([, block]) => block!.split('\n'));
  const words = [...text.replace(/```[^]*?```/g, '').matchAll(/`([^`\n]+)`/g)].map(([, word]) => word!);
  return [...blocks, ...words];
}

describe.each(pages)('%s', (page) => {
  it('names only npm scripts that there are', () => {
    const named = codeOf(page).flatMap((line) => [...line.matchAll(/\bnpm run (?:-s )?([a-z][\w:-]*)/g)]);
    expect(named.map(([, script]) => script!).filter((script) => !(script in scripts))).toEqual([]);
  });

  it('names only commands that the command line has', () => {
    const named = codeOf(page).flatMap((line) => [
      ...line.matchAll(/(?:^|\$ |npx |&& |\|\| )bakery ([a-z][\w-]*)/g),
    ]);
    expect(named.map(([, command]) => command!).filter((command) => !known.has(command))).toEqual([]);
  });

  it('names only fields of settings and stack that there are', () => {
    const settings = readFileSync(join(root, 'docs/settings.md'), 'utf8');
    const fields = new Set([...settings.matchAll(/^\| `([\w.[\]]+)`/gm)].map(([, field]) => field!));
    const named = codeOf(page).flatMap((word) => [
      ...word.matchAll(/^(?:settings|stack)\.([A-Za-z]+(?:\.[A-Za-z]+)?)(?=$|[:\s[.])/g),
    ]);
    expect(named.map(([, field]) => field!).filter((field) => !fields.has(field))).toEqual([]);
  });
});

it('the pages name scripts, commands and fields at all', () => {
  const all = pages.flatMap(codeOf).join('\n');
  expect(all).toMatch(/npm run \w/);
  expect(all).toMatch(/^bakery \w/m);
  expect(all).toMatch(/^stack\.\w/m);
});
