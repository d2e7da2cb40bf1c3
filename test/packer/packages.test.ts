import fc from 'fast-check';
import { gunzipSync } from 'node:zlib';
import { PackageLines } from '../../packer/environment/bake/packages';

const end = '    web: bakery-packages: whole';
const told = (lines: string[]) => {
  const packages = new PackageLines();
  lines.forEach((line) => packages.take(line));
  return packages.packages();
};

const name = fc.stringMatching(/^[a-z][a-z0-9+.-]{0,30} [0-9][0-9.:~-]{0,20}$/);

it('the order in which packages are told, and how often, makes no difference', () => {
  fc.assert(
    fc.property(fc.uniqueArray(name, { minLength: 1 }), (names) => {
      const lines = names.map((each) => `    web: bakery-package: ${each}`);
      const { hash, list } = told([...lines, end]);
      expect(told([end, ...lines.reverse(), ...lines]).hash).toBe(hash);
      expect(gunzipSync(Buffer.from(list, 'base64')).toString().split('\n').slice(0, -1).sort()).toEqual(
        [...names].sort(),
      );
    }),
  );
});

it.each([
  ['another version', 'bash 1'],
  ['another name', 'dash 2'],
])('%s is another hash', (_what, line) => {
  expect(told([`bakery-package: ${line}`, end]).hash).not.toBe(told(['bakery-package: bash 2', end]).hash);
});

it('a list that breaks off is not known, and neither is an empty one', () => {
  expect(told(['bakery-package: bash 1'])).toEqual({ hash: '', list: '' });
  expect(told([end])).toEqual({ hash: '', list: '' });
});

it('however Windows ends its lines, and however many come at once, the list is the same', () => {
  const lines = ['bakery-package: windows ServerStandard-20348.2113', 'bakery-package: KB5031364 Update'];
  const unix = told([...lines, end]);
  expect(told([...lines, end].map((line) => `${line}\r`))).toEqual(unix);
  expect(told([[...lines, end].join('\r\n')])).toEqual(unix);
});

it('a list too long to travel is hashed all the same', () => {
  const many = Array.from(
    { length: 20_000 },
    (_, n) => `bakery-package: p${(n * 2_654_435_761) % 4_294_967_296} ${n}`,
  );
  expect(told([...many, end])).toEqual({ hash: expect.stringMatching(/^[0-9a-f]{64}$/), list: '' });
});

it.each([
  ['    web: bakery-package: bash 1', true],
  ['bakery-packages: whole', true],
  ['my-bakery-package: bash 1', false],
  ['bakery-package:', false],
  ['installing bash', false],
  ['    web: bakery-package: KB1 Update\r', true],
  ['    web: bakery-package: KB1 Update\r\n    web: bakery-packages: whole\r\n', true],
  ['    web: bakery-package: KB1 Update\r\n    web: and then?', false],
])('%s is one of its lines: %s', (line, is) => {
  expect(new PackageLines().take(line)).toBe(is);
});
