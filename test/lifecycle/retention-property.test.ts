import fc from 'fast-check';
import { dayMs } from '../../src/lib/definitions/instant';
import { known, unknown } from '../../src/lib/definitions/known';
import type { BakeStatus } from '../../src/lib/lifecycle/bake';
import { planRetention } from '../../src/lib/lifecycle/retention';
import {
  goesOn,
  type AmiFacts,
  type ImageRetention,
  type PastBake,
  type RetentionFacts,
} from '../../src/lib/lifecycle/retention-facts';
import { bake, channel, facts, image, now } from './retention-world';

/** One AMI as AWS may have it. */
const ami: fc.Arbitrary<AmiFacts> = fc.record({
  ami: fc.oneof(
    fc.constant(unknown('no')),
    fc.constant(known(undefined)),
    fc
      .record(
        {
          amiId: fc.constant('ami'),
          state: fc.constantFrom('available' as const, 'disabled' as const),
          protection: fc.constant('enabled-without-cooldown'),
        },
        { requiredKeys: ['amiId', 'state'] },
      )
      .map(known),
  ),
  references: fc.oneof(fc.constant(unknown('no')), fc.array(fc.constant('i-1'), { maxLength: 1 }).map(known)),
  sharedWith: fc.oneof(
    fc.constant(unknown('no')),
    fc.array(fc.constant('333333333333'), { maxLength: 1 }).map(known),
  ),
  usage: fc.oneof(
    fc.constant(unknown('no')),
    fc
      .array(
        fc.record({
          amiId: fc.constant('ami'),
          state: fc.constantFrom('available' as const, 'pending' as const, 'error' as const),
          createdAtMs: fc.integer({ min: 0, max: 20 }).map((days) => now - days * dayMs),
          usedBy: fc.array(fc.constant({ account: '222222222222', what: 'ec2:Instance', count: 1 }), {
            maxLength: 1,
          }),
        }),
        { maxLength: 2 },
      )
      .map(known),
  ),
});

const past = fc
  .record({
    daysAgo: fc.integer({ min: 1, max: 400 }),
    status: fc.constantFrom<BakeStatus>('ready', 'deprecated', 'disabled', 'revoked'),
    daysInIt: fc.integer({ min: 0, max: 20 }),
    settled: fc.boolean(),
    ending: fc.boolean(),
    regions: fc.subarray(['eu-west-1', 'us-east-1'], { minLength: 1 }),
    builtOn: fc.option(fc.integer({ min: 0, max: 20 }), { nil: undefined }),
  })
  .map(({ daysAgo, status, daysInIt, settled, ending, regions, builtOn }): PastBake & { on?: number } => {
    const one = bake(daysAgo, { status });
    const sinceMs = now - daysInIt * dayMs;
    return {
      ...one,
      amis: Object.fromEntries(regions.map((region) => [region, `ami-${one.id}-${region}`])),
      ...(status === 'ready'
        ? {}
        : {
            retirement: {
              sinceMs,
              readAtMs: sinceMs,
              why: 'old',
              ...(settled ? { settled: true as const } : {}),
              ...(ending ? { endingSinceMs: sinceMs } : {}),
            },
          }),
      ...(builtOn === undefined ? {} : { on: builtOn }),
    };
  });

const world: fc.Arbitrary<RetentionFacts> = fc
  .tuple(
    fc.uniqueArray(past, { minLength: 1, maxLength: 25, selector: ({ id }) => id }),
    fc.array(ami, { minLength: 1, maxLength: 6 }),
    fc.record({ count: fc.integer({ min: 1, max: 5 }), days: fc.integer({ min: 1, max: 100 }) }),
    fc.integer({ min: 0, max: 24 }),
    fc.boolean(),
  )
  .map(([bakes, kinds, retain, current, clean]) => {
    const on = bakes.map(({ on: index, ...one }) => ({
      ...one,
      ancestors: index === undefined ? [] : Object.values(bakes[index % bakes.length]!.amis),
    }));
    const one = image([], { retain, bakes: on });
    const channels = { stable: channel(on[current % on.length]) };
    const images = [{ ...one, record: { ...one.record, channels } }];
    const ids = on.flatMap(({ amis }) => Object.values(amis));
    const amis = clean ? {} : Object.fromEntries(ids.map((id, index) => [id, kinds[index % kinds.length]!]));
    return facts(images, { amis });
  });

const property = (holds: (given: RetentionFacts, plan: ReturnType<typeof planRetention>) => void) =>
  fc.assert(
    fc.property(world, (given) => holds(given, planRetention(given, new Map(), now, { most: 10_000 }))),
    { numRuns: 1_000 },
  );

const factsOf = ({ amis }: RetentionFacts, one: PastBake): AmiFacts[] =>
  Object.values(one.amis).map((id) => amis.get(id)!);

test('nothing that is referred to goes on', () => {
  property((given, { verdicts }) => {
    const [{ bakes, record }] = given.images as [ImageRetention];
    for (const verdict of verdicts.filter(goesOn)) {
      const one = verdict.bake;
      const its = factsOf(given, one);
      // Of an AMI that is gone nothing is left to be referred to.
      const there = its.filter(({ ami: seen }) => !seen.known || seen.value !== undefined);
      expect(there.filter(({ references }) => !references.known || references.value.length > 0)).toEqual([]);
      expect(there.filter(({ sharedWith }) => !sharedWith.known || sharedWith.value.length > 0)).toEqual([]);
      expect(record.channels['stable']?.current?.bakeId).not.toBe(one.id);
      const children = bakes.filter(({ ancestors }) =>
        ancestors.some((id) => Object.values(one.amis).includes(id)),
      );
      expect(children.every(({ status }) => status === 'deregistered')).toBe(true);
      expect(its.some(({ ami: seen }) => seen.known && seen.value?.protection !== undefined)).toBe(false);
    }
  });
});

test('while anything is unread of what may go, nothing goes on', () => {
  property((_given, { verdicts, unread }) => {
    if (unread.length > 0) expect(verdicts.filter(goesOn)).toEqual([]);
  });
});

test('nothing goes by more than one stage, or before its time', () => {
  const order: BakeStatus[] = ['ready', 'deprecated', 'disabled', 'deregistered'];
  property((_given, { verdicts }) => {
    for (const verdict of verdicts.filter(goesOn)) {
      const { bake: one, step } = verdict;
      const to = step?.kind === 'move' ? step.to : one.status;
      expect(order.indexOf(to) - order.indexOf(one.status)).toBe(1);
      if (one.status !== 'ready')
        expect(now - (one.retirement?.sinceMs ?? now)).toBeGreaterThanOrEqual(7 * dayMs);
    }
  });
});

test('every bake has either a step or a reason', () => {
  property((given, { verdicts }) => {
    expect(verdicts).toHaveLength(given.images.flatMap(({ bakes }) => bakes).length);
    for (const { step, kept } of verdicts) {
      expect([step === undefined, kept === undefined]).toContain(true);
      expect([step === undefined, kept === undefined]).toContain(false);
      expect((step ?? kept)?.why).toMatch(/\w/);
    }
  });
});

test('an amount that looks wrong is told whatever the world', () => {
  fc.assert(
    fc.property(world, fc.integer({ min: 1, max: 20 }), (given, maxRetirementsPerRun) => {
      const plan = planRetention({ ...given, maxRetirementsPerRun }, new Map(), now);
      const going = plan.verdicts.filter(goesOn).length;
      const ofRun = plan.tooMany.filter(({ image: of }) => of === undefined);
      expect(ofRun).toHaveLength(going > maxRetirementsPerRun ? 1 : 0);
    }),
  );
});
