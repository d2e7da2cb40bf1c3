import type { Ancestor } from '../../src/lib/lifecycle/bake';
import {
  inForce,
  revocationId,
  revocationText,
  revokedAbove,
  revokedBy,
  whyRevoked,
  type Revocation,
} from '../../src/lib/lifecycle/revocation';
import { noon } from './bakes';

const base = '111111111111/platform/base/arm64';
const web = '111111111111/platform/web/arm64';
const revocation = (change: Partial<Revocation> = {}): Revocation => ({
  version: 1,
  bakeId: 'b-1',
  image: base,
  by: 'alice',
  why: 'openssl is broken.',
  atMs: noon,
  origin: { kind: 'person', commandId: 'c-1' },
  ...change,
});
const step = (bakeId: string, image = base): Ancestor => ({ amiId: `ami-${bakeId}`, image, bakeId });
const outside: Ancestor = { amiId: 'ami-outside' };
const all = inForce([revocation()]);

test('a bake is reached by its own revocation', () => {
  const [bakeId, ancestry] = ['b-1', [outside]];
  expect(revokedBy({ image: base, bakeId, ancestry }, all)).toEqual(revocation());
});

test.each<[string, Ancestor[], boolean]>([
  ['its base', [step('b-1'), outside], true],
  ['what its base was built on', [step('b-9', web), step('b-1'), outside], true],
  ['another bake of its base', [step('b-2'), outside], false],
  [
    'a bake of the same id, made by another account',
    [step('b-1', base.replace(/1{12}/, '222222222222'))],
    false,
  ],
  ['the same bake under another name of its image', [step('b-1', web)], true],
  ['a bake of the same id of another bakery', [step('b-1', base.replace('platform', 'tools'))], false],
  ['an AMI that no bakery made', [outside], false],
  ['a bake of which the image is not known', [{ amiId: 'ami-b-1', bakeId: 'b-1' }], false],
  ['an image of which the bake is not known', [{ amiId: 'ami-b-1', image: base }], false],
])('a bake is reached through %s, or not', (_, ancestry, reached) => {
  expect(revokedAbove(ancestry, all)).toEqual(reached ? revocation() : undefined);
  expect(revokedBy({ image: web, bakeId: 'b-7', ancestry }, all)).toEqual(reached ? revocation() : undefined);
});

test('of several the nearest counts, the bake itself first', () => {
  const [mine, near, far] = [
    revocation({ bakeId: 'b-7', image: web }),
    revocation({ bakeId: 'b-2' }),
    revocation({ bakeId: 'b-1' }),
  ];
  const ancestry = [step('b-2'), step('b-1')];
  const bake = { image: web, bakeId: 'b-7', ancestry };
  expect(revokedBy(bake, inForce([far, near, mine]))).toEqual(mine);
  expect(revokedBy(bake, inForce([far, near]))).toEqual(near);
  expect(revokedBy(bake, inForce([far]))).toEqual(far);
});

test('what was taken back holds no more', () => {
  const lifted = revocation({ lifted: { by: 'bob', why: 'a mistake', atMs: noon } });
  expect(inForce([lifted])).toBeUndefined();
  expect(inForce([])).toBeUndefined();
  expect(inForce([lifted, revocation({ bakeId: 'b-2' })])).toEqual({
    ['111111111111/platform#b-2']: revocation({ bakeId: 'b-2' }),
  });
  expect(revokedBy({ image: base, bakeId: 'b-1', ancestry: [] }, undefined)).toBeUndefined();
});

test('it is named by bakery and bake, and told with who and why', () => {
  expect(revocationId(revocation())).toBe('111111111111/platform#b-1');
  expect(revocationText(revocation())).toBe(
    'bake b-1 of platform/base/arm64 was revoked by alice: openssl is broken',
  );
  expect(revocationText(revocation({ why: ' openssl 3.0.1 is broken. ' }))).toMatch(
    /alice: openssl 3\.0\.1 is broken$/,
  );
});

test.each<[string, string, Revocation | undefined, string]>([
  ['for itself', 'b-1', revocation(), 'openssl is broken.'],
  [
    'with what it was built on',
    'b-7',
    revocation(),
    'bake b-1 of platform/base/arm64 was revoked by alice: openssl is broken',
  ],
  ['for what is not known any more', 'b-7', undefined, 'it was revoked'],
])('why a bake is revoked %s', (_, bakeId, of, why) => {
  expect(whyRevoked(bakeId, of)).toBe(why);
});
