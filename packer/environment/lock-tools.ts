import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { toolPath } from './bake/tools';
import type { LockedTool, ToolsLock } from './bake/tools';

/**
 * Fills tools.lock: the digest of the container's base, as its registry tells it; the checksums of HashiCorp's tools, as the
 * publisher states them (`…_SHA256SUMS` beside the archives); and those of others from the archives themselves. All is
 * fetched from where the lock says or from BAKERY_TOOLS_URL. What is fetched is printed: compare it before you commit.
 */
const file = join(import.meta.dirname, 'tools.lock');
const lock = JSON.parse(readFileSync(file, 'utf8')) as ToolsLock;

for (const tool of lock.tools) {
  const from = (process.env.BAKERY_TOOLS_URL || tool.from || lock.from).replace(/\/+$/, '');
  for (const platform of Object.keys(tool.sha256)) {
    const url = `${from}/${toolPath(tool, platform)}`;
    tool.sha256[platform] = tool.from === undefined ? stated(tool, url) : sha256Of(url);
    console.log(`${tool.sha256[platform]}  ${url}`);
  }
}
lock.base.digest = baseDigest(lock.base);
console.log(`${lock.base.digest}  ${lock.base.image}:${lock.base.tag}`);
writeFileSync(file, `${JSON.stringify(lock, undefined, 2)}\n`);

function stated(tool: LockedTool, archive: string): string {
  const url = `${dirname(archive)}/${tool.name}_${tool.version}_SHA256SUMS`;
  const sum = fetchText(url)
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .find(([, name]) => name === basename(archive))?.[0];
  if (sum === undefined || !/^[0-9a-f]{64}$/.test(sum))
    giveUp(`${url} has no sha256 of ${basename(archive)}.`);
  return sum;
}

/** Of a publisher that states none: compare its signature. */
function sha256Of(url: string): string {
  return createHash('sha256')
    .update(fetched(['--', url], url))
    .digest('hex');
}

/** Of the index of all architectures; anybody may read it, with a token that anybody gets. */
function baseDigest({ image, tag }: ToolsLock['base']): string {
  const [registry = '', ...path] = image.split('/');
  const { token } = JSON.parse(fetchText(`https://${registry}/token/`)) as { token: string };
  const url = `https://${registry}/v2/${path.join('/')}/manifests/${tag}`;
  const accepted = [
    'application/vnd.oci.image.index.v1+json',
    'application/vnd.docker.distribution.manifest.list.v2+json',
  ];
  const headers = [`Authorization: Bearer ${token}`, `Accept: ${accepted.join(', ')}`];
  const index = fetched([...headers.flatMap((header) => ['--header', header]), '--', url], url);
  // A manifest's digest is that of its bytes: the registry's header need not be believed.
  return `sha256:${createHash('sha256').update(index).digest('hex')}`;
}

function fetchText(url: string): string {
  return fetched(['--', url], url).toString();
}

function fetched(args: string[], url: string): Buffer {
  try {
    return execFileSync('curl', ['--fail', '--silent', '--show-error', '--location', ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      maxBuffer: 256 * 1024 * 1024,
    });
  } catch (error) {
    const said = (error as { stderr?: Buffer }).stderr?.toString().trim() || String(error);
    return giveUp(
      `${url} could not be fetched: ${said}\nSet BAKERY_TOOLS_URL to a mirror with the same layout, or fill in tools.lock by hand.`,
    );
  }
}

function giveUp(why: string): never {
  console.error(`${why}\ntools.lock is as it was.`);
  process.exit(1);
}
