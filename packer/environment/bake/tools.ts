import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BakeRefused } from './request';
import { unzip } from './unzip';

/** packer/environment/tools.lock: which tools a bake uses where the build image has no packer of its own. */
export interface ToolsLock {
  /** Where they are fetched from unless BAKERY_TOOLS_URL names another place with the same layout. */
  from: string;
  tools: LockedTool[];
}

export interface LockedTool {
  name: string;
  version: string;
  /** Below `from`; `{version}`, `{os}` and `{arch}` are replaced. */
  path: string;
  /** Plugins only: the address that templates require them by. */
  plugin?: string;
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
 * The packer on the search path, or else the locked one with its plugins, installed into `folder`. Throws BakeRefused for
 * a tool without checksum, and for one that has another than is locked.
 */
export function prepareTools(options: {
  lock: ToolsLock;
  folder: string;
  environment: Record<string, string | undefined>;
  say: (line: string) => void;
}): Tools {
  const { lock, folder, environment, say } = options;
  const quiet = { CHECKPOINT_DISABLE: '1', PACKER_NO_COLOR: '1' };
  const found = packerVersion('packer', environment);
  if (found !== undefined) return { packer: 'packer', version: found, environment: quiet };

  mkdirSync(folder, { recursive: true });
  const plugins = join(folder, 'plugins');
  const from = environment.BAKERY_TOOLS_URL || lock.from;
  const packer = join(folder, 'packer');
  const env = { ...quiet, PACKER_PLUGIN_PATH: plugins };
  for (const tool of lock.tools) {
    say(`bake: installing ${tool.name} ${tool.version} from ${from}`);
    const binary = fetchTool(tool, from, folder, environment);
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
  return tool.path.replaceAll('{version}', tool.version).replaceAll('{os}', os).replaceAll('{arch}', arch);
}

function fetchTool(
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
  const file = join(folder, 'download.zip');
  // curl, because it knows the proxies and certificate bundles that a company sets by environment.
  const args = ['--fail', '--silent', '--show-error', '--location', '--retry', '3', '--output', file, url];
  execFileSync('curl', args, { env: environment, stdio: ['ignore', 'ignore', 'pipe'] });
  const archive = readFileSync(file);
  const actual = createHash('sha256').update(archive).digest('hex');
  if (actual !== expected) {
    throw new BakeRefused(`${url} has the sha256 ${actual}, but tools.lock says ${expected}`);
  }
  const binary = [...unzip(archive)].find(([name]) => name === tool.name || name.startsWith(`${tool.name}_`));
  if (binary === undefined) throw new BakeRefused(`${url} holds no ${tool.name}`);
  return binary[1];
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
