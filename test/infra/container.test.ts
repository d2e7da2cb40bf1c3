import { execFile } from 'node:child_process';
import { chmod, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { buildArguments, containerAddOns, containerImage } from '../../infra/container';
import { checkStageConfig } from '../../infra/stage-config';
import type { ToolsLock } from '../../packer/environment/bake/tools';
import { temporaryFolder, writeFiles } from '../local/git/local-world';
import { testWith } from '../support/test-with';

const folder = join(import.meta.dirname, '../../packer/environment');
const digest = `sha256:${'a'.repeat(64)}`;
const config = (container: object) =>
  checkStageConfig(
    {
      account: '111111111111',
      region: 'eu-west-1',
      settings: { bakery: 'platform', repo: { name: 'images' } },
      stack: { container, bake: { architecture: 'arm64' } },
    },
    'test',
  );

/** tools.lock as it is after `npm run tools:lock`. */
async function locked(): Promise<ToolsLock> {
  const lock = JSON.parse(await readFile(join(folder, 'tools.lock'), 'utf8')) as ToolsLock;
  lock.base.digest = digest;
  for (const { sha256 } of lock.tools)
    for (const platform of Object.keys(sha256)) sha256[platform] = 'b'.repeat(64);
  return lock;
}

describe('the Dockerfile', () => {
  const instructions = async () =>
    (await readFile(join(folder, 'Dockerfile'), 'utf8'))
      .replace(/^\s*#.*\n/gm, '')
      .replaceAll('\\\n', ' ')
      .split('\n')
      .filter((line) => line.trim() !== '')
      .map((line) => {
        const [, name = '', rest = ''] = /^([A-Z]+)\s+(.*)$/.exec(line) ?? [];
        return { name, rest: rest.replace(/\s+/g, ' ') };
      });

  test('names the versions of tools.lock, and no checksum, address or base of its own', async () => {
    const lock = await locked();
    const args = (await instructions()).filter(({ name }) => name === 'ARG').map(({ rest }) => rest);
    const given = buildArguments(config({ base: `base@${digest}` }), lock);
    const names = given.map((argument) => argument.slice(0, argument.indexOf('=')));
    expect(args.map((argument) => argument.split('=')[0] ?? '').sort()).toEqual([...names].sort());
    const withValue = args.filter((argument) => argument.includes('='));
    expect(withValue.sort()).toEqual(given.filter((it) => /_VERSION=/.test(it)).sort());
  });

  test('is built on an argument, and takes nothing that moves', async () => {
    const all = await instructions();
    expect(all.filter(({ name }) => name === 'FROM')).toEqual([{ name: 'FROM', rest: '${BASE_IMAGE}' }]);
    expect(all.map(({ name }) => name)).not.toContain('ADD');
    for (const { name, rest } of all) expect(`${name} ${rest}`).not.toMatch(/:latest|\/latest|\| *(ba)?sh\b/);
  });

  test('checks every download before anything is done with it', async () => {
    const runs = (await instructions()).filter(({ name, rest }) => name === 'RUN' && rest.includes('curl'));
    expect(runs).toHaveLength((await locked()).tools.length);
    for (const { rest } of runs)
      expect(rest).toMatch(
        /^curl --fail .*--output (\S+) "\$\{(\w+)_URL\}" && echo "\$\{\2_SHA256\} +\1" \| sha256sum --check --strict - &&/,
      );
  });

  testWith('curl')('stops at a download with another checksum, and without one', async () => {
    const [run] = (await instructions()).filter(
      ({ name, rest }) => name === 'RUN' && rest.includes('PACKER_URL'),
    );
    const work = await temporaryFolder();
    await writeFiles(work, { tool: 'a tool', 'bin/unzip': '#!/bin/sh\ntouch installed\n' });
    await chmod(join(work, 'bin/unzip'), 0o755);
    const build = async (sha256: string) =>
      promisify(execFile)(
        '/bin/bash',
        ['--norc', '-euo', 'pipefail', '-c', run!.rest.split('&& chmod')[0]!],
        {
          cwd: work,
          env: {
            PATH: `${join(work, 'bin')}:${process.env['PATH']}`,
            PACKER_URL: `file://${work}/tool`,
            PACKER_SHA256: sha256,
          },
        },
      );
    await expect(build('')).rejects.toThrow(/no properly formatted/);
    await expect(build('0'.repeat(64))).rejects.toThrow(/did NOT match/);
    await expect(readFile(join(work, 'installed'))).rejects.toThrow(/ENOENT/);
    // printf 'a tool' | sha256sum
    await build('38af692dd9d8ad23452d6fa0eea8c069bcffb7baa53c479b9172d559e0b2f8b0');
    await expect(readFile(join(work, 'installed'))).resolves.toBeDefined();
  });
});

describe('the container of a stage', () => {
  test('is refused while tools.lock lacks a checksum, with everything that is missing', async () => {
    const lock = await locked();
    lock.base.digest = '';
    lock.tools[1]!.sha256['linux_arm64'] = '';
    expect(() => buildArguments(config({}), lock)).toThrow(
      /TOOLS_NOT_LOCKED: .* the digest of public\.ecr\.aws\/amazonlinux\/amazonlinux:2023, the sha256 of packer-plugin-amazon 1\.8\.2 for linux_arm64\. Run "npm run tools:lock"/,
    );
    // Another architecture's checksum, and a base of the tools' that is not used, are not missed.
    lock.tools[1]!.sha256 = { linux_amd64: '', linux_arm64: 'c'.repeat(64) };
    expect(buildArguments(config({ base: `mirror/linux@${digest}` }), lock)).toContain(
      `BASE_IMAGE=mirror/linux@${digest}`,
    );
  });

  test('has a tag that moves with what it is made of, and with nothing else', async () => {
    const lock = await locked();
    const image = (container: object, change: (lock: ToolsLock) => void = () => undefined) => {
      const changed = structuredClone(lock);
      change(changed);
      return containerImage(config(container), changed);
    };
    expect(image({})).toMatch(/\/ami-bakery-test-packer:[0-9a-f]{16}-arm64$/);
    expect(image({ keep: 3 })).toBe(image({}));
    expect(image({}, (it) => (it.tools[0]!.version = '1.16.1'))).not.toBe(image({}));
    expect(image({}, (it) => (it.tools[2]!.sha256['linux_arm64'] = 'd'.repeat(64)))).not.toBe(image({}));
    expect(image({ base: `mirror/linux@${digest}` })).not.toBe(image({}));
  });

  test('no container, no parts', () => {
    const none = checkStageConfig(
      { account: '111111111111', region: 'eu-west-1', settings: { bakery: 'p', repo: { name: 'i' } } },
      'test',
    );
    expect(containerAddOns(none)).toEqual({ part: 'none' });
  });
});

describe('pushing the container', () => {
  /** The project's script with an AWS CLI and a Docker that write down what they are asked. */
  async function push(describeImages: string, more: Record<string, string> = {}) {
    const work = await temporaryFolder();
    const tool = (name: string, then: string) => `#!/bin/bash\necho "${name} $*" >> "$LOG"\n${then}\n`;
    await writeFiles(work, {
      'bin/aws': tool('aws', `case "$*" in *describe-images*) ${describeImages};; *) echo secret;; esac`),
      'bin/docker': tool('docker', '[ "$1" = login ] && cat > /dev/null; exit 0'),
      'build-arguments': 'BASE_IMAGE=base@sha256:1\nPACKER_VERSION=1\n',
      Dockerfile: '',
    });
    for (const name of ['aws', 'docker']) await chmod(join(work, 'bin', name), 0o755);
    const LOG = join(work, 'log');
    const status = await promisify(execFile)('bash', [join(folder, 'push-container.sh')], {
      cwd: work,
      env: {
        PATH: `${join(work, 'bin')}:${process.env['PATH']}`,
        LOG,
        REPOSITORY: 'bakery-packer',
        IMAGE: '111111111111.dkr.ecr.eu-west-1.amazonaws.com/bakery-packer:0123-arm64',
        ...more,
      },
    }).then(
      () => 0,
      (error: { code: number }) => error.code,
    );
    return { status, calls: (await readFile(LOG, 'utf8')).trim().split('\n') };
  }
  const absent = 'echo "An error occurred (ImageNotFoundException)" >&2; exit 254';
  const describeCall =
    'aws ecr describe-images --repository-name bakery-packer --image-ids imageTag=0123-arm64';

  testWith('grep')('builds and pushes what the repository has not', async () => {
    const { status, calls } = await push(absent, { HTTPS_PROXY: 'http://proxy.example' });
    expect(status).toBe(0);
    // The two sides of a pipe begin in any order.
    expect([...calls.slice(0, 1), ...calls.slice(1, 3).sort(), ...calls.slice(3)]).toEqual([
      describeCall,
      'aws ecr get-login-password --region eu-west-1',
      'docker login --username AWS --password-stdin 111111111111.dkr.ecr.eu-west-1.amazonaws.com',
      'docker build --pull --build-arg BASE_IMAGE=base@sha256:1 --build-arg PACKER_VERSION=1 --build-arg HTTPS_PROXY --tag 111111111111.dkr.ecr.eu-west-1.amazonaws.com/bakery-packer:0123-arm64 .',
      'docker push 111111111111.dkr.ecr.eu-west-1.amazonaws.com/bakery-packer:0123-arm64',
    ]);
  });

  test('does nothing where the tag is there', async () => {
    expect(await push('exit 0')).toEqual({ status: 0, calls: [describeCall] });
  });

  testWith('grep')('an answer that is neither ends it', async () => {
    const refused = 'echo "An error occurred (AccessDeniedException)" >&2; exit 254';
    expect(await push(refused)).toEqual({ status: 1, calls: [describeCall] });
  });

  testWith('grep')("logs in to the base's registry too, in its own region", async () => {
    const { calls } = await push(absent, { BASE_LOGIN: '999999999999.dkr.ecr.us-east-1.amazonaws.com' });
    expect(calls).toContain('aws ecr get-login-password --region us-east-1');
  });
});
