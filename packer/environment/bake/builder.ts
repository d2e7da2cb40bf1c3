import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import type { Tools, ToolsLock } from './tools';

/** Longest text that is exported as it is; of a longer one, its digest. */
const longestText = 300;

/**
 * What a bake is built with, as one line: packer, its plugins, the build image as the project names it, and the digest of
 * tools.lock. Equal builders have equal lines. Empty where the plugins cannot be told: not known.
 */
export function builderLine(options: {
  tools: Tools;
  lock: Pick<ToolsLock, 'from' | 'tools'>;
  environment: Record<string, string | undefined>;
}): string {
  const { tools, lock, environment } = options;
  const plugins = pluginsOf(tools, environment);
  if (plugins === undefined) return '';
  const image = environment.CODEBUILD_BUILD_IMAGE;
  const digest = createHash('sha256').update(JSON.stringify(lock)).digest('hex').slice(0, 12);
  const parts = [`packer ${tools.version}`, ...plugins, ...(image ? [image] : []), `tools.lock ${digest}`];
  const line = parts.join('; ').replace(/\s+/g, ' ');
  if (line.length <= longestText) return line;
  return `packer ${tools.version}; sha256 ${createHash('sha256').update(line).digest('hex')}`;
}

/** File names of the installed plugins, which hold their versions; undefined: packer does not tell. */
function pluginsOf(
  { packer, version, environment: ofTools }: Tools,
  environment: Record<string, string | undefined>,
): string[] | undefined {
  // Until 1.6 the plugins were part of Packer, and of its version.
  if (/^(0|1\.[0-6])\./.test(version)) return [];
  try {
    const said = execFileSync(packer, ['plugins', 'installed'], {
      env: { ...environment, ...ofTools },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const files = said
      .toString()
      .split('\n')
      .map((line) => basename(line.trim()));
    return files.filter((name) => name !== '').sort();
  } catch {
    return undefined;
  }
}
