import { dayMs, hourMs, minuteMs } from '../../src/lib/definitions/instant';
import { known, unknown } from '../../src/lib/definitions/known';
import type { Published } from '../../src/lib/lifecycle/channel';
import type { Trouble } from '../../src/lib/lifecycle/image-record';
import { desiredId, inputHash } from '../../src/lib/planning/input-hash';
import { plan } from '../../src/lib/planning/plan';
import type { Snapshot } from '../../src/lib/planning/snapshot';
import { decide, planned, say } from './decide';
import {
  amiOf,
  baseMoved,
  definition,
  image,
  inForce,
  key,
  liveBake,
  nightly,
  noon,
  on,
  policy,
  published,
  pushed,
  region,
  settled,
  snapshotOf,
  ssm,
  withPublished,
  withRecord,
} from './snapshot-builder';

/** base ← web ← shop, and one on its own. */
const chain = () =>
  snapshotOf([
    image('base'),
    image('web', { base: on('base') }),
    image('shop', { base: on('web') }),
    image('other', { base: ssm('/other') }),
  ]);
const calm = () => settled(chain());

const failed = (snapshot: Snapshot, name: string, change: Partial<Trouble>): Snapshot =>
  withRecord(snapshot, name, {
    trouble: {
      desired: desiredId(published(snapshot, definition(snapshot, name))),
      count: 1,
      class: 'script',
      message: 'Build x failed: exit 1.',
      lines: ['exit 1'],
      bakeId: 'b-failed',
      atMs: noon - minuteMs,
      ...change,
    },
  });

