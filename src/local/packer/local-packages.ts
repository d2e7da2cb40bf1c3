import type { TranscriptEntry } from './transcript';

/** What every image has, in the versions that the local repositories begin with. */
const preinstalled: Record<string, string> = {
  bash: '0:5.2.15-1.amzn2023.x86_64',
  kernel: '0:6.12.46-66.121.amzn2023.x86_64',
  openssl: '1:3.2.2-1.amzn2023.x86_64',
  systemd: '0:252.23-3.amzn2023.x86_64',
};
const firstVersion = '0:1.0-1.amzn2023.x86_64';

const installs = /\b(?:dnf|yum|apt-get)\b[^\n;|&]*?\binstall\b((?: +[^\s;|&]+)+)/g;

/**
 * The repositories that instances of the local bakery install from. Nothing is installed: an image has what every image has
 * and what its recorded scripts ask for, each in the version that the repository has then.
 */
export class LocalPackages {
  readonly #versions = new Map(Object.entries(preinstalled));

  /** A new version comes out: what is baked from now on has it. */
  publish(name: string, version: string): void {
    this.#versions.set(name, version);
  }

  /** What the script of the starter repos, common/list-packages.sh, would print after these steps. */
  listed(steps: readonly TranscriptEntry[]): string {
    const scripts = steps.map((step) => (step.kind === 'command' ? (step.script ?? '') : ''));
    const asked = scripts.flatMap((script) =>
      [...script.matchAll(installs)].flatMap(([, names = '']) =>
        names.split(' ').flatMap((name) => /^["']?([a-z][\w.+]*(?:-[a-z0-9][\w.+]*)*)/.exec(name)?.[1] ?? []),
      ),
    );
    const names = [...new Set([...Object.keys(preinstalled), ...asked])].sort();
    const lines = names.map(
      (name) => `bakery-package: ${name} ${this.#versions.get(name) ?? firstVersion}\n`,
    );
    return `${lines.join('')}bakery-packages: whole\n`;
  }
}

/** Whether a script is one that lists packages. */
export const listsPackages = (script: string): boolean => /^echo 'bakery-packages: whole'$/m.test(script);
