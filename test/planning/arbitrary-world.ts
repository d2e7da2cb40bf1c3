import fc from 'fast-check';
import type { ImageDefinition } from '../../src/lib/definitions/catalog';
import type { Bake, FailureClass } from '../../src/lib/lifecycle/bake';
import type { Snapshot } from '../../src/lib/planning/snapshot';
import {
  baseMoved,
  image,
  nightly,
  noon,
  on,
  policy,
  pushed,
  settled,
  snapshotOf,
  ssm,
  withRecord,
} from './snapshot-builder';

const nameOf = (index: number): string => `image-${index}`;

/** Up to a dozen images, each on one of those before it, on an AMI from outside, or on what its template chooses. */
const catalogs: fc.Arbitrary<ImageDefinition[]> = fc
  .array(
    fc.record({
      below: fc.option(fc.nat(), { nil: undefined, freq: 4 }),
      outside: fc.constantFrom(ssm('/a'), ssm('/b'), { kind: 'template' } as const),
      scheduled: fc.boolean(),
      tag: fc.constantFrom('1', '2'),
    }),
    { minLength: 1, maxLength: 12 },
  )
  .map((picks) =>
    picks.map(({ below, outside, scheduled, tag }, index) => {
      const inside = below !== undefined && index > 0;
      return image(nameOf(index), {
        base: inside ? on(nameOf(below % index)) : outside,
        tags: { CostCenter: tag },
        ...(scheduled && !inside ? { rebake: nightly } : {}),
      });
    }),
  );

/** A catalog of which some is published, and what happened since: pushes, a base that moved, one unreadable, requests. */
export const snapshots: fc.Arbitrary<Snapshot> = catalogs.chain((images) => {
  const names = images.map(({ name }) => name);
  return fc
    .record({
      published: fc.subarray(names),
      touched: fc.subarray(names),
      moved: fc.boolean(),
      asked: fc.subarray(names, { maxLength: Math.min(2, names.length) }),
      slots: fc.integer({ min: 1, max: 4 }),
      unreadable: fc.boolean(),
    })
    .map(({ published, touched, moved, asked, slots, unreadable }) => {
      const start = snapshotOf(images, { policy: { ...policy, maxConcurrentBuilds: slots } });
      let snapshot = pushed(settled(start, withAncestors(images, published)), touched);
      if (moved) snapshot = baseMoved(snapshot, ssm('/a'), 'ami-moved');
      for (const name of asked) {
        const request = { commandId: name, by: 'alice', why: 'to see', atMs: noon };
        snapshot = withRecord(snapshot, name, { asked: request });
      }
      if (!unreadable) return snapshot;
      return { ...snapshot, bases: { ...snapshot.bases, 'ssm:/b': { state: 'unknown', why: 'throttled' } } };
    });
});

/** What is published was built on something that was published. */
function withAncestors(images: ImageDefinition[], names: string[]): string[] {
  const wanted = new Set<string>();
  const byKey = new Map(images.map((of) => [of.key, of]));
  for (const name of names) {
    let next = images.find((of) => of.name === name);
    while (next !== undefined) {
      wanted.add(next.name);
      next = next.base.kind === 'image' ? byKey.get(next.base.image) : undefined;
    }
  }
  return [...wanted];
}

/** Which bakes fail, and how: by the end of their ids, so that a retry may succeed. */
export const luck: fc.Arbitrary<(bake: Bake) => FailureClass | undefined> = fc
  .array(
    fc.option(fc.constantFrom<FailureClass>('capacity', 'spot', 'script', 'unknown', 'timed-out'), {
      nil: undefined,
      freq: 3,
    }),
    { minLength: 1, maxLength: 9 },
  )
  .map(
    (fates) =>
      ({ id }) =>
        fates[Number(id.slice(2)) % fates.length],
  );

/** The same snapshot with the parts of every object and every list of images in another order. */
export function shuffled(snapshot: Snapshot, order: (text: string) => number): Snapshot {
  const shuffle = (value: unknown, path: string): unknown => {
    if (Array.isArray(value)) {
      const items = value.map((item) => shuffle(item, path));
      return path.endsWith('.images') || path.endsWith('.inputs') || path.endsWith('.accounts')
        ? byOrder(items, (item) => JSON.stringify(item))
        : items;
    }
    if (value === null || typeof value !== 'object') return value;
    const parts = Object.entries(value).map(
      ([name, part]) => [name, shuffle(part, `${path}.${name}`)] as const,
    );
    return Object.fromEntries(byOrder(parts, ([name]) => name));
  };
  const byOrder = <T>(items: T[], text: (item: T) => string): T[] =>
    items.toSorted((a, b) => order(text(a)) - order(text(b)));
  return shuffle(snapshot, '') as Snapshot;
}
