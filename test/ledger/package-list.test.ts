import { gzipSync } from 'node:zlib';
import { readTold } from '../../src/lib/ledger/package-list';
import { told } from '../support/told';

const good = told(['bash 5.2-1.x86_64', 'zlib 1:1.2-3.x86_64']);
const gzipped = (text: string) => gzipSync(text).toString('base64');

it('what a build told: hash, count, list and builder', () => {
  expect(readTold(good)).toEqual({
    packages: { hash: good.PACKAGES_HASH, count: 2 },
    list: good.PACKAGES,
    builder: good.BUILDER,
  });
});

it('a list that was too long to travel leaves the hash', () => {
  expect(readTold({ ...good, PACKAGES: '' })).toMatchObject({ packages: { hash: good.PACKAGES_HASH } });
  expect(readTold({ ...good, PACKAGES: '' })).not.toHaveProperty('list');
});

it.each<[string, Record<string, string>]>([
  ['nothing', {}],
  ['no hash', { ...good, PACKAGES_HASH: '' }],
  ['a hash that is none', { ...good, PACKAGES_HASH: good.PACKAGES_HASH.toUpperCase() }],
  ['another list', { ...good, PACKAGES: gzipped('bash 5\n') }],
  ['a list that is no base64', { ...good, PACKAGES: `${good.PACKAGES} ` }],
  ['a list that is not packed', { ...good, PACKAGES: Buffer.from('bash 5\n').toString('base64') }],
  ['a longer list than any', { ...good, PACKAGES: 'A'.repeat(24_001) }],
  ['a list that bursts', { ...good, PACKAGES: gzipped('a'.repeat(10_000_000)) }],
])('packages are not known of %s', (_what, exported) => {
  const { packages, list } = readTold(exported);
  expect({ packages, list }).toEqual({});
});

it.each(['', ' ', 'two\nlines', `packer ${'1'.repeat(300)}`, 'packer\u202e1', 'packer  1', 'pack\u0000er'])(
  'a builder like %j is not known',
  (BUILDER) => {
    expect(readTold({ ...good, BUILDER }).builder).toBeUndefined();
  },
);
