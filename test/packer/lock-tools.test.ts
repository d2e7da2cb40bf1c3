import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, cp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { ToolsLock } from '../../packer/environment/bake/tools';
import { temporaryFolder, writeFiles } from '../local/git/local-world';

const root = join(import.meta.dirname, '../..');
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

/** The command on a copy of the project's lock, with a curl that answers what `answers` says of an address. */
async function lockTools(answers: string): Promise<{ lock: () => Promise<ToolsLock>; said: string }> {
  const folder = await temporaryFolder();
  for (const part of ['lock-tools.ts', 'tools.lock', 'bake'])
    await cp(join(root, 'packer/environment', part), join(folder, part), { recursive: true });
  await writeFiles(folder, {
    'package.json': '{ "type": "module" }',
    'bin/curl': `#!/bin/bash\nurl="\${@: -1}"\ncase "$url" in\n${answers}\n*) echo "no $url" >&2; exit 22;;\nesac\n`,
  });
  await chmod(join(folder, 'bin/curl'), 0o755);
  const lock = async () => JSON.parse(await readFile(join(folder, 'tools.lock'), 'utf8')) as ToolsLock;
  const ran = await promisify(execFile)(
    process.execPath,
    [join(root, 'node_modules/tsx/dist/cli.mjs'), join(folder, 'lock-tools.ts')],
    { env: { PATH: `${join(folder, 'bin')}:${process.env['PATH']}`, HOME: folder } },
  ).catch((error: { stdout: string; stderr: string }) => error);
  return { lock, said: `${ran.stdout}${ran.stderr}` };
}

const sums = (name: string, version: string) =>
  `*/${name}_${version}_SHA256SUMS) for it in amd64 arm64; do echo "$(printf '%064d' 1)  ${name}_${version}_linux_$it.zip"; done;;`;
const publishers = [
  sums('packer', '1.16.0'),
  sums('packer-plugin-amazon', '1.8.2'),
  '*/session-manager-plugin.rpm) printf "an rpm of $url";;',
  '*/token/) echo \'{"token":"t"}\';;',
].join('\n');

it('takes stated checksums, makes those that nobody states, and the digest of what the registry answers', async () => {
  const { lock, said } = await lockTools(`${publishers}\n*/manifests/2023) printf '%s' "$*";;`);
  const { tools, base } = await lock();
  expect(tools.map((tool) => tool.sha256['linux_arm64'])).toEqual([
    '1'.padStart(64, '0'),
    '1'.padStart(64, '0'),
    sha256(
      'an rpm of https://s3.amazonaws.com/session-manager-downloads/plugin/1.2.896.0/linux_arm64/session-manager-plugin.rpm',
    ),
  ]);
  expect(base.digest).toMatch(/^sha256:[0-9a-f]{64}$/);
  // What is to be compared is printed.
  for (const tool of tools) for (const sum of Object.values(tool.sha256)) expect(said).toContain(sum);
  expect(said).toContain(`${base.digest}  public.ecr.aws/amazonlinux/amazonlinux:2023`);
}, 30_000);

it('leaves the lock as it was where anything could not be fetched', async () => {
  const { lock, said } = await lockTools(publishers);
  expect(said).toMatch(
    /manifests\/2023 could not be fetched: no .*\n.*BAKERY_TOOLS_URL.*\ntools\.lock is as it was\./,
  );
  expect((await lock()).tools[0]!.sha256['linux_amd64']).toBe('');
}, 30_000);
