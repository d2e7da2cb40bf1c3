import { hourMs } from '../../src/lib/definitions/instant';
import type { Snapshot } from '../../src/lib/planning/snapshot';
import { decide, say } from './decide';
import { calm, chain, failed } from './small-world';
import { image, noon, on, pushed, settled, snapshotOf, ssm, withPublished } from './snapshot-builder';

describe('bases', () => {
  const resolvedAs = (resolution: Snapshot['bases'][string]) => ({
    ...calm(),
    bases: { ...calm().bases, [`ssm:${'/aws/service/al2023'}`]: resolution },
  });

  it('that were not read keep their images waiting, and no others', () => {
    const snapshot = pushed({ ...calm(), bases: { 'ssm:/other': calm().bases['ssm:/other']! } }, [
      'base',
      'other',
    ]);
    expect(decide(snapshot, 'base')).toMatchObject({ kind: 'wait', reason: { code: 'unknown' } });
    expect(decide(snapshot, 'other').kind).toBe('bake');
  });

  it('that could not be read say why', () => {
    expect(say(resolvedAs({ state: 'unknown', why: 'SSM throttled' }), 'base')).toBe(
      'wait: ssm:/aws/service/al2023 could not be read: SSM throttled',
    );
  });

  it('that cannot be built on block', () => {
    const snapshot = resolvedAs({
      state: 'unusable',
      code: 'BASE_MISSING',
      why: 'there is no such parameter',
    });
    expect(say(snapshot, 'base')).toBe(
      'blocked: its base cannot be built on (BASE_MISSING): there is no such parameter',
    );
  });

  it('under the own parameter prefix are an error', () => {
    const snapshot = snapshotOf([image('loop', { base: ssm('/bakery/base/arm64/stable') })]);
    expect(decide(snapshot, 'loop')).toMatchObject({ reason: { problem: 'BASE_OWN_PREFIX' } });
  });

  it('without an AMI in the region block', () => {
    const snapshot = withPublished(calm(), 'base', { amis: { 'us-east-1': 'ami-far' } });
    expect(decide(snapshot, 'web')).toMatchObject({ reason: { problem: 'BASE_MISSING' } });
  });

  it('of a channel that nothing is published to block', () => {
    const snapshot = settled(snapshotOf([image('base'), image('web', { base: on('base', 'candidate') })]), [
      'base',
    ]);
    expect(say(snapshot, 'web')).toBe(
      'blocked: its base cannot be built on (BASE_MISSING): base/arm64 has never been published to candidate',
    );
  });

  it('that were never published are waited for, or block when they are blocked themselves', () => {
    expect(say(chain(), 'shop')).toBe('wait: base/arm64 is about to be baked');
    const stuck = failed(chain(), 'base', {});
    expect(decide(stuck, 'web')).toEqual({
      kind: 'blocked',
      reason: { code: 'no-base-yet', image: 'base/arm64' },
    });
    expect(decide(stuck, 'shop')).toMatchObject({ reason: { code: 'no-base-yet', image: 'web/arm64' } });
    const later = failed(chain(), 'base', { class: 'spot', retryAtMs: noon + hourMs });
    expect(say(later, 'shop')).toBe('wait: base/arm64 is waiting to be tried again');
  });

  it('built on the image itself block it', () => {
    const self = '111111111111/platform/base/arm64';
    const snapshot = {
      ...chain(),
      bases: {
        'ssm:/aws/service/al2023': {
          state: 'resolved' as const,
          amiId: 'ami-theirs',
          ancestry: [
            { amiId: 'ami-theirs', image: '222222222222/shop/shop/arm64' },
            { amiId: 'ami-ours', image: self },
          ],
        },
      },
    };
    expect(say(snapshot, 'base')).toBe(
      `blocked: its base was built on this very image: 222222222222/shop/shop/arm64 (ami-theirs) on ${self} (ami-ours)`,
    );
  });
});
