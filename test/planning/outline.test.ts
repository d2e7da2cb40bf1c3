import { outlineOf } from '../../src/lib/planning/outline';
import { policyDigest } from '../../src/lib/planning/policy-digest';
import { image, inForce, on, snapshotOf } from './snapshot-builder';

const outline = (...images: ReturnType<typeof image>[]) => outlineOf(inForce(snapshotOf(images)));
const places = (...images: ReturnType<typeof image>[]) =>
  outline(...images).map(({ key, parentAt }) => `${key.replace('/arm64', '')} on ${parentAt}`);

describe('images come after the one they are built on', () => {
  it.each<[string, ReturnType<typeof image>[], string[]]>([
    ['none', [], []],
    ['apart', [image('b'), image('a')], ['a on -1', 'b on -1']],
    [
      'a chain against the alphabet',
      [
        image('a', { base: on('b') }),
        image('b', { base: on('c') }),
        image('c', { base: on('d') }),
        image('d'),
      ],
      ['d on -1', 'c on 0', 'b on 1', 'a on 2'],
    ],
    [
      'a chain of two against the alphabet, and one on its own',
      [image('a', { base: on('b') }), image('b'), image('c')],
      ['b on -1', 'a on 0', 'c on -1'],
    ],
    [
      'two on one',
      [image('a', { base: on('z') }), image('m', { base: on('z') }), image('z')],
      ['z on -1', 'a on 0', 'm on 0'],
    ],
    [
      'on one of another bakery, of the same name as one of this',
      [
        image('a', { base: { kind: 'upstream', bakery: 'shop', image: 'b/arm64', channel: 'stable' } }),
        image('b'),
      ],
      ['a on -1', 'b on -1'],
    ],
    ['on one that is not there', [image('a', { base: on('gone') })], ['a on -1']],
  ])('%s', (_, images, expected) => {
    expect(places(...images)).toEqual(expected);
  });

  it('a circle, which no checked catalog has, is cut', () => {
    expect(places(image('a', { base: on('b') }), image('b', { base: on('a') }))).toEqual([
      'b on -1',
      'a on 0',
    ]);
  });
});

describe('what is said of an image', () => {
  it('is worked out once for a catalog', () => {
    const catalog = inForce(snapshotOf([image('a')]));
    expect(outlineOf(catalog)).toBe(outlineOf(catalog));
    expect(outlineOf({ ...catalog })).not.toBe(outlineOf(catalog));
  });

  const nobody = { accounts: [], organizations: [], organizationalUnits: [] };
  it.each<[string, object, boolean]>([
    ['nobody', nobody, false],
    ['an account', { ...nobody, accounts: ['222222222222'] }, true],
    ['an organisation', { ...nobody, organizations: ['o-1'] }, true],
    ['a unit', { ...nobody, organizationalUnits: ['ou-1'] }, true],
  ])('shared with %s', (_, share, shares) => {
    expect(outline(image('a', { share: share as typeof nobody }))[0]).toMatchObject({ shares });
  });

  it('the digest of its policy is the catalog’s, or worked out where that has none', () => {
    const catalog = inForce(snapshotOf([image('a')]));
    const given = { ...catalog, policyDigests: { 'a/arm64': 'given' } };
    const without = { ...catalog, policyDigests: {} };
    expect(outlineOf(given)[0]).toMatchObject({ policyDigest: 'given', baseId: 'ssm:/aws/service/al2023' });
    expect(outlineOf(without)[0]).toMatchObject({
      policyDigest: policyDigest(image('a')),
      channel: 'stable',
    });
  });
});
