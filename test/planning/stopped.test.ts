import { dayMs, hourMs, minuteMs } from '../../src/lib/definitions/instant';
import { decide, say } from './decide';
import { asked, calm, failed } from './small-world';
import { baseMoved, image, noon, pushed, snapshotOf, ssm, withRecord } from './snapshot-builder';

describe('failures', () => {
  const due = () => pushed(calm(), ['base']);

  it('that may pass wait for their time, then are tried again', () => {
    const later = failed(due(), 'base', { class: 'capacity', count: 2, retryAtMs: noon + 5 * minuteMs });
    expect(say(later, 'base')).toBe(
      'wait: the last attempt failed (capacity); attempt 3 follows at 2026-11-21 12:05 UTC (in 5 minutes)',
    );
    expect(decide({ ...later, nowMs: noon + 5 * minuteMs }, 'base')).toMatchObject({
      kind: 'bake',
      reason: { code: 'retry', attempt: 3, class: 'capacity' },
    });
  });

  it('that a person has to mend block, until what is desired moves or a person asks', () => {
    const stuck = failed(due(), 'base', {});
    expect(say(stuck, 'base')).toBe(
      'blocked: bake b-failed failed (script): Build x failed: exit 1; it is tried again when its inputs, base or schedule move, or when somebody asks',
    );
    expect(decide(withRecord(stuck, 'base', { asked }), 'base').kind).toBe('bake');
    expect(decide(pushed(stuck, ['base'], '3'), 'base').kind).toBe('bake');
    expect(decide(baseMoved(stuck, ssm(), 'ami-new'), 'base').kind).toBe('bake');
    expect(decide(withRecord(stuck, 'base', { notBefore: noon }), 'base').kind).toBe('bake');
  });
});

describe('the runaway breaker', () => {
  const claims = (count: number, cause: string, atMs = noon - hourMs) =>
    Array.from({ length: count }, () => ({ atMs, cause }));
  const looping = (record: ReturnType<typeof claims>) =>
    withRecord(baseMoved(calm(), ssm(), 'ami-new'), 'base', { claims: record });

  it.each<[string, ReturnType<typeof claims>, string]>([
    ['six automatic bakes', claims(6, 'base-moved'), 'bake'],
    ['more than six', claims(7, 'base-moved'), 'blocked'],
    ['retries count too', [...claims(4, 'base-moved'), ...claims(3, 'retry')], 'blocked'],
    ['a day ago', claims(7, 'base-moved', noon - dayMs), 'bake'],
    ['commits', claims(9, 'inputs-changed'), 'bake'],
    ['schedules', claims(9, 'schedule'), 'bake'],
    ['persons', claims(9, 'asked'), 'bake'],
  ])('%s', (_, record, kind) => {
    expect(decide(looping(record), 'base').kind).toBe(kind);
  });

  it('lets a commit, a schedule and a person through', () => {
    const tripped = looping(claims(7, 'base-moved'));
    expect(decide(pushed(tripped, ['base']), 'base').kind).toBe('bake');
    expect(decide(withRecord(tripped, 'base', { notBefore: noon }), 'base').kind).toBe('bake');
    expect(decide(withRecord(tripped, 'base', { asked }), 'base').kind).toBe('bake');
  });
});

describe('ceilings', () => {
  it('block an image that asks for more than the settings allow, and name what', () => {
    const share = {
      accounts: ['222222222222', '999999999999'],
      organizations: ['o-1'],
      organizationalUnits: ['ou-1'],
    };
    const snapshot = withRecord(snapshotOf([image('base', { share })]), 'base', { asked });
    expect(say(snapshot, 'base')).toBe(
      'blocked: the setting ceilings.shareWith does not allow sharing with account 999999999999, organization o-1, organizational unit ou-1',
    );
  });
});
