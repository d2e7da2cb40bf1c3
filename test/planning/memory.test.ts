import { hourMs } from '../../src/lib/definitions/instant';
import { newImageRecord, type ImageRecord } from '../../src/lib/lifecycle/image-record';
import type { Decision, WaitReason } from '../../src/lib/planning/decision';
import { memoryOf } from '../../src/lib/planning/memory';
import { noon, policy } from './snapshot-builder';

const earlier = noon - hourMs;
const schedule = { cron: '0 2 * * *', timezone: 'UTC', sinceMs: earlier };
const record = (change: Partial<ImageRecord> = {}): ImageRecord => ({
  ...newImageRecord('web/arm64'),
  ...change,
});
const world = { policy, nowMs: noon };
const current: Decision = {
  kind: 'current',
  reason: { code: 'up-to-date', amiId: 'ami-1', bakedAtMs: 0, inputHash: 'h' },
};
const wait = (reason: WaitReason): Decision => ({ kind: 'wait', reason });
const ancestor = wait({ code: 'ancestor', image: 'base/arm64', doing: 'building' });
const slots = wait({ code: 'slots', inUse: 1, max: 1, ahead: 0 });
const unread = wait({ code: 'unknown', what: 'ssm:/x', why: 'throttled' });

describe('the time that counts against maxWait', () => {
  const since = (decision: Decision, stored?: number, mode: 'bake' | 'observe' = 'bake') => {
    const memory = memoryOf(
      { notBefore: 1 },
      decision,
      record(stored === undefined ? {} : { dueSinceMs: stored }),
      { policy: { ...policy, mode }, nowMs: noon },
    );
    return memory?.dueSinceMs;
  };
  const desired = { inputHash: 'h', contentDigest: 'd', notBefore: 0, ancestry: [] };
  const bake: Decision = { kind: 'bake', reason: { code: 'first-bake' }, desired, ancestors: [] };
  const reuse = { kind: 'reuse' } as Decision;
  const blocked: Decision = { kind: 'blocked', reason: { code: 'removed' } };

  it.each<[string, Decision, 'starts' | 'stands' | 'ends']>([
    ['an ancestor', ancestor, 'starts'],
    ['a slot', slots, 'starts'],
    ['CodeBuild', wait({ code: 'service-limit', untilMs: noon }), 'starts'],
    ['a lookup', wait({ code: 'reuse-lookup', inputHash: 'h' }), 'starts'],
    ['what could not be read', unread, 'stands'],
    ['a bake that is claimed', bake, 'stands'],
    ['a bake that is published again', reuse, 'stands'],
    ['its own bake', wait({ code: 'baking', bakeId: 'b', status: 'building' }), 'ends'],
    ['its retry', wait({ code: 'backoff', untilMs: noon, attempt: 2, class: 'spot' }), 'ends'],
    ['approval', wait({ code: 'approval', bakeId: 'b', group: 'leads', untilMs: noon }), 'ends'],
    ['its window', wait({ code: 'window', bakeId: 'b' }), 'ends'],
    ['its base to be promoted', wait({ code: 'promotion', image: 'os/arm64', channel: 'stable' }), 'ends'],
    ['a person', blocked, 'ends'],
    ['nothing', current, 'ends'],
  ])('while it waits for %s it %3$s', (_, decision, what) => {
    expect(since(decision)).toBe(what === 'starts' ? noon : undefined);
    expect(since(decision, earlier)).toBe(what === 'ends' ? undefined : earlier);
  });

  it('does not run in observe mode', () => {
    expect(since(ancestor, undefined, 'observe')).toBeUndefined();
    expect(since(ancestor, earlier, 'observe')).toBeUndefined();
  });
});

describe('what the ledger has already is not written again', () => {
  it.each<[string, Partial<ImageRecord>, Parameters<typeof memoryOf>[0]]>([
    ['nothing at all', {}, { notBefore: 0 }],
    ['notBefore', { notBefore: 5 }, { notBefore: 5 }],
    ['a schedule', { notBefore: 5, schedule }, { notBefore: 5, schedule: { ...schedule } }],
  ])('%s', (_, stored, due) => {
    expect(memoryOf(due, current, record(stored), world)).toBeUndefined();
  });

  it('a new image has nothing to remember', () => {
    expect(memoryOf({ notBefore: 0 }, current, undefined, world)).toBeUndefined();
    expect(memoryOf({ notBefore: 0 }, ancestor, undefined, world)).toEqual({
      notBefore: 0,
      dueSinceMs: noon,
    });
  });

  it.each<[string, Partial<ImageRecord>, Parameters<typeof memoryOf>[0]]>([
    ['another notBefore', { notBefore: 5 }, { notBefore: 6 }],
    ['a first schedule', { notBefore: 5 }, { notBefore: 5, schedule }],
    ['another cron', { schedule }, { notBefore: 0, schedule: { ...schedule, cron: '0 3 * * *' } }],
    ['another zone', { schedule }, { notBefore: 0, schedule: { ...schedule, timezone: 'Asia/Tokyo' } }],
    ['another beginning', { schedule }, { notBefore: 0, schedule: { ...schedule, sinceMs: noon } }],
    ['no schedule any more', { schedule }, { notBefore: 0 }],
  ])('%s is, whole', (_, stored, due) => {
    expect(memoryOf(due, current, record(stored), world)).toEqual(due);
  });
});
