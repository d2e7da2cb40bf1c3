import { spawnSync } from 'node:child_process';
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
      const files = packagedOf().map(({ templateFile }) => templateFile);
      expect(files).toHaveLength(stages.length);
      const { stdout, stderr, status } = spawnSync('cfn-lint', ['--regions', ...regions, '--', ...files], {
        encoding: 'utf8',
      });
      expect({ stdout, stderr, status }).toEqual({ stdout: '', stderr: '', status: 0 });
    },
    60_000,
  );
}
