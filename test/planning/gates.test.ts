import type { ImageDefinition } from '../../src/lib/definitions/catalog';
import type { Bake } from '../../src/lib/lifecycle/bake';
import type { ImageRecord } from '../../src/lib/lifecycle/image-record';
import type { Policy, Snapshot } from '../../src/lib/planning/snapshot';
import { decide, planned, say } from './decide';
import { approval, approved, gated, readyOf, waiting, withReady } from './gated-world';
import { asked } from './small-world';
import { image, inForce, key, policy, pushed, withRecord } from './snapshot-builder';

const checks = { path: 'checks' };

describe('what the deployment has nothing for is blocked', () => {
  it.each<[string, Partial<ImageDefinition>, Partial<Policy>, string | undefined]>([
    ['no tests', {}, { canTest: false }, undefined],
    ['tests, and a project that runs them', { test: checks }, { canTest: true }, undefined],
    ['tests, and a deployment that does not say', { test: checks }, {}, undefined],
    [
      'tests, and no project that runs them',
      { test: checks },
      { canTest: false },
      'its bakes are to be tested, and the setting testProject names no build project for that',
    ],
    ['no approval', {}, { approvers: [] }, undefined],
    ['approval by a group that may be asked', { approval }, { approvers: ['others', 'leads'] }, undefined],
    ['approval, and a deployment that does not say', { approval }, {}, undefined],
    [
      'approval by a group that may not be asked',
      { approval },
      { approvers: ['others'] },
      'the setting approvers does not allow approval by leads',
    ],
  ])('an image with %s', (_, change, settings, blockedFor) => {
    const snapshot = { ...gated(change), policy: { ...policy, ...settings } };
    if (blockedFor === undefined) expect(decide(snapshot, 'base').kind).toBe('current');
    else expect(say(snapshot, 'base')).toBe(`blocked: ${blockedFor}`);
  });
});

describe('a bake that waits for approval', () => {
  const due = () => pushed(gated({ approval }), ['base', 'web']);

  it('says for whom, and until when', () => {
    expect(say(waiting(due()), 'base')).toBe(
      'wait: bake b-base/arm64-live waits for approval by leads, which expires at 2026-11-21 15:00 UTC (in 3 hours)',
    );
  });

  it('holds nobody back: what is built on the image goes on with what the channel has', () => {
    expect(decide(waiting(due()), 'web')).toMatchObject({
      kind: 'bake',
      desired: { ancestry: [{ bakeId: 'b-base/arm64' }, {}] },
    });
  });

  it.each<[string, Partial<Bake>, Partial<ImageRecord>, string]>([
    ['as it is', {}, {}, 'wait'],
    ['of a later schedule', { notBefore: 8 }, { notBefore: 7 }, 'wait'],
    ['of this schedule', { notBefore: 7 }, { notBefore: 7 }, 'wait'],
    ['of an earlier schedule', { notBefore: 6 }, { notBefore: 7 }, 'bake'],
    ['of other inputs', { contentDigest: 'other' }, {}, 'bake'],
    ['on another base', { baseAmiId: 'ami-other' }, {}, 'bake'],
    ['while somebody asks for a new one', {}, { asked }, 'bake'],
    ['of nobody', { approval: undefined }, {}, 'bake'],
  ])('gives way to what is desired: %s', (_, bake, record, kind) => {
    const snapshot = due();
    expect(decide(withRecord(waiting(snapshot, snapshot, bake), 'base', record), 'base').kind).toBe(kind);
  });
});

describe('a bake that waits for approval has become needless', () => {
  const calm = () => gated({ approval });
  const due = () => pushed(calm(), ['base']);
  const needless = () => waiting(calm(), due());
  const removed = (snapshot: Snapshot): Snapshot => {
    inForce(snapshot).catalog.images = [image('other')];
    return snapshot;
  };
  const ready = (snapshot: Snapshot) => withRecord(snapshot, 'base', { ready: readyOf(due(), { approved }) });

  it.each<[string, () => Snapshot, boolean]>([
    ['what is published is what is desired', needless, true],
    ['another bake of the same is about to be published', () => ready(waiting(due(), calm())), true],
    ['its image left bakery.yml', () => removed(needless()), true],
    ['it is what is desired', () => waiting(due()), false],
    ['a newer one is about to be baked, and takes its place', () => waiting(due(), calm()), false],
    ['nothing waits', calm, false],
    ['nothing waits, and a bake is published again', () => withReady(due(), { approved }), false],
    ['nothing waits, and the image left bakery.yml', () => removed(calm()), false],
    [
      'it is still built, and its image left bakery.yml',
      () => removed(waiting(calm(), due(), { status: 'building' })),
      false,
    ],
    [
      'the bakery only observes',
      () => ({ ...needless(), policy: { ...policy, mode: 'observe' as const } }),
      false,
    ],
  ])('where %s: %s', (_, make, named) => {
    expect(planned(make()).outdated).toStrictEqual(named ? [key('base')] : []);
  });
});