const asked = { commandId: 'c-1', by: 'alice', why: 'openssl', atMs: noon };

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

  it('says where the template chooses its base', () => {
    const snapshot = settled(snapshotOf([image('legacy', { base: { kind: 'template' } })]));
    expect(decide(snapshot, 'legacy')).toMatchObject({ reason: { code: 'up-to-date-own-base' } });
  });

  it('is amended, not baked, where sharing or tags differ', () => {
    const snapshot = settled(snapshotOf([image('base')]));
    const { catalog } = inForce(snapshot);
    catalog.images = catalog.images.map((of) => ({ ...of, tags: { CostCenter: '4712' } }));
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

describe('schedules', () => {
  const scheduled = (sinceMs: number) => {
    const snapshot = snapshotOf([image('base', { rebake: nightly })]);
    inForce(snapshot).sinceMs = sinceMs;
    return snapshot;
  };
  const twoOClock = Date.parse('2026-11-21T02:00:00Z');

  it('make an image due that was baked for the night before', () => {
    const snapshot = withPublished(settled(scheduled(0)), 'base', { notBefore: twoOClock - dayMs });
    expect(decide(snapshot, 'base')).toMatchObject({ reason: { code: 'schedule', firedAtMs: twoOClock } });
  });

  it('catch up on nights that nobody saw', () => {
    const snapshot = { ...settled(scheduled(0)), nowMs: noon + 3 * dayMs };
    expect(decide(snapshot, 'base')).toMatchObject({ reason: { firedAtMs: twoOClock + 3 * dayMs } });
  });

  it('remember since when they read as they do, and do not count what was before', () => {
    const { decisions, memory } = planned(scheduled(noon - hourMs));
    expect(decisions[key('base')]).toMatchObject({ kind: 'bake', desired: { notBefore: 0 } });
    expect(memory[key('base')]).toEqual({
      notBefore: 0,
      schedule: { cron: '0 2 * * *', timezone: 'UTC', sinceMs: noon - hourMs },
    });
  });

  it('begin anew when they are edited: nothing becomes due by the edit', () => {
    const before = settled(scheduled(0));
    const { catalog } = inForce(before);
    catalog.images = [image('base', { rebake: { ...nightly, cron: '0 11 * * *' } })];
    inForce(before).sinceMs = noon - 10 * minuteMs;
    expect(decide(before, 'base').kind).toBe('current');
    expect(plan(before).memory[key('base')]).toMatchObject({
      schedule: { cron: '0 11 * * *', sinceMs: noon - 10 * minuteMs },
    });
    expect(decide({ ...before, nowMs: noon + dayMs }, 'base')).toMatchObject({
      reason: { code: 'schedule' },
    });
  });

  it('leave notBefore where it is when they are taken away', () => {
    const snapshot = settled(scheduled(0));
    inForce(snapshot).catalog.images = [image('base')];
    expect(decide(snapshot, 'base').kind).toBe('current');
    expect(plan(snapshot).memory[key('base')]).toEqual({ notBefore: twoOClock });
  });
});

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
                state: 'written',
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

describe('reuse', () => {
  const due = () => pushed(calm(), ['base']);
  const wanted = () => published(due(), definition(due(), 'base'), { bakeId: 'b-old' });
  const withFound = (...found: Published[]) => ({
    ...due(),
    reusable: { [wanted().inputHash]: known(found) },
  });

  it('is looked up for due images only', () => {
    const result = plan(due());
    expect(result.reuseLookups).toEqual([wanted().inputHash]);
    expect(result.decisions[key('base')]).toMatchObject({ kind: 'wait', reason: { code: 'reuse-lookup' } });
    expect(result.bakeOrder).toEqual([]);
  });

  it('takes the newest bake that is what is desired', () => {
    const older = { ...wanted(), bakeId: 'b-older', bakedAtMs: noon - 3 * hourMs };
    expect(decide(withFound(older, wanted()), 'base')).toMatchObject({
      kind: 'reuse',
      reason: { code: 'same-inputs', bakeId: 'b-old' },
      bake: { bakeId: 'b-old' },
    });
  });

  it('does not take one of an earlier schedule period', () => {
    const snapshot = withRecord(withFound({ ...wanted(), notBefore: 0 }), 'base', { notBefore: 1 });
    expect(decide(snapshot, 'base').kind).toBe('bake');
  });

  it('does not take a bake of another image, however equal', () => {
    expect(decide(withFound({ ...wanted(), image: key('twin') }), 'base').kind).toBe('bake');
  });

  it('waits while the index cannot be read', () => {
    const snapshot = { ...due(), reusable: { [wanted().inputHash]: unknown('DynamoDB is down') } };
    expect(decide(snapshot, 'base')).toMatchObject({
      kind: 'wait',
      reason: { code: 'unknown', why: 'DynamoDB is down' },
    });
  });

  it.each<[string, () => [Snapshot, string]]>([
    ['a person asked', () => [withRecord(withFound(wanted()), 'base', { asked }), 'base']],
    [
      'the template chooses its base',
      () => [snapshotOf([image('legacy', { base: { kind: 'template' } })]), 'legacy'],
    ],
    [
      'the base was published a moment ago',
      () => [{ ...pushed(calm(), ['web']), freshBakes: ['b-base/arm64'] }, 'web'],
    ],
  ])('is not asked for where %s', (_, make) => {
    const [snapshot, name] = make();
    expect(plan(snapshot)).toMatchObject({
      reuseLookups: [],
      decisions: { [key(name)]: { kind: 'bake' } },
    });
  });
});

describe('slots', () => {
  const wide = () =>
    snapshotOf([
      image('a'),
      image('b', { base: ssm('/b') }),
      image('b1', { base: on('b') }),
      image('b2', { base: on('b1') }),
      image('c'),
      image('c1', { base: on('c') }),
    ]);
  const withSlots = (max: number, slotsInUse = 0): Snapshot => ({
    ...wide(),
    policy: { ...policy, maxConcurrentBuilds: max },
    slotsInUse,
  });

  it('go to the longest remaining path first', () => {
    expect(planned(withSlots(9)).bakeOrder).toEqual(['b/arm64', 'c/arm64', 'a/arm64']);
  });

  it('count builds by how long they took', () => {
    const claimedAtMs = Date.parse('2026-11-21T02:00:00Z');
    const bakeId = `b-${ulidAt(claimedAtMs)}`;
    const slow = withPublished(settled(wide()), 'a', { bakeId, bakedAtMs: claimedAtMs + 2 * hourMs });
    expect(planned(pushed(slow, ['a', 'b', 'c'])).bakeOrder[0]).toBe('a/arm64');
  });

  it('leave the others waiting, who know how many are ahead', () => {
    const snapshot = withSlots(4, 3);
    expect(planned(snapshot).bakeOrder).toEqual(['b/arm64']);
    expect(say(snapshot, 'a')).toBe('wait: 3 of 4 build slots are in use and 2 images are ahead');
  });

  it('are not given out while CodeBuild refuses', () => {
    const snapshot = { ...withSlots(9), startsBlockedUntilMs: noon + 10 * minuteMs };
    expect(planned(snapshot).bakeOrder).toEqual([]);
    expect(say(snapshot, 'a')).toBe(
      'wait: CodeBuild refused to start more builds; next try at 2026-11-21 12:10 UTC (in 10 minutes)',
    );
    expect(planned({ ...snapshot, startsBlockedUntilMs: noon }).bakeOrder).toHaveLength(3);
  });
});

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

describe('observe mode', () => {
  const observing = (snapshot: Snapshot) => ({
    ...snapshot,
    policy: { ...policy, mode: 'observe' as const },
  });

  it('does nothing and says what it would do', () => {
    const snapshot = observing(pushed(calm(), ['base']));
    expect(planned(snapshot).bakeOrder).toEqual([]);
    expect(say(snapshot, 'base')).toMatch(
      /^wait: observe mode; otherwise bake: commit [0-9a-f]{12}… changed base$/,
    );
  });

  it('does not let time run against maxWait', () => {
    expect(planned(observing(pushed(calm(), ['base', 'web']))).memory).toEqual({});
  });
});

describe('what is not there', () => {
  it('decides nothing while the catalog is unknown', () => {
    expect(plan({ ...calm(), catalog: unknown('CodeCommit is down') })).toEqual({
      decisions: {},
      bakeOrder: [],
      reuseLookups: [],
      memory: {},
    });
  });

  it('waits where the inputs of an image were not read', () => {
    const snapshot = calm();
    delete inForce(snapshot).contentDigests[key('base')];
    expect(decide(snapshot, 'base')).toMatchObject({ kind: 'wait', reason: { code: 'unknown' } });
  });

  it('lets removed images finish, and tells that they are gone', () => {
    const gone = calm();
    const live = withRecord(gone, 'web', { live: liveBake(gone, 'web') });
    for (const snapshot of [gone, live]) {
      inForce(snapshot).catalog.images = [image('base'), image('other', { base: ssm('/other') })];
    }
    expect(decide(gone, 'web')).toEqual({ kind: 'blocked', reason: { code: 'removed' } });
    expect(decide(live, 'web')).toMatchObject({ kind: 'wait', reason: { code: 'baking' } });
    expect(planned(gone).memory).toEqual({});
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

function ulidAt(timeMs: number): string {
  const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';
  let time = '';
  for (let rest = timeMs; time.length < 10; rest = Math.floor(rest / 32)) time = alphabet[rest % 32]! + time;
  return time + '0'.repeat(16);
}
