import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { builderLine } from '../../packer/environment/bake/builder';
import { temporaryFolder, writeFiles } from '../local/git/local-world';

const lock = { from: 'https://tools.invalid', tools: [] };
const image = 'aws/codebuild/amazonlinux-x86_64-standard:5.0';

/** What a packer that answers `plugins installed` like this makes of the builder. */
async function told(
  plugins: string,
  { version = '1.16.0', CODEBUILD_BUILD_IMAGE = image, from = lock.from } = {},
): Promise<string> {
  const folder = await temporaryFolder();
  const packer = join(folder, 'packer');
  await writeFiles(folder, { packer: `#!/bin/sh\n${plugins}\n` });
  await chmod(packer, 0o755);
  return builderLine({
    tools: { packer, version, environment: {} },
    lock: { ...lock, from },
    environment: { CODEBUILD_BUILD_IMAGE, PATH: process.env['PATH'] },
  });
}

const amazon = 'echo /plugins/packer-plugin-amazon_v1.8.2_x5.0_linux_amd64';

it('is packer, its plugins in their order, the build image and the lock', async () => {
  const line = await told(`echo /plugins/packer-plugin-zzz_v1.0.0; ${amazon}`);
  expect(line).toMatch(
    /^packer 1\.16\.0; packer-plugin-amazon_v1\.8\.2_x5\.0_linux_amd64; packer-plugin-zzz_v1\.0\.0; aws\/codebuild\/amazonlinux-x86_64-standard:5\.0; tools\.lock [0-9a-f]{12}$/,
  );
});

it('is the same for the same, and another where any part is another', async () => {
  const lines = await Promise.all([
    told(amazon),
    told(amazon),
    told(amazon.replace('1.8.2', '1.8.3')),
    told(amazon, { version: '1.16.1' }),
    told(amazon, { CODEBUILD_BUILD_IMAGE: 'aws/codebuild/amazonlinux-x86_64-standard:6.0' }),
    told(amazon, { from: 'https://other.invalid' }),
  ]);
  expect(lines[1]).toBe(lines[0]);
  expect(new Set(lines.slice(1)).size).toBe(5);
});

it('is not known where packer does not tell its plugins, unless they are part of it', async () => {
  expect(await told('exit 1')).toBe('');
  expect(await told('exit 1', { version: '1.6.6' })).toMatch(/^packer 1\.6\.6; aws/);
});

it('stays short, however many plugins there are', async () => {
  const many = (last: string) => told(`seq --format /plugins/packer-plugin-%04g 500; echo /plugins/${last}`);
  const [one, other] = [await many('a'), await many('b')];
  expect(one).toMatch(/^packer 1\.16\.0; sha256 [0-9a-f]{64}$/);
  expect(other).not.toBe(one);
});
