import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { join } from 'node:path';
import { copyInputs } from '../../packer/environment/bake/clean-copy';
import { BakeRefused } from '../../packer/environment/bake/request';
import { temporaryFolder, writeFiles } from '../local/git/local-world';

async function repo(): Promise<{ source: string; target: string }> {
  const source = await temporaryFolder();
  await writeFiles(source, {
    'web/image.pkr.hcl': 'build {}',
    'web/.git/config': 'secret',
    'common/setup.sh': 'true',
    'secrets/key.pem': 'secret',
    'packer.json': '{}',
  });
  return { source, target: join(await temporaryFolder(), 'inputs') };
}
const files = (folder: string) => readdirSync(folder, { recursive: true }).map(String).sort();

it('copies what is declared and nothing else', async () => {
  const { source, target } = await repo();
  copyInputs(source, target, ['web', 'common/setup.sh']);
  expect(files(target)).toEqual(['common', 'common/setup.sh', 'web', 'web/image.pkr.hcl']);
  expect(readFileSync(join(target, 'web/image.pkr.hcl'), 'utf8')).toBe('build {}');
});

it('an input inside of another one is copied once', async () => {
  const { source, target } = await repo();
  copyInputs(source, target, ['web/image.pkr.hcl', 'web']);
  expect(files(target)).toEqual(['web', 'web/image.pkr.hcl']);
});

it('keeps a link from input to input, and what may be executed', async () => {
  const { source, target } = await repo();
  symlinkSync('../common/setup.sh', join(source, 'web/setup.sh'));
  copyInputs(source, target, ['web', 'common']);
  expect(readlinkSync(join(target, 'web/setup.sh'))).toBe('../common/setup.sh');
  expect(statSync(join(target, 'web/setup.sh')).mode).toBe(statSync(join(source, 'common/setup.sh')).mode);
});

it.each<[string, string[], (source: string) => void, RegExp]>([
  ['an input that is not there', ['web', 'missing'], () => undefined, /missing is declared/],
  [
    'a link out of the repo',
    ['web'],
    (s) => symlinkSync('/etc/passwd', join(s, 'web/x')),
    /web\/x.*\/etc\/passwd/,
  ],
  ['a link above the repo', ['web'], (s) => symlinkSync('../../../etc/passwd', join(s, 'web/x')), /web\/x/],
  [
    'a link to what is not declared',
    ['web'],
    (s) => symlinkSync('../secrets', join(s, 'web/x')),
    /outside of the declared inputs/,
  ],
  [
    'a link that only looks as if it stayed',
    ['web', 'common'],
    (s) => {
      symlinkSync('../common/y/../../secrets', join(s, 'web/x'));
    },
    /web\/x/,
  ],
  [
    'a link through a link',
    ['web', 'common'],
    (s) => {
      mkdirSync(join(s, 'common/deep/er'), { recursive: true });
      symlinkSync('../common/deep/er', join(s, 'web/d'));
      symlinkSync('d/../../../../etc', join(s, 'web/x'));
    },
    /web\/x/,
  ],
  ['a link to nothing', ['web'], (s) => symlinkSync('nothing', join(s, 'web/x')), /leads nowhere/],
  [
    'an input behind a linked folder',
    ['alias/key.pem'],
    (s) => symlinkSync('secrets', join(s, 'alias')),
    /behind a symbolic link/,
  ],
])('refuses %s', async (_case, inputs, prepare, message) => {
  const { source, target } = await repo();
  prepare(source);
  expect(() => copyInputs(source, target, inputs)).toThrow(BakeRefused);
  expect(() => copyInputs(source, join(target, '2'), inputs)).toThrow(message);
  expect(existsSync(join(target, 'secrets'))).toBe(false);
});
