import { hash } from 'node:crypto';
import fc from 'fast-check';
import type { ImageKey } from '../../src/lib/definitions/catalog';
import { graphOf } from '../../src/lib/definitions/graph';
import type { Decision } from '../../src/lib/planning/decision';
import { explain } from '../../src/lib/planning/explain';
import { plan } from '../../src/lib/planning/plan';
import type { Snapshot } from '../../src/lib/planning/snapshot';
import { luck, shuffled, snapshots } from './arbitrary-world';
import { apply, nextTick, planWithLookups, runToRest, worldOf, type World } from './model';
import { baseMoved, inForce, pushed, ssm, withRecord } from './snapshot-builder';

const acts = ({ kind }: Decision): boolean => kind === 'bake' || kind === 'reuse' || kind === 'amend';
const runs = { numRuns: 150 };

/** Worlds in the middle of things: a few ticks into a run with failures. */
const midway = fc.tuple(snapshots, luck, fc.nat({ max: 6 })).map(([snapshot, fails, ticks]) => {
  let world: World = worldOf(snapshot);
  for (let tick = 0; tick < ticks; tick++) {
    const next = planWithLookups(world);
    world = nextTick(apply(next.world, next.plan), fails);
  }
  return world;
});

/** Settled as far as its children are concerned. */
function settledFor(decision: Decision): boolean {
  if (decision.kind === 'wait') return decision.reason.code === 'backoff';
  if (decision.kind === 'bake') return decision.reason.code === 'retry';
  return decision.kind !== 'reuse';
}

