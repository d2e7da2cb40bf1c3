import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { toolPath } from './bake/tools';
import type { ToolsLock } from './bake/tools';

/**
 * Fills tools.lock with the checksums that the publisher states for its versions (`…_SHA256SUMS` beside the archives),
 * fetched from `from` or BAKERY_TOOLS_URL. What is fetched is printed: compare it before you commit.
 */
const file = join(import.meta.dirname, 'tools.lock');
const lock = JSON.parse(readFileSync(file, 'utf8')) as ToolsLock;
const from = (process.env.BAKERY_TOOLS_URL || lock.from).replace(/\/+$/, '');

for (const tool of lock.tools) {
  for (const platform of Object.keys(tool.sha256)) {
    const path = toolPath(tool, platform);
    const name = path.slice(path.lastIndexOf('/') + 1);
    const url = `${from}/${dirname(path)}/${tool.name}_${tool.version}_SHA256SUMS`;
    const sums = fetchText(url);
    const sum = sums
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
      .find(([, archive]) => archive === name)?.[0];
    if (sum === undefined || !/^[0-9a-f]{64}$/.test(sum)) giveUp(`${url} has no sha256 of ${name}.`);
    tool.sha256[platform] = sum;
    console.log(`${sum}  ${from}/${path}`);
  }
}
writeFileSync(file, `${JSON.stringify(lock, undefined, 2)}\n`);

function fetchText(url: string): string {
  try {
    return execFileSync('curl', ['--fail', '--silent', '--show-error', '--location', url], {
      stdio: ['ignore', 'pipe', 'pipe'],
    }).toString();
  } catch (error) {
    const said = (error as { stderr?: Buffer }).stderr?.toString().trim() || String(error);
    return giveUp(
      `${url} could not be fetched: ${said}\nSet BAKERY_TOOLS_URL to a mirror with the same layout.`,
    );
  }
}

function giveUp(why: string): never {
  console.error(`${why}\ntools.lock is as it was.`);
  process.exit(1);
}
