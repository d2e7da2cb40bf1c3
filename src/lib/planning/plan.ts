import type { ImageDefinition, ImageKey } from '../definitions/catalog';
import { graphOf } from '../definitions/graph';
import { assess } from './assess';
import { busyWith } from './busy';
import type { Decision, Plan, WaitReason } from './decision';
import { explainReason } from './explain';
import { memoryOf } from './memory';
import { doing } from './order';
import { policyDigests } from './policy-digest';
import type { Run } from './run';
import { giveSlots } from './slots';
import type { CatalogInForce, Snapshot } from './snapshot';
import type { Assessed } from './verdict';

type Assessments = ReadonlyMap<ImageKey, Assessed>;

/**
 * Decides on every image from one snapshot of the world: no AWS, no clock, nothing but its argument. Same snapshot, same
 * plan, whatever the order of its parts. While the catalog is unknown nothing is decided at all. Images that left
 * bakery.yml finish what they have begun and are `blocked: removed` from then on.
 */
export function plan(snapshot: Snapshot): Plan {
  if (!snapshot.catalog.known) return { decisions: {}, bakeOrder: [], reuseLookups: [], memory: {} };
  const run = runOver(snapshot, snapshot.catalog.value);
  const observing = snapshot.policy.mode === 'observe';
  const assessments = assessAll(run);
  const candidates = run.graph.order.filter((key) => assessments.get(key)?.verdict.kind === 'bake');
  const { bakeOrder, waiting } = giveSlots(observing ? [] : candidates, run);

  const decisions: Plan['decisions'] = {};
  const memory: Plan['memory'] = {};
  const lookups = new Set<string>();
  for (const [key, { due }] of assessments) {
    const decision = settle(key, assessments, waiting, observing);
    decisions[key] = decision;
    if (decision.kind === 'wait' && decision.reason.code === 'reuse-lookup') {
      lookups.add(decision.reason.inputHash);
    }
    const remembered = memoryOf(due, decision, snapshot.records[key], snapshot);
    if (remembered !== undefined) memory[key] = remembered;
  }
  decideOnRemoved(decisions, snapshot, assessments);
  return { decisions, bakeOrder, reuseLookups: [...lookups].sort(), memory };
}

const runOver = (snapshot: Snapshot, inForce: CatalogInForce): Run => ({
  snapshot,
  inForce,
  graph: graphOf(inForce.catalog),
  freshBakes: new Set(snapshot.freshBakes),
  digestOf: policyDigests(),
});

/** Bases first: what an image does depends on what those it is built on do. */
function assessAll(run: Run): Assessments {
  const definitions = new Map<ImageKey, ImageDefinition>();
  for (const definition of run.inForce.catalog.images) definitions.set(definition.key, definition);
  const assessments = new Map<ImageKey, Assessed>();
  for (const key of run.graph.order) {
    const parent = run.graph.parent(key);
    const above = parent === undefined ? undefined : assessments.get(parent);
    assessments.set(key, assess(definitions.get(key)!, above, run));
  }
  return assessments;
}

/** Turns a verdict into a decision, now that it is known who got a slot and what the ancestors do. */
function settle(
  key: ImageKey,
  assessments: Assessments,
  waiting: ReadonlyMap<ImageKey, WaitReason>,
  observing: boolean,
): Decision {
  const { verdict } = assessments.get(key)!;
  switch (verdict.kind) {
    case 'held': {
      const ancestor = settle(verdict.by, assessments, waiting, observing);
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

function decideOnRemoved(decisions: Plan['decisions'], { records }: Snapshot, inCatalog: Assessments): void {
  const removed = Object.values(records).filter(({ key }) => !inCatalog.has(key));
  for (const record of removed.sort((a, b) => (a.key < b.key ? -1 : 1))) {
    const [firstChannel = ''] = Object.keys(record.channels).sort();
    const busy = busyWith(record, firstChannel)?.decision;
    decisions[record.key] = busy?.kind === 'wait' ? busy : { kind: 'blocked', reason: { code: 'removed' } };
  }
}
