import { unknown } from '../../src/lib/definitions/known';
import type { ChannelMove } from '../../src/lib/lifecycle/channel';
import { plan } from '../../src/lib/planning/plan';
import type { Snapshot } from '../../src/lib/planning/snapshot';
import { decide, planned, say } from './decide';
import { calm } from './small-world';
import { image, inForce, key, liveBake, policy, pushed, ssm, withRecord } from './snapshot-builder';

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
      further: [],
      releases: [],
      outdated: [],
      leaving: [],
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

  it('tells of a removed image with several channels that move the first by name, however they are kept', () => {
    const moving = (bakeId: string) => ({
      announcedSequence: 0,
      lastSequence: 0,
      moving: { to: { bakeId }, parameters: {} } as unknown as ChannelMove,
    });
    const { lts, candidate } = { lts: moving('b-lts'), candidate: moving('b-candidate') };
    for (const channels of [
      { lts, candidate },
      { candidate, lts },
    ]) {
      const gone = withRecord(calm(), 'web', { channels });
      inForce(gone).catalog.images = [image('base')];
      expect(say(gone, 'web')).toBe('wait: bake b-candidate is being published to candidate');
    }
  });
});
