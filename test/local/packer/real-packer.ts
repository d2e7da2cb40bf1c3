import { execFileSync } from 'node:child_process';

/** The Packer that is installed here, if one is: `.ci/run` installs it. */
export const installedPacker = ((): string | undefined => {
  for (const folder of (process.env.PATH ?? '').split(':')) {
    try {
      const said = execFileSync(`${folder}/packer`, ['version'], {
        encoding: 'utf8',
        env: { CHECKPOINT_DISABLE: '1' },
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      if (said.startsWith('Packer v')) return `${folder}/packer`;
    } catch {
      // Not in this folder.
    }
  }
  return undefined;
})();
