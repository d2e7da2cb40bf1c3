import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { platform, prepareTools, toolPath } from '../../packer/environment/bake/tools';
import type { LockedTool, ToolsLock } from '../../packer/environment/bake/tools';
import { unzip } from '../../packer/environment/bake/unzip';
import { temporaryFolder, writeFiles } from '../local/git/local-world';
import { testWith } from '../support/test-with';

/** A zip archive of one file, as small as the format allows. */
function zip(name: string, content: string): Buffer {
  const packed = deflateRawSync(content);
  const local = Buffer.alloc(30);
  local.writeUInt32LE(0x04034b50, 0);
  local.writeUInt16LE(8, 8);
  local.writeUInt16LE(name.length, 26);
  const central = Buffer.alloc(46);
  central.writeUInt32LE(0x02014b50, 0);
  central.writeUInt16LE(8, 10);
  central.writeUInt32LE(packed.length, 20);
  central.writeUInt16LE(name.length, 28);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(30 + name.length + packed.length, 16);
  return Buffer.concat([local, Buffer.from(name), packed, central, Buffer.from(name), end]);
}

const packerScript = `#!/bin/sh
if [ "$1" = version ]; then echo "Packer v1.16.0"; else echo "$@ to $PACKER_PLUGIN_PATH" >> "$(dirname "$0")/calls"; fi
`;
const sha256 = (data: Buffer) => createHash('sha256').update(data).digest('hex');

/** A place to fetch from, and a lock that fits it; `change` makes it not fit. */
async function place(change: (lock: ToolsLock) => void = () => undefined) {
  const mirror = await temporaryFolder();
  const archives = {
    packer: zip('packer', packerScript),
    'packer-plugin-amazon': zip('packer-plugin-amazon_v1.8.2_x5.0_linux_amd64', 'plugin'),
  };
  const tool = (
    name: keyof typeof archives,
    version: string,
    more: Partial<LockedTool> = {},
  ): LockedTool => ({
    name,
    version,
    path: `${name}/{version}/${name}_{version}_{os}_{arch}.zip`,
    sha256: { [platform()]: sha256(archives[name]) },
    ...more,
  });
  const lock: ToolsLock = {
    from: 'https://tools.invalid',
    base: { image: 'base.invalid/linux', tag: '1', digest: '' },
    tools: [
      tool('packer', '1.16.0'),
      tool('packer-plugin-amazon', '1.8.2', { plugin: 'github.com/hashicorp/amazon' }),
    ],
  };
  await writeFiles(
    mirror,
    Object.fromEntries(
      lock.tools.map((each) => [toolPath(each, platform()), archives[each.name as 'packer']]),
    ),
  );
  change(lock);
  const folder = join(await temporaryFolder(), 'tools');
  const said: string[] = [];
  const system = await temporaryFolder();
  for (const name of ['curl', 'sh', 'dirname']) {
    const real = execFileSync('sh', ['-c', `command -v ${name}`])
      .toString()
      .trim();
    await writeFiles(system, { [name]: `#!/bin/sh\nexec ${real} "$@"\n` });
    execFileSync('chmod', ['+x', join(system, name)]);
  }
  const environment = { PATH: system, BAKERY_TOOLS_URL: `file://${mirror}` };
  return {
    folder,
    said,
    prepare: () => prepareTools({ lock, folder, environment, say: (line) => said.push(line) }),
  };
}

testWith('curl')('installs the locked packer with its plugin where the image has none', async () => {
  const { folder, prepare } = await place();
  const tools = prepare();
  expect(tools).toMatchObject({ packer: join(folder, 'packer'), version: '1.16.0' });
  expect(tools.environment.PACKER_PLUGIN_PATH).toBe(join(folder, 'plugins'));
  expect(await readFile(join(folder, 'calls'), 'utf8')).toContain('plugins install --path');
});

testWith('curl')('takes the packer that is there', async () => {
  const bin = await temporaryFolder();
  await writeFiles(bin, { packer: packerScript.replace('1.16.0', '1.6.6') });
  execFileSync('chmod', ['+x', join(bin, 'packer')]);
  const { folder } = await place();
  const lock = { from: '', tools: [] };
  const tools = prepareTools({
    lock,
    folder,
    environment: { PATH: `${bin}:/bin:/usr/bin` },
    say: () => undefined,
  });
  expect(tools).toMatchObject({ packer: 'packer', version: '1.6.6' });
});

testWith('curl').each<[string, (lock: ToolsLock) => void, RegExp]>([
  ['without a checksum', (lock) => (lock.tools[1]!.sha256 = {}), /no sha256 of packer-plugin-amazon 1\.8\.2/],
  [
    'with an empty checksum',
    (lock) => (lock.tools[0]!.sha256 = { [platform()]: '' }),
    /no sha256 of packer 1\.16\.0/,
  ],
  [
    'that is another one',
    (lock) => (lock.tools[0]!.sha256 = { [platform()]: '0'.repeat(64) }),
    /but tools.lock says 0000/,
  ],
])('refuses a tool %s', async (_case, change, message) => {
  const { prepare } = await place(change);
  expect(prepare).toThrow(message);
});

it('reads archives that zip writes', async () => {
  expect([...unzip(zip('a/b', 'text'))].map(([name, data]) => [name, data.toString()])).toEqual([
    ['a/b', 'text'],
  ]);
  expect(() => unzip(Buffer.from('no archive'))).toThrow('not a zip');
});

it("the project's lock names what it must, and invents no checksum", async () => {
  const lock = JSON.parse(await readFile('packer/environment/tools.lock', 'utf8')) as ToolsLock;
  expect(lock.tools.map(({ name, version }) => `${name} ${version}`)).toEqual([
    'packer 1.16.0',
    'packer-plugin-amazon 1.8.2',
    'session-manager-plugin 1.2.896.0',
  ]);
  expect(lock.base.digest).toMatch(/^(sha256:[0-9a-f]{64})?$/);
  for (const tool of lock.tools) {
    expect(Object.keys(tool.sha256)).toEqual(['linux_amd64', 'linux_arm64']);
    for (const sum of Object.values(tool.sha256)) expect(sum).toMatch(/^([0-9a-f]{64})?$/);
  }
});
