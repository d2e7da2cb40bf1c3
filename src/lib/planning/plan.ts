import type { ImageDefinition, ImageKey } from '../definitions/catalog';
import { assess, type Run } from './assess';
import { busyWith } from './busy';
import type { Decision, Plan, WaitReason } from './decision';
import { lastFires } from './desired';
import { explainReason } from './explain';
import { memoryOf } from './memory';
import { doing, parentOf, parentsFirst } from './order';
import { policyDigests } from './policy-digest';
import { giveSlots } from './slots';
import type { Snapshot } from './snapshot';
import type { Assessed } from './verdict';

/**
 * Decides on every image from one snapshot of the world: no AWS, no clock, nothing but its argument. Same snapshot, same
 * plan, whatever the order of its parts. While the catalog is unknown nothing is decided at all. Images that left
 * bakery.yml finish what they have begun and are `blocked: removed` from then on.
 */
export function plan(snapshot: Snapshot): Plan {
  const result: Plan = { decisions: {}, bakeOrder: [], reuseLookups: [], memory: {} };
  if (!snapshot.catalog.known) return result;
  const run: Run = {
    snapshot,
    inForce: snapshot.catalog.value,
    freshBakes: new Set(snapshot.freshBakes),
    lastFireOf: lastFires(snapshot.nowMs),
    digestOf: policyDigests(),
  };
  const images = byKey(run.inForce.catalog.images);
  const parents = new Map(images.map((definition) => [definition.key, parentOf(definition)]));
  const assessed = parentsFirst(images, (definition, parent) =>
    assess(definition, parent, () => ancestorsOf(definition.key, parents), run),
  );

  const observing = snapshot.policy.mode === 'observe';
  const candidates = images
    .map(({ key }) => key)
    .filter((key) => !observing && assessed.get(key)?.verdict.kind === 'bake');
  const { bakeOrder, waiting } = giveSlots(candidates, run.inForce, snapshot);
  result.bakeOrder = bakeOrder;

  const decisionOf = (key: ImageKey): Decision => settle(key, assessed, waiting, observing);
  const lookups = new Set<string>();
  for (const { key } of images) {
    const decision = decisionOf(key);
    result.decisions[key] = decision;
    if (decision.kind === 'wait' && decision.reason.code === 'reuse-lookup')
      lookups.add(decision.reason.inputHash);
    const memory = memoryOf(
      assessed.get(key)!.due,
      decision,
      snapshot.records[key],
      snapshot.policy.mode,
      snapshot.nowMs,
    );
    if (memory !== undefined) result.memory[key] = memory;
  }
  result.reuseLookups = [...lookups].sort();
  addRemoved(result, snapshot, parents);
  return result;
}

/** Turns a verdict into a decision, now that it is known who got a slot and what the ancestors do. */
function settle(
  key: ImageKey,
  assessed: ReadonlyMap<ImageKey, Assessed>,
  waiting: ReadonlyMap<ImageKey, WaitReason>,
  observing: boolean,
): Decision {
  const { verdict } = assessed.get(key)!;
  switch (verdict.kind) {
    case 'held': {
      const ancestor = settle(verdict.by, assessed, waiting, observing);
      return { kind: 'wait', reason: { code: 'ancestor', image: verdict.by, doing: doing(ancestor) } };
    }
    case 'bake':
    case 'reuse':
    case 'amend': {
      if (observing) {
        const because = explainReason(verdict.reason);
        return { kind: 'wait', reason: { code: 'observe', would: verdict.kind, because } };
      }
      const reason = waiting.get(key);
      return reason === undefined ? verdict : { kind: 'wait', reason };
    }
    default:
      return verdict;
  }
}

function addRemoved(
  { decisions }: Plan,
  { records }: Snapshot,
  inCatalog: ReadonlyMap<ImageKey, unknown>,
): void {
  for (const record of Object.values(records)
    .filter(({ key }) => !inCatalog.has(key))
    .sort(compareKeys)) {
    const [firstChannel = 'stable'] = Object.keys(record.channels).sort();
    const busy = busyWith(record, firstChannel)?.decision;
    decisions[record.key] = busy?.kind === 'wait' ? busy : { kind: 'blocked', reason: { code: 'removed' } };
  }
}

/** From the image's base upwards; ends where a catalog would go in circles. */
function ancestorsOf(key: ImageKey, parents: ReadonlyMap<ImageKey, ImageKey | undefined>): ImageKey[] {
  const ancestors: ImageKey[] = [];
  let next = parents.get(key);
  while (next !== undefined && parents.has(next) && !ancestors.includes(next)) {
    ancestors.push(next);
    next = parents.get(next);
  }
  return ancestors;
}

const compareKeys = (a: { key: ImageKey }, b: { key: ImageKey }): number =>
  a.key < b.key ? -1 : a.key > b.key ? 1 : 0;

/** Catalogs are stored sorted; another order must not change the plan. */
function byKey(images: readonly ImageDefinition[]): readonly ImageDefinition[] {
  const sorted = images.every((image, index) => index === 0 || images[index - 1]!.key < image.key);
  return sorted ? images : [...images].sort(compareKeys);
}
