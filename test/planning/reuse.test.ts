import { hourMs } from '../../src/lib/definitions/instant';
import { known, unknown } from '../../src/lib/definitions/known';
import type { Published } from '../../src/lib/lifecycle/channel';
import { plan } from '../../src/lib/planning/plan';
import type { Snapshot } from '../../src/lib/planning/snapshot';
import { decide } from './decide';
import { asked, calm } from './small-world';
import { definition, image, key, noon, published, pushed, snapshotOf, withRecord } from './snapshot-builder';

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

it('what waits for something else is not looked up', () => {
  const full = pushed(calm(), ['base']);
  const observing = plan({ ...full, policy: { ...full.policy, mode: 'observe' } });
  for (const result of [plan(calm()), observing, plan(pushed(full, ['web']))]) {
    const waiting = Object.values(result.decisions).flatMap((one) =>
      one.kind === 'wait' && one.reason.code === 'reuse-lookup' ? [one.reason.inputHash] : [],
    );
    expect(result.reuseLookups).toEqual([...new Set(waiting)].sort());
    expect(result.releases).toEqual([]);
  }
  expect(Object.values(observing.decisions).some(({ kind }) => kind === 'wait')).toBe(true);
});
