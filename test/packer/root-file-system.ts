import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A system of its own for checks to run in: a small Debian or Ubuntu, and over it a layer that each run throws away. */
export interface RootFileSystem {
  /** Runs `plant` (outside, with $ROOT), then the script inside. Answers its exit code and what it printed. */
  run(options: {
    script: string;
    plant?: string;
    environment?: Record<string, string>;
  }): Promise<{ code: number; said: string }>;
  remove(): void;
}

/** Why there can be no such system here; undefined where there can. */
export function whyNoRootFileSystem(): string | undefined {
  if (process.getuid?.() !== 0) return 'only root may make one';
  for (const tool of ['debootstrap', 'unshare', 'chroot']) {
    try {
      execFileSync('sh', ['-c', `command -v ${tool}`], { stdio: 'pipe' });
    } catch {
      return `${tool} is not installed`;
    }
  }
  return undefined;
}

/** Of the release that this machine runs, so that its keyring knows the signature. Takes half a minute. */
export async function makeRootFileSystem(packages: string[]): Promise<RootFileSystem> {
  const folder = mkdtempSync(join(tmpdir(), 'bakery-root-'));
  const root = join(folder, 'root');
  const release = /^VERSION_CODENAME=(\w+)/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? 'stable';
  const include = `--include=${packages.join(',')}`;
  try {
    await run('debootstrap', ['--variant=minbase', include, release, root]);
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
  let runs = 0;
  return {
    run: async ({ script, plant = '', environment = {} }) => {
      const layer = join(folder, `layer-${++runs}`);
      const variables = Object.entries(environment).map(([name, value]) => `${name}='${value}'`);
      const inside = `/usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root ${variables.join(' ')}`;
      writeFileSync(
        `${layer}.sh`,
        `set -eu
mkdir ${layer}
mount -t tmpfs none ${layer}
mkdir ${layer}/over ${layer}/work ${layer}/root
mount -t overlay overlay -o lowerdir=${root},upperdir=${layer}/over,workdir=${layer}/work ${layer}/root
ROOT=${layer}/root
mount -t proc proc $ROOT/proc
${plant}
cat > $ROOT/run/check <<'END-OF-CHECK'
${script}
END-OF-CHECK
code=0
chroot $ROOT ${inside} sh /run/check || code=$?
echo "exit $code"
`,
      );
      const said = await run('unshare', ['--mount', '--pid', '--fork', 'sh', `${layer}.sh`]);
      const [, lines = '', code = ''] = /^([^]*?)exit (\d+)\n$/.exec(said) ?? [];
      return { code: Number(code), said: lines };
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function run(command: string, args: string[]): Promise<string> {
  // A system that lives for a minute need not be on the disk after a power cut.
  const env = { ...process.env, DPKG_FORCE: 'unsafe-io' };
  return new Promise((resolve, reject) => {
    execFile(command, args, { maxBuffer: 2 ** 24, env }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(new Error(`${command}: ${stderr || stdout.slice(-2000) || error.message}`));
    });
  });
}
