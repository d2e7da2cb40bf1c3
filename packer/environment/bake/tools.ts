import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BakeRefused } from './request';
import { unzip } from './unzip';

/** packer/environment/tools.lock: which tools a bake uses where the build image has no packer of its own. */
export interface ToolsLock {
  /** What the container is built on: packer/environment/Dockerfile. An empty digest: not locked yet, and therefore refused. */
  base: { image: string; tag: string; digest: string };
  /** Where they are fetched from unless BAKERY_TOOLS_URL names another place with the same layout. */
  from: string;
  tools: LockedTool[];
}

export interface LockedTool {
  name: string;
  version: string;
  /** In place of the lock's. BAKERY_TOOLS_URL goes before both. */
  from?: string;
  /** Below `from`, of a zip or an rpm; by `{os}_{arch}` where it is no pattern. `{version}`, `{os}`, `{arch}` are replaced. */
  path: string | Record<string, string>;
  /** Plugins only: the address that templates require them by. */
  plugin?: string;
  /** Installed only where a bake reaches its instance that way. */
  for?: 'session_manager';
  /** By `{os}_{arch}`, of the archive. Empty: not locked yet, and therefore refused. */
  sha256: Record<string, string>;
}

export interface Tools {
  /** Path or name to run. */
  packer: string;
  version: string;
  environment: Record<string, string>;
}

export const platform = (): string =>
  `${process.platform}_${process.arch === 'x64' ? 'amd64' : process.arch}`;

/**
 * The packer on the search path, or else the locked one with its plugins, installed into `folder`; and the Session Manager
 * plugin, where it is asked for and is not there, into the system. Throws BakeRefused for a tool without checksum, and for
 * one that has another than is locked.
 */
export function prepareTools(options: {
  lock: Pick<ToolsLock, 'from' | 'tools'>;
  folder: string;
  environment: Record<string, string | undefined>;
  sessionManager?: boolean;
  say: (line: string) => void;
}): Tools {
  const { lock, folder, environment, say } = options;
  const fetched = (tool: LockedTool): Buffer => {
    const from = environment.BAKERY_TOOLS_URL || tool.from || lock.from;
    say(`bake: installing ${tool.name} ${tool.version} from ${from}`);
    mkdirSync(folder, { recursive: true });
    return fetchArchive(tool, from, folder, environment);
  };
  for (const tool of lock.tools) {
    if (tool.for === undefined || options.sessionManager !== true || isThere(tool.name, environment))
      continue;
    const file = join(folder, `${tool.name}.rpm`);
    const archive = fetched(tool);
    writeFileSync(file, archive);
    // CodeBuild's standard images are Amazon Linux, and builds run as root there.
    execFileSync('rpm', ['--install', file], { env: environment, stdio: 'pipe' });
  }
  const quiet = { CHECKPOINT_DISABLE: '1', PACKER_NO_COLOR: '1' };
  const found = packerVersion('packer', environment);
  if (found !== undefined) return { packer: 'packer', version: found, environment: quiet };

  const plugins = join(folder, 'plugins');
  const packer = join(folder, 'packer');
  const env = { ...quiet, PACKER_PLUGIN_PATH: plugins };
  for (const tool of lock.tools.filter((it) => it.for === undefined)) {
    const binary = binaryIn(fetched(tool), tool);
    if (tool.plugin === undefined) {
      writeFileSync(join(folder, tool.name), binary, { mode: 0o755 });
    } else {
      const file = join(folder, `${tool.name}_v${tool.version}`);
      writeFileSync(file, binary, { mode: 0o755 });
      const args = ['plugins', 'install', '--path', file, tool.plugin];
      execFileSync(packer, args, { env: { ...environment, ...env }, stdio: 'pipe' });
    }
  }
  const version = packerVersion(packer, environment);
  if (version === undefined) throw new BakeRefused('tools.lock names no packer that runs here');
  return { packer, version, environment: env };
}

/** Archive path of a tool below the place it is fetched from. */
export function toolPath(tool: LockedTool, onPlatform: string): string {
  const [os = '', arch = ''] = onPlatform.split('_');
  const pattern = typeof tool.path === 'string' ? tool.path : (tool.path[onPlatform] ?? '');
  return pattern.replaceAll('{version}', tool.version).replaceAll('{os}', os).replaceAll('{arch}', arch);
}

function fetchArchive(
  tool: LockedTool,
  from: string,
  folder: string,
  environment: Record<string, string | undefined>,
): Buffer {
  const expected = tool.sha256[platform()] ?? '';
  if (!/^[0-9a-f]{64}$/.test(expected)) {
    throw new BakeRefused(
      `tools.lock has no sha256 of ${tool.name} ${tool.version} for ${platform()}: run "npx tsx packer/environment/lock-tools.ts" and commit the result, or use a build image that has packer`,
    );
  }
  const url = `${from.replace(/\/+$/, '')}/${toolPath(tool, platform())}`;
  const file = join(folder, 'download');
  // curl, because it knows the proxies and certificate bundles that a company sets by environment.
  const args = ['--fail', '--silent', '--show-error', '--location', '--retry', '3', '--output', file, url];
  execFileSync('curl', args, { env: environment, stdio: ['ignore', 'ignore', 'pipe'] });
  const archive = readFileSync(file);
  const actual = createHash('sha256').update(archive).digest('hex');
  if (actual !== expected) {
    throw new BakeRefused(`${url} has the sha256 ${actual}, but tools.lock says ${expected}`);
  }
  return archive;
}

function binaryIn(archive: Buffer, tool: LockedTool): Buffer {
  const binary = [...unzip(archive)].find(([name]) => name === tool.name || name.startsWith(`${tool.name}_`));
  if (binary === undefined)
    throw new BakeRefused(`the archive of ${tool.name} ${tool.version} holds no ${tool.name}`);
  return binary[1];
}

function isThere(tool: string, environment: Record<string, string | undefined>): boolean {
  try {
    execFileSync(tool, ['--version'], { env: environment, stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

function packerVersion(packer: string, environment: Record<string, string | undefined>): string | undefined {
  try {
    const said = execFileSync(packer, ['version'], { env: environment, stdio: ['ignore', 'pipe', 'ignore'] });
    // On some systems another program is called packer.
    return /^Packer v(\d+\.\d+\.\d+[\w.+-]*)/m.exec(said.toString())?.[1];
  } catch {
    return undefined;
  }
}
