import { execFile, spawnSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { Template } from './grants';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');

/** Whether a process can be started without any network: packaging must not miss it. */
export const networkCanBeCut = spawnSync('unshare', ['-rn', 'true']).status === 0;

export interface Packaged {
  template: Template;
  templateFile: string;
  /** With the functions' archives and their source maps. */
  folder: string;
}

/** A copy of what `serverless package` reads, so that no test touches the .serverless folder of the person at work. */
export class ServiceCopy {
  private constructor(readonly folder: string) {}

  static async make(): Promise<ServiceCopy> {
    const copy = new ServiceCopy(await mkdtemp(join(tmpdir(), 'bakery-service-')));
    const parts = [
      'serverless.yml',
      'package.json',
      'tsconfig.json',
      'config',
      'infra',
      'scripts',
      'src',
      'packer/environment',
    ];
    for (const part of parts) {
      await mkdir(dirname(join(copy.folder, part)), { recursive: true });
      await cp(join(root, part), join(copy.folder, part), { recursive: true });
    }
    await cp(join(root, 'test/infra/stages'), join(copy.folder, 'config'), { recursive: true });
    await symlink(join(root, 'node_modules'), join(copy.folder, 'node_modules'));
    return copy;
  }

  /**
   * Packages a stage with an empty environment: no credentials, no network where it can be cut.
   * @throws with the output where it fails
   */
  async package(stage: string): Promise<Packaged> {
    const folder = join(this.folder, 'packages', stage);
    const command = [
      ...(networkCanBeCut ? ['unshare', '-rn'] : []),
      ...['env', '-i', `PATH=${process.env['PATH']}`, `HOME=${this.folder}`],
      ...[process.execPath, join(root, 'node_modules/serverless/bin/serverless.js')],
      ...['package', '--stage', stage, '--package', folder],
    ];
    await run(command[0]!, command.slice(1), { cwd: this.folder, timeout: 60_000 });
    const templateFile = join(folder, 'cloudformation-template-update-stack.json');
    return { folder, templateFile, template: JSON.parse(await readFile(templateFile, 'utf8')) as Template };
  }

  remove = () => rm(this.folder, { recursive: true, force: true });
}
