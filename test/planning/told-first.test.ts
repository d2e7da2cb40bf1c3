import { dayMs, hourMs, minuteMs } from '../../src/lib/definitions/instant';
import { known, unknown } from '../../src/lib/definitions/known';
import { plan } from '../../src/lib/planning/plan';
import type { Snapshot } from '../../src/lib/planning/snapshot';
import { decide, planned, say } from './decide';
import { asked, calm, chain, failed } from './small-world';
import {
  baseMoved,
  definition,
  image,
  inForce,
  key,
  liveBake,
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

const claims = (count: number, cause = 'base-moved', atMs = noon - hourMs) =>
  Array.from({ length: count }, () => ({ atMs, cause }));

describe('a person has to see what is wrong before whom an image waits for', () => {
  const due = () => pushed(calm(), ['base', 'shop']);

  it('an image that failed says so while its ancestor is due', () => {
    expect(decide(due(), 'shop')).toMatchObject({ kind: 'wait', reason: { code: 'ancestor' } });
    expect(decide(failed(due(), 'shop', {}), 'shop')).toMatchObject({
      kind: 'blocked',
      reason: { code: 'failed', bakeId: 'b-failed' },
    });
  });

  it('an image that runs away does, too', () => {
    const moved = withPublished(pushed(calm(), ['base']), 'shop', { baseAmiId: 'ami-before' });
    expect(decide(withRecord(moved, 'shop', { claims: claims(6) }), 'shop').kind).toBe('wait');
    expect(decide(withRecord(moved, 'shop', { claims: claims(7) }), 'shop')).toEqual({
      kind: 'blocked',
      reason: { code: 'runaway', claims: 7, hours: 24 },
    });
  });

  it('a failure of another desired state is not told, nor counted', () => {
    const other = failed(due(), 'base', { desired: 'another@0' });
    expect(decide(other, 'base')).toMatchObject({ kind: 'bake', reason: { code: 'inputs-changed' } });
  });

  it.each<[string, 'first-bake' | 'definition-changed']>([
    ['first bakes', 'first-bake'],
    ['edits of bakery.yml', 'definition-changed'],
  ])('%s do not count as running away', (_, cause) => {
    const moved = baseMoved(calm(), ssm(), 'ami-new');
    expect(decide(withRecord(moved, 'base', { claims: claims(9, cause) }), 'base').kind).toBe('bake');
  });

  it('and an edit of bakery.yml gets through when it does', () => {
    const edited = withPublished(calm(), 'base', { contentDigest: 'before' });
    expect(decide(withRecord(edited, 'base', { claims: claims(9) }), 'base').kind).toBe('bake');
  });
});

describe('a person who asks', () => {
  const retrying = (commandId: string | undefined) =>
    failed(withRecord(calm(), 'base', { asked }), 'base', {
      class: 'spot',
      retryAtMs: noon + hourMs,
      ...(commandId === undefined ? {} : { commandId }),
    });

  it('waits for the next attempt of what was asked', () => {
    expect(decide(retrying('c-1'), 'base')).toMatchObject({ kind: 'wait', reason: { code: 'backoff' } });
  });

  it('does not wait for one that somebody else asked for, or nobody', () => {
    for (const commandId of ['c-0', undefined])
      expect(decide(retrying(commandId), 'base')).toMatchObject({ kind: 'bake', reason: { code: 'asked' } });
  });
});

describe('what is said of what is missing', () => {
  it('inputs that were not read', () => {
    const snapshot = calm();
    delete inForce(snapshot).contentDigests[key('base')];
    expect(say(snapshot, 'base')).toBe(
      `wait: inputs of base/arm64 could not be read: they were not read at commit ${inForce(snapshot).commitId}`,
    );
  });

  it('an index that cannot be read', () => {
    const due = pushed(calm(), ['base']);
    const { inputHash } = published(due, definition(due, 'base'));
    const snapshot = { ...due, reusable: { [inputHash]: unknown('DynamoDB is down') } };
    expect(say(snapshot, 'base')).toBe(
      `wait: earlier bakes of input hash ${inputHash} could not be read: DynamoDB is down`,
    );
  });

  it('an AMI that is not where the bakery is', () => {
    const far = withPublished(calm(), 'base', { amis: { 'us-east-1': 'ami-far' } });
    expect(say(far, 'base')).toMatch(/^current: unknown of 2026-11-21/);
  });

  it('a bake that is published again, by the AMI where the bakery is', () => {
    const due = pushed(calm(), ['base']);
    const old = published(due, definition(due, 'base'), { bakeId: 'b-old', amis: { [region]: 'ami-here' } });
    const found = (amis: Record<string, string>) => ({
      ...due,
      reusable: { [old.inputHash]: known([{ ...old, amis }]) },
    });
    expect(decide(found(old.amis), 'base')).toMatchObject({ reason: { amiId: 'ami-here' } });
    expect(decide(found({}), 'base')).toMatchObject({ reason: { amiId: 'unknown' } });
  });

  it('only those bases block that nothing will publish', () => {
    expect(say(chain(), 'web')).toBe('wait: base/arm64 is about to be baked');
    const reused = chain();
    const old = published(reused, definition(reused, 'base'), { bakeId: 'b-old' });
    const found = { ...reused, reusable: { [old.inputHash]: known([old]) } };
    expect(decide(found, 'base').kind).toBe('reuse');
    expect(say(found, 'web')).toBe('wait: base/arm64 is about to be published again');
  });
});

describe('observe mode says what it would do', () => {
  const observing = (snapshot: Snapshot): Snapshot => ({
    ...snapshot,
    policy: { ...policy, mode: 'observe' },
  });

  it('publish again', () => {
    const due = pushed(calm(), ['base']);
    const old = published(due, definition(due, 'base'), { bakeId: 'b-old' });
    const found = { ...due, reusable: { [old.inputHash]: known([old]) } };
    expect(decide(observing(found), 'base')).toMatchObject({
      kind: 'wait',
      reason: { code: 'observe', would: 'reuse', because: expect.stringContaining('b-old') as string },
    });
  });

  it('amend', () => {
    const stale = calm();
    inForce(stale).policyDigests[key('base')] = 'another';
    expect(decide(stale, 'base')).toEqual({
      kind: 'amend',
      reason: { code: 'policy-changed' },
      policyDigest: 'another',
    });
    expect(decide(observing(stale), 'base')).toMatchObject({
      kind: 'wait',
      reason: { code: 'observe', would: 'amend' },
    });
  });
});

describe('regions', () => {
  const travelling = (regions: object) => {
    const snapshot = settled(snapshotOf([image('base', { regions: regions as never })]));
    return { ...snapshot, policy };
  };

  it('that the settings do not allow block', () => {
    expect(decide(travelling({ 'ap-south-1': {} }), 'base')).toEqual({
      kind: 'blocked',
      reason: { code: 'ceiling', setting: 'ceilings.regions', asked: ['ap-south-1'] },
    });
  });

  it('that a published AMI is not in are gone to without a bake', () => {
    expect(decide(travelling({ 'us-east-1': {}, 'eu-central-1': {} }), 'base')).toMatchObject({
      kind: 'amend',
      reason: { code: 'regions-missing', regions: ['eu-central-1', 'us-east-1'] },
    });
    const there = withPublished(travelling({ 'us-east-1': {} }), 'base', {
      amis: { [region]: 'ami-1', 'us-east-1': 'ami-2' },
    });
    expect(decide(there, 'base').kind).toBe('current');
  });

  it('no bake is begun under parameters that the settings do not allow', () => {
    const ceilings = { ...policy.ceilings, parameterPrefixes: ['/elsewhere'] };
    expect(decide({ ...chain(), policy: { ...policy, ceilings } }, 'base')).toMatchObject({
      kind: 'blocked',
      reason: { code: 'ceiling', setting: 'ceilings.parameterPrefixes' },
    });
  });
});

describe('the parts of a plan', () => {
  it('lookups are those of due images, sorted, each once', () => {
    const due = pushed(calm(), ['base', 'other']);
    const busy = withRecord(due, 'web', { live: liveBake(due, 'web') });
    const hashes = ['base', 'other'].map((name) => published(due, definition(due, name)).inputHash);
    expect(plan(busy).reuseLookups).toStrictEqual(hashes.sort());
    expect(plan(withRecord(calm(), 'web', { live: liveBake(calm(), 'web') })).reuseLookups).toStrictEqual([]);
  });

  it('changed paths come sorted', () => {
    const snapshot = withPublished(pushed(calm(), ['base']), 'base', {
      inputs: ['z', 'a', 'm'].map((path) => ({ path, objectId: 'gone' })),
    });
    expect(decide(snapshot, 'base')).toMatchObject({ reason: { paths: ['a', 'base', 'm', 'z'] } });
  });

  it('images that left bakery.yml come last, sorted, and others are not said to have left', () => {
    const snapshot = calm();
    inForce(snapshot).catalog.images = [image('other', { base: ssm('/other') })];
    const { decisions } = planned(snapshot);
    expect(Object.entries(decisions).map(([of, { kind }]) => `${of} ${kind}`)).toEqual([
      'other/arm64 current',
      'base/arm64 blocked',
      'shop/arm64 blocked',
      'web/arm64 blocked',
    ]);
  });

  it('of equal builds those come first whose names do', () => {
    const names = ['c', 'a', 'd', 'b'];
    const snapshot = snapshotOf(names.map((name) => image(name)));
    expect(planned(snapshot).bakeOrder).toEqual(['a', 'b', 'c', 'd'].map(key));
  });

  it('a line below counts where it is the longest, whichever comes last', () => {
    const snapshot = snapshotOf([
      image('a'),
      image('b'),
      image('b1', { base: on('b') }),
      image('b2', { base: on('b1') }),
      image('b3', { base: on('b') }),
      image('c'),
      image('c1', { base: on('c') }),
    ]);
    expect(planned(snapshot).bakeOrder).toEqual(['b', 'c', 'a'].map(key));
  });

  it('two candidates are put in order as well', () => {
    const snapshot = snapshotOf([image('a'), image('b'), image('b1', { base: on('b') })]);
    expect(planned(snapshot).bakeOrder).toEqual(['b', 'a'].map(key));
  });
});

describe('reuse', () => {
  const due = () => pushed(calm(), ['base']);
  const wanted = () => published(due(), definition(due(), 'base'));

  it('of two that were baked at once takes the one with the later id', () => {
    const both = ['b-1', 'b-3', 'b-2'].map((bakeId) => ({ ...wanted(), bakeId }));
    for (const found of [both, both.toReversed()]) {
      const snapshot = { ...due(), reusable: { [wanted().inputHash]: known(found) } };
      expect(decide(snapshot, 'base')).toMatchObject({ kind: 'reuse', bake: { bakeId: 'b-3' } });
    }
  });

  it('does not take a bake of other inputs, whatever the index says', () => {
    const other = { ...wanted(), inputHash: 'other' };
    const snapshot = { ...due(), reusable: { [wanted().inputHash]: known([other]) } };
    expect(decide(snapshot, 'base').kind).toBe('bake');
  });
});

describe('a schedule', () => {
  const nightly = { cron: '0 2 * * *', timezone: 'UTC', publish: 'if-changed' } as const;
  it.each([
    ['the cron', { cron: '0 11 * * *' }],
    ['the zone', { timezone: 'Europe/Athens' }],
  ])('counts anew once %s is edited, and only then', (_, edit) => {
    const scheduled = () => {
      const snapshot = settled(snapshotOf([image('base', { rebake: nightly })]));
      inForce(snapshot).sinceMs = noon - 10 * minuteMs;
      return snapshot;
    };
    expect(plan(scheduled()).memory).toEqual({});
    const before = scheduled();
    inForce(before).catalog.images = [image('base', { rebake: { ...nightly, ...edit } })];
    expect(plan(before).memory[key('base')]).toMatchObject({
      schedule: { ...edit, sinceMs: noon - 10 * minuteMs },
    });
    expect(decide({ ...before, nowMs: noon + dayMs }, 'base')).toMatchObject({
      reason: { code: 'schedule' },
    });
  });
});
