import { hourMs } from '../../src/lib/definitions/instant';
import { known } from '../../src/lib/definitions/known';
import type { Published } from '../../src/lib/lifecycle/channel';
import { plan } from '../../src/lib/planning/plan';
import type { Snapshot } from '../../src/lib/planning/snapshot';
import { decide, say } from './decide';
import { asked, calm, failed } from './small-world';
import {
  amiOf,
  definition,
  inForce,
  key,
  liveBake,
  noon,
  published,
  pushed,
  region,
  withRecord,
} from './snapshot-builder';

const withPolicyDigest = (snapshot: Snapshot, name: string, digest: string): Snapshot => {
  const { policyDigests, ...rest } = inForce(snapshot);
  const value = { ...rest, policyDigests: { ...policyDigests, [key(name)]: digest } };
  return { ...snapshot, catalog: known(value) };
};
/** bakery.yml gives one image to an account that the settings do not allow. */
const tooWide = (snapshot: Snapshot, name: string): Snapshot => {
  const { catalog, ...rest } = inForce(snapshot);
  const share = { accounts: ['999999999999'], organizations: [], organizationalUnits: [] };
  const images = catalog.images.map((of) => (of.key === key(name) ? { ...of, share } : of));
  return { ...snapshot, catalog: known({ ...rest, catalog: { images } }) };
};

describe('order', () => {
  const due = () => pushed(calm(), ['base', 'shop']);
  const moving = (snapshot: Snapshot, name: string): Snapshot => {
    const channel = snapshot.records[key(name)]!.channels['stable']!;
    const to: Published = { ...channel.current!, bakeId: 'b-next' };
    return withRecord(snapshot, name, {
      channels: {
        stable: {
          ...channel,
          moving: {
            to,
            cause: { code: 'published', text: '' },
            startedAtMs: noon,
            tagged: true,
            shared: true,
            policyDigest: '',
            parameters: {
              [region]: {
                name: '/bakery/x',
                value: 'ami-1',
                state: 'pending',
                attempts: 1,
                deadlineMs: noon,
              },
            },
          },
        },
      },
    });
  };

  it.each<[string, (snapshot: Snapshot) => Snapshot, string]>([
    ['due', (s) => s, 'wait: base/arm64 is about to be baked'],
    ['building', (s) => withRecord(s, 'base', { live: liveBake(s, 'base') }), 'wait: base/arm64 is building'],
    [
      'claimed',
      (s) => withRecord(s, 'base', { live: liveBake(s, 'base', { status: 'claimed' }) }),
      'wait: base/arm64 is claimed',
    ],
    ['being published', (s) => moving(s, 'base'), 'wait: base/arm64 is being published'],
    [
      'waiting for a slot',
      (s) => ({ ...s, slotsInUse: 100 }),
      'wait: base/arm64 is waiting for a build slot',
    ],
  ])('a grandchild waits for what is %s', (_, change, sentence) => {
    expect(say(change(due()), 'shop')).toBe(sentence);
    expect(decide(change(due()), 'web').kind).toBe('current');
  });

  it.each<[string, (snapshot: Snapshot) => Snapshot]>([
    ['blocked', (s) => failed(s, 'base', {})],
    ['waiting to retry', (s) => failed(s, 'base', { class: 'spot', retryAtMs: noon + hourMs })],
    ['being retried', (s) => failed(s, 'base', { class: 'spot', retryAtMs: noon })],
    [
      'building a retry',
      (s) => failed(withRecord(s, 'base', { live: liveBake(s, 'base') }), 'base', { class: 'spot' }),
    ],
  ])('nobody waits for what is %s: the channel is used', (_, change) => {
    expect(decide(change(due()), 'shop')).toMatchObject({
      kind: 'bake',
      desired: { baseAmiId: amiOf('b-web/arm64') },
    });
  });

  it('an image waits for one that is about to be published again', () => {
    const old = published(due(), definition(due(), 'base'), { bakeId: 'b-old' });
    const reused = { ...due(), reusable: { [old.inputHash]: known([old]) } };
    expect(say(reused, 'shop')).toBe('wait: base/arm64 is about to be published again');
  });

  it.each<[string, string, (snapshot: Snapshot) => Snapshot]>([
    ['is as it should be', 'current', (s) => s],
    ['has other tags', 'amend', (s) => withPolicyDigest(s, 'web', 'another')],
    ['asks for too much', 'blocked', (s) => tooWide(s, 'web')],
    [
      'failed, and is tried again once its base has moved',
      'blocked',
      (s) => failed(pushed(s, ['web']), 'web', {}),
    ],
  ])('a grandchild waits also where the image between %s', (_, kind, change) => {
    const snapshot = change(due());
    expect(decide(snapshot, 'web').kind).toBe(kind);
    expect(say(snapshot, 'shop')).toBe('wait: base/arm64 is about to be baked');
  });

  it('remembers since when an image waits, and lets nobody wait longer than maxWait', () => {
    expect(plan(due()).memory[key('shop')]).toEqual({ notBefore: 0, dueSinceMs: noon });
    const almost = withRecord(due(), 'shop', { dueSinceMs: noon - 6 * hourMs + 1 });
    expect(decide(almost, 'shop').kind).toBe('wait');
    expect(plan(almost).memory[key('shop')]).toBeUndefined();
    const over = withRecord(due(), 'shop', { dueSinceMs: noon - 6 * hourMs });
    expect(decide(over, 'shop').kind).toBe('bake');
  });

  it('forgets the wait once the image bakes or is as it should be', () => {
    const baking = withRecord(calm(), 'web', { dueSinceMs: noon - hourMs, live: liveBake(calm(), 'web') });
    expect(plan(baking).memory[key('web')]).toEqual({ notBefore: 0 });
    expect(plan(withRecord(calm(), 'web', { dueSinceMs: noon })).memory[key('web')]).toEqual({
      notBefore: 0,
    });
  });
});

describe('one at a time', () => {
  it('leaves a running bake alone, whatever else is desired or asked', () => {
    const snapshot = withRecord(pushed(calm(), ['base']), 'base', { live: liveBake(calm(), 'base'), asked });
    expect(say(snapshot, 'base')).toBe('wait: bake b-base/arm64-live is building');
  });

  it('blocks where a parameter could not be moved, until a person asks', () => {
    const stable = {
      ...calm().records[key('base')]!.channels['stable']!,
      blocked: { code: 'PARAMETER_FOREIGN' as const, why: 'not ours', sinceMs: noon },
    };
    const snapshot = withRecord(pushed(calm(), ['base']), 'base', { channels: { stable } });
    expect(decide(snapshot, 'base')).toEqual({
      kind: 'blocked',
      reason: { code: 'parameter', why: 'not ours' },
    });
    expect(decide(withRecord(snapshot, 'base', { asked }), 'base').kind).toBe('bake');
  });
});
