import type { Base } from '../../src/lib/definitions/catalog';
import { baseId } from '../../src/lib/definitions/names';
import type { ImageRecord } from '../../src/lib/lifecycle/image-record';
import { cycleThrough } from '../../src/lib/planning/ancestry';
import {
  ancestryOn,
  baseAmi,
  isBuildable,
  resolveBase,
  type ResolvedBase,
} from '../../src/lib/planning/base';
import type { BaseResolution } from '../../src/lib/planning/snapshot';
import { calm } from './small-world';
import { amiOf, key, on, policy, ssm } from './snapshot-builder';

const resolve = (
  base: Base,
  change: { resolution?: BaseResolution; prefix?: string; parent?: ImageRecord | undefined } = {},
): ResolvedBase => {
  const snapshot = {
    ...calm(),
    policy: { ...policy, parameterPrefix: change.prefix ?? policy.parameterPrefix },
    bases: change.resolution === undefined ? {} : { [baseId(base)]: change.resolution },
  };
  return resolveBase({ base, architecture: 'arm64' }, baseId(base), change.parent, snapshot);
};
const resolved: BaseResolution = { state: 'resolved', amiId: 'ami-1', ancestry: [{ amiId: 'ami-1' }] };

describe('a base from outside', () => {
  it.each<[string, Base, Parameters<typeof resolve>[1], ResolvedBase]>([
    ['the template chooses', { kind: 'template' }, { resolution: resolved }, { state: 'own' }],
    ['was read', ssm(), { resolution: resolved }, resolved],
    [
      'of the architecture of the image',
      ssm(),
      { resolution: { ...resolved, architecture: 'arm64' } },
      { ...resolved, architecture: 'arm64' },
    ],
    [
      'of another architecture',
      ssm(),
      { resolution: { ...resolved, architecture: 'x86_64' } },
      {
        state: 'unusable',
        code: 'BASE_WRONG_ARCHITECTURE',
        why: 'ami-1 is x86_64, and the image is arm64',
      },
    ],
    [
      'was not read yet',
      ssm('/x'),
      {},
      { state: 'unknown', what: 'ssm:/x', why: 'it has not been read yet' },
    ],
    [
      'could not be read',
      ssm('/x'),
      { resolution: { state: 'unknown', why: 'throttled' } },
      { state: 'unknown', what: 'ssm:/x', why: 'throttled' },
    ],
    [
      'cannot be built on',
      ssm('/x'),
      { resolution: { state: 'unusable', code: 'BASE_REVOKED', why: 'revoked' } },
      { state: 'unusable', code: 'BASE_REVOKED', why: 'revoked' },
    ],
  ])('%s', (_, base, change, expected) => {
    expect(resolve(base, change)).toEqual(expected);
  });

  it.each([
    ['/bakery/web', '/bakery', true],
    ['/bakery/web', '/bakery/', true],
    ['/bakery-2/web', '/bakery', false],
    ['/bakery', '/bakery', false],
    ['/x/bakery/web', '/bakery', false],
    ['/bakery/web', '', false],
  ])('%s under the own prefix %j: %p', (path, prefix, own) => {
    expect(resolve(ssm(path), { resolution: resolved, prefix })).toEqual(
      own
        ? {
            state: 'unusable',
            code: 'BASE_OWN_PREFIX',
            why: `${path} is a parameter of this bakery: use "image:" instead`,
          }
        : resolved,
    );
  });

  it('an AMI by its id is never under the prefix', () => {
    expect(resolve({ kind: 'ami', amiId: 'ami-1' }, { resolution: resolved })).toEqual(resolved);
  });
});

describe('a base of this bakery', () => {
  const parent = calm().records[key('base')]!;
  const current = parent.channels['stable']!.current!;

  it('is what its channel confirmed', () => {
    const base = resolve(on('base'), { parent });
    expect(base).toEqual({
      state: 'published',
      amiId: amiOf('b-base/arm64'),
      image: 'base/arm64',
      bake: current,
    });
    expect(isBuildable(base)).toBe(true);
    expect(baseAmi(base)).toBe(amiOf('b-base/arm64'));
    expect(ancestryOn(base, policy)).toEqual([
      { amiId: amiOf('b-base/arm64'), image: '111111111111/platform/base/arm64', bakeId: 'b-base/arm64' },
      ...current.ancestry,
    ]);
  });

  it.each<[string, ImageRecord | undefined, string]>([
    ['without a record', undefined, 'stable'],
    ['in another channel', parent, 'edge'],
  ])('was never published: %s', (_, record, channel) => {
    const base = resolve(on('base', channel), { parent: record });
    expect(base).toEqual({ state: 'unpublished', image: 'base/arm64', channel });
    expect([isBuildable(base), baseAmi(base), ancestryOn(base, policy)]).toEqual([false, undefined, []]);
  });

  it('has no AMI where the bakery is', () => {
    const channels = { stable: { ...parent.channels['stable']!, current: { ...current, amis: {} } } };
    expect(resolve(on('base'), { parent: { ...parent, channels } })).toEqual({
      state: 'unusable',
      code: 'BASE_MISSING',
      why: 'base/arm64@stable (bake b-base/arm64) has no AMI in eu-west-1',
    });
  });
});

it('the way from a base to an image in its ancestry ends there', () => {
  const ancestry = [
    { amiId: 'ami-1' },
    { amiId: 'ami-2', image: '2/shop/shop/arm64' },
    { amiId: 'ami-3', image: '1/platform/base/arm64' },
    { amiId: 'ami-4', image: '1/platform/os/arm64' },
  ];
  expect(cycleThrough(ancestry, '1/platform/base/arm64')).toBe(
    'ami-1 on 2/shop/shop/arm64 (ami-2) on 1/platform/base/arm64 (ami-3)',
  );
  expect(cycleThrough(ancestry, '1/platform/web/arm64')).toBeUndefined();
  expect(cycleThrough([{ amiId: 'ami-3', image: 'a' }], 'a')).toBe('a (ami-3)');
});
