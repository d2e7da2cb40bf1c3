import type { Published } from '../../src/lib/lifecycle/channel';
import { policyDigests } from '../../src/lib/planning/policy-digest';
import { inputHash } from '../../src/lib/planning/input-hash';
import { plan } from '../../src/lib/planning/plan';
import type { Snapshot } from '../../src/lib/planning/snapshot';
import { decide, say } from './decide';
import { asked, calm, chain, failed } from './small-world';
import {
  amiOf,
  baseMoved,
  definition,
  image,
  inForce,
  noon,
  published,
  pushed,
  settled,
  snapshotOf,
  ssm,
  withPublished,
  withRecord,
} from './snapshot-builder';

describe('what is satisfied is current', () => {
  it('needs no lookup, no bake and no memory', () => {
    const result = plan(calm());
    expect(Object.values(result.decisions).map(({ kind }) => kind)).toEqual(Array(4).fill('current'));
    expect(result).toMatchObject({ bakeOrder: [], reuseLookups: [], memory: {} });
  });

  it('says which AMI that is', () => {
    const { inputHash: hash } = published(calm(), definition(calm(), 'base'));
    expect(say(calm(), 'base')).toBe(
      `current: ${amiOf('b-base/arm64')} of 2026-11-21 has input hash ${hash.slice(0, 12)}…`,
    );
  });

  const nights = { bakeId: 'b-9', atMs: noon, times: 3 };
  it.each<[string, Partial<Published>, object]>([
    ['nothing of nights', {}, {}],
    ['nothing of packages alone', { packages: { hash: 'h', count: 312 } }, {}],
    ['of nights that changed nothing', { unchanged: nights }, { unchanged: nights }],
    [
      'of such nights, whose packages were too many to count',
      { unchanged: nights, packages: { hash: 'h' } },
      { unchanged: nights },
    ],
    [
      'of such nights, and how many packages there are',
      { unchanged: nights, packages: { hash: 'h', count: 312 } },
      { unchanged: { ...nights, packages: 312 } },
    ],
  ])('tells %s', (_, change, more) => {
    const before = decide(calm(), 'base').reason;
    expect(decide(withPublished(calm(), 'base', change), 'base').reason).toStrictEqual({
      ...before,
      ...more,
    });
  });

  it('says where the template chooses its base', () => {
    const snapshot = settled(snapshotOf([image('legacy', { base: { kind: 'template' } })]));
    expect(decide(snapshot, 'legacy')).toMatchObject({ reason: { code: 'up-to-date-own-base' } });
  });

  it('is amended, not baked, where sharing or tags differ', () => {
    const snapshot = settled(snapshotOf([image('base')]));
    const after = inForce(snapshot);
    after.catalog.images = after.catalog.images.map((of) => ({ ...of, tags: { CostCenter: '4712' } }));
    after.policyDigests = policyDigests(after.catalog);
    expect(decide(snapshot, 'base')).toMatchObject({ kind: 'amend', policyDigest: expect.any(String) });
  });
});

describe('why an image is due', () => {
  it.each<[string, (snapshot: Snapshot) => Snapshot, object]>([
    ['it is new', () => chain(), { code: 'first-bake' }],
    ['its inputs changed', (s) => pushed(s, ['base']), { code: 'inputs-changed', paths: ['base'] }],
    [
      'its definition changed',
      (s) => withPublished(s, 'base', { contentDigest: 'before' }),
      { code: 'definition-changed', commitId: inForce(calm()).commitId },
    ],
    [
      'its base moved',
      (s) => baseMoved(s, ssm(), 'ami-new'),
      { code: 'base-moved', from: amiOf(JSON.stringify(ssm())), to: 'ami-new' },
    ],
    [
      'a person asked',
      (s) => withRecord(s, 'base', { asked }),
      { code: 'asked', by: 'alice', why: 'openssl' },
    ],
  ])('%s', (_, change, reason) => {
    expect(decide(change(calm()), 'base')).toMatchObject({ kind: 'bake', reason });
  });

  it.each<[string, (snapshot: Snapshot) => Snapshot, string]>([
    ['asked before everything', (s) => withRecord(pushed(s, ['base']), 'base', { asked }), 'asked'],
    ['inputs before base', (s) => baseMoved(pushed(s, ['base']), ssm(), 'ami-new'), 'inputs-changed'],
    [
      'schedule before base',
      (s) => baseMoved(withRecord(s, 'base', { notBefore: noon }), ssm(), 'ami-new'),
      'schedule',
    ],
    [
      'retry before what it retries',
      (s) => failed(pushed(s, ['base']), 'base', { class: 'spot', retryAtMs: noon }),
      'retry',
    ],
  ])('tells the first of several: %s', (_, change, code) => {
    expect(decide(change(calm()), 'base')).toMatchObject({ kind: 'bake', reason: { code } });
  });

  it('tells added, removed and changed inputs by path', () => {
    const snapshot = withPublished(pushed(calm(), ['base']), 'base', {
      inputs: [
        { path: 'base', objectId: 'old' },
        { path: 'common', objectId: 'gone' },
      ],
    });
    expect(decide(snapshot, 'base')).toMatchObject({ reason: { paths: ['base', 'common'] } });
  });

  it('hands the bake its base, ancestry and the ancestors to watch', () => {
    const decision = decide(pushed(calm(), ['shop']), 'shop');
    expect(decision).toMatchObject({
      kind: 'bake',
      ancestors: ['web/arm64', 'base/arm64'],
      desired: {
        baseAmiId: amiOf('b-web/arm64'),
        ancestry: [
          { amiId: amiOf('b-web/arm64'), image: '111111111111/platform/web/arm64', bakeId: 'b-web/arm64' },
          { amiId: amiOf('b-base/arm64'), image: '111111111111/platform/base/arm64', bakeId: 'b-base/arm64' },
          { amiId: amiOf(JSON.stringify(ssm())) },
        ],
      },
    });
  });
});

describe('the input hash', () => {
  it('holds content and base, and nothing else', () => {
    expect(inputHash('a', 'ami-1')).toMatch(/^[0-9a-f]{64}$/);
    const distinct = [
      inputHash('a', 'ami-1'),
      inputHash('b', 'ami-1'),
      inputHash('a', 'ami-2'),
      inputHash('a', undefined),
    ];
    expect(new Set(distinct).size).toBe(4);
  });
});
