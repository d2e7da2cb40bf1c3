import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { networkCanBeCut } from './package-stage';
import type { Packaged } from './package-stage';
import { stages } from './stages';

const cfnLint = spawnSync('cfn-lint', ['--version']).status === 0;

export function lintCases(packagedOf: () => Packaged[]): void {
  (networkCanBeCut ? test : test.skip)('are made without a network', () => {
    expect(packagedOf()).toHaveLength(stages.length);
  });

  (cfnLint ? test : test.skip)(
    'cfn-lint finds nothing in any of them',
    () => {
      const regions = [...new Set(stages.map(({ region }) => region))];
      const imageRepo = join(import.meta.dirname, '../../infra/image-repo-account.template.yml');
      const files = [...packagedOf().map(({ templateFile }) => templateFile), imageRepo];
      expect(files).toHaveLength(stages.length + 1);
      const { stdout, stderr, status } = spawnSync('cfn-lint', ['--regions', ...regions, '--', ...files], {
        encoding: 'utf8',
      });
      expect({ stdout, stderr, status }).toEqual({ stdout: '', stderr: '', status: 0 });
    },
    60_000,
  );
}