describe('whatever the world looks like', () => {
  it('one snapshot has one plan, whatever the order of its parts', () => {
    fc.assert(
      fc.property(midway, fc.string(), ({ snapshot }, salt) => {
        const order = (text: string) => parseInt(hash('md5', salt + text).slice(0, 8), 16);
        const expected = plan(snapshot);
        const got = plan(shuffled(snapshot, order));
        expect(got).toEqual(expected);
        expect(plan(structuredClone(snapshot))).toEqual(expected);
      }),
      runs,
    );
  });

  it('every image has exactly one decision, which reads as one sentence', () => {
    fc.assert(
      fc.property(midway, ({ snapshot }) => {
        const { decisions } = plan(snapshot);
        const keys = inForce(snapshot).catalog.images.map((image) => image.key);
        expect(Object.keys(decisions).sort()).toEqual([...keys].sort());
        for (const decision of Object.values(decisions)) {
          const sentence = explain(decision, snapshot.nowMs);
          expect(sentence.startsWith(`${decision.kind}: `)).toBe(true);
          expect(sentence).not.toMatch(/undefined|NaN|\[object|\n/);
        }
      }),
      runs,
    );
  });

  it('planning again right after applying yields nothing', () => {
    fc.assert(
      fc.property(midway, (world) => {
        const { world: asked, plan: first } = planWithLookups(world);
        const { plan: second } = planWithLookups(apply(asked, first));
        const more = Object.entries(second.decisions).filter(([, decision]) => acts(decision));
        expect(more).toEqual([]);
        expect(second.bakeOrder).toEqual([]);
      }),
      runs,
    );
  });

  it('what is remembered is remembered once', () => {
    fc.assert(
      fc.property(midway, ({ snapshot }) => {
        const { memory } = plan(snapshot);
        let after = snapshot;
        for (const [image, remembered] of Object.entries(memory)) {
          after = withRecord(after, image, { schedule: undefined, dueSinceMs: undefined, ...remembered });
          expect(remembered.notBefore).toBeGreaterThanOrEqual(
            snapshot.records[image as ImageKey]?.notBefore ?? 0,
          );
        }
        expect(plan(after).memory).toEqual({});
      }),
      runs,
    );
  });

  it('the bakes are those with a slot, and no image is baked before its ancestors have settled', () => {
    fc.assert(
      fc.property(midway, (world) => {
        const { world: asked, plan: found } = planWithLookups(world);
        const { snapshot } = asked;
        const graph = graphOf(inForce(snapshot).catalog);
        const free = snapshot.policy.maxConcurrentBuilds - snapshot.slotsInUse;
        const bakes = Object.keys(found.decisions).filter(
          (of) => found.decisions[of as ImageKey]!.kind === 'bake',
        );
        expect([...found.bakeOrder].sort()).toEqual(bakes.sort());
        expect(found.bakeOrder.length).toBeLessThanOrEqual(Math.max(0, free));
        for (const image of found.bakeOrder) {
          const since = snapshot.records[image]?.dueSinceMs;
          if (since !== undefined && snapshot.nowMs - since >= snapshot.policy.maxWaitMs) continue;
          for (const ancestor of graph.ancestors(image)) {
            if (retryRuns(snapshot, ancestor)) continue;
            expect({ image, ancestor, settled: settledFor(found.decisions[ancestor]!) }).toMatchObject({
              settled: true,
            });
          }
        }
      }),
      runs,
    );
  });

  it('a bake is built on what its parent has confirmed, or on what its base resolved to', () => {
    fc.assert(
      fc.property(midway, (world) => {
        const { world: asked, plan: found } = planWithLookups(world);
        for (const { key: image, base } of inForce(asked.snapshot).catalog.images) {
          const decision = found.decisions[image]!;
          if (decision.kind !== 'bake') continue;
          expect(decision.desired.baseAmiId).toBe(baseNow(asked.snapshot, base));
          expect(decision.desired.ancestry[0]?.amiId).toBe(decision.desired.baseAmiId);
        }
      }),
      runs,
    );
  });

  it('comes to rest with every image current, or blocked by a failure or what is above it', () => {
    fc.assert(
      fc.property(snapshots, luck, (snapshot, fails) => {
        const readable = { ...snapshot, bases: { ...snapshot.bases, ...settledBases(snapshot) } };
        const { plan: last } = runToRest(worldOf(readable), fails);
        for (const decision of Object.values(last.decisions)) {
          if (decision.kind === 'current') continue;
          expect(decision).toMatchObject({
            kind: 'blocked',
            reason: { code: expect.stringMatching(/^(failed|no-base-yet|runaway)$/) },
          });
        }
      }),
      { numRuns: 80 },
    );
  });

  it('where nothing fails, everything becomes current and nothing is baked twice', () => {
    fc.assert(
      fc.property(snapshots, (snapshot) => {
        const readable = { ...snapshot, bases: { ...snapshot.bases, ...settledBases(snapshot) } };
        const bakes = new Map<string, number>();
        const { plan: last } = runToRest(
          worldOf(readable),
          () => undefined,
          (_, { bakeOrder }) => bakeOrder.forEach((image) => bakes.set(image, (bakes.get(image) ?? 0) + 1)),
        );
        expect(Object.values(last.decisions).every(({ kind }) => kind === 'current')).toBe(true);
        expect([...bakes].filter(([, count]) => count > 1)).toEqual([]);
      }),
      { numRuns: 80 },
    );
  });
});

describe('a revert', () => {
  it('bakes nothing: what was published before is published again, all the way down', () => {
    fc.assert(
      fc.property(snapshots, (snapshot) => {
        const names = inForce(snapshot).catalog.images.map(({ name }) => name);
        const stamped = { ...snapshot, bases: { ...snapshot.bases, ...settledBases(snapshot) } };
        const before = runToRest(worldOf(stamped), () => undefined).world;
        const after = runToRest(
          { ...before, snapshot: pushed(before.snapshot, names, '9') },
          () => undefined,
        ).world;
        const reverted = { ...after.snapshot, catalog: before.snapshot.catalog };
        const baked: string[] = [];
        runToRest(
          { ...after, snapshot: reverted, ready: [...after.ready, ...publishedIn(before.snapshot)] },
          () => undefined,
          (_, { bakeOrder }) => baked.push(...bakeOrder.filter((image) => !choosesItsBase(reverted, image))),
        );
        expect(baked).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });
});

const retryRuns = (snapshot: Snapshot, image: ImageKey): boolean => {
  const record = snapshot.records[image];
  return (
    record?.live !== undefined &&
    record.trouble?.desired === `${record.live.inputHash}@${record.live.notBefore}`
  );
};

function baseNow(
  { bases, records, policy }: Snapshot,
  base: ReturnType<typeof inForce>['catalog']['images'][number]['base'],
): string | undefined {
  if (base.kind === 'template') return undefined;
  if (base.kind === 'image') {
    return records[base.image]?.channels[base.channel]?.current?.amis[policy.region];
  }
  const resolution = bases[base.kind === 'ssm' ? `ssm:${base.path}` : ''];
  return resolution?.state === 'resolved' ? resolution.amiId : undefined;
}

const settledBases = (snapshot: Snapshot): Snapshot['bases'] =>
  snapshot.bases['ssm:/b'] === undefined ? {} : baseMoved(snapshot, ssm('/b'), 'ami-b').bases;

const publishedIn = ({ records }: Snapshot) =>
  Object.values(records).flatMap(({ channels }) => {
    const current = channels['stable']?.current;
    return current === undefined ? [] : [current];
  });

const choosesItsBase = (snapshot: Snapshot, image: ImageKey): boolean => {
  const { images } = inForce(snapshot).catalog;
  const byKey = new Map(images.map((of) => [of.key, of]));
  let next = byKey.get(image);
  while (next?.base.kind === 'image') next = byKey.get(next.base.image);
  return next?.base.kind === 'template';
};
