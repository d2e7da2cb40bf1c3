import { execFile, spawnSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { ToolsLock } from '../../packer/environment/bake/tools';
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
    await lockTools(join(copy.folder, 'packer/environment/tools.lock'));
    await symlink(join(root, 'node_modules'), join(copy.folder, 'node_modules'));
    return copy;
  }

  /**
   * Packages a stage with an empty environment: no credentials, no network where it can be cut.
   * @throws with the output where it fails
   */
  async package(stage: string): Promise<Packaged> {
    const folder = join(this.folder, 'packages', stage);
    await this.run(networkCanBeCut ? ['unshare', '-rn'] : [], [
      'package',
      '--stage',
      stage,
      '--package',
      folder,
    ]);
    const templateFile = join(folder, 'cloudformation-template-update-stack.json');
    return { folder, templateFile, template: JSON.parse(await readFile(templateFile, 'utf8')) as Template };
  }

  /** Deploys a stage to whatever answers at the endpoint, as the account that its credentials are of. */
  deploy = (stage: string, endpoint: string, region: string) =>
    this.run([], ['deploy', '--stage', stage], {
      AWS_ENDPOINT_URL: endpoint,
      AWS_ACCESS_KEY_ID: 'testing',
      AWS_SECRET_ACCESS_KEY: 'testing',
      AWS_REGION: region,
    });

  private async run(within: string[], args: string[], environment: Record<string, string> = {}) {
    const variables = { PATH: process.env['PATH'] ?? '', HOME: this.folder, ...environment };
    const [file = 'env', ...before] = [...within, 'env', '-i'];
    const assigned = Object.entries(variables).map(([name, value]) => `${name}=${value}`);
    const serverless = join(root, 'node_modules/serverless/bin/serverless.js');
    const rest = [...before, ...assigned, process.execPath, serverless, ...args];
    try {
      await run(file, rest, { cwd: this.folder, timeout: 240_000 });
    } catch (error) {
      const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
      throw new Error(`serverless ${args.join(' ')} failed:\n${stdout}${stderr}`, { cause: error });
    }
  }

  remove = () => rm(this.folder, { recursive: true, force: true });
}

/** As a person does before a stage with a container is packaged: with checksums, here of nothing. */
async function lockTools(file: string): Promise<void> {
  const lock = JSON.parse(await readFile(file, 'utf8')) as ToolsLock;
  lock.base.digest = `sha256:${'a'.repeat(64)}`;
  for (const { sha256 } of lock.tools)
    for (const platform of Object.keys(sha256)) sha256[platform] = 'b'.repeat(64);
  await writeFile(file, JSON.stringify(lock));
}
