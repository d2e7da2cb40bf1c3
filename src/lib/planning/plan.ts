import type { ImageKey } from '../definitions/catalog';
import { assess } from './assess';
import { busyWith } from './busy';
import { beyondPrefixes } from './ceilings';
import type { Decision, Plan, WaitReason } from './decision';
import { explainReason } from './explain';
import { basesFirst, type ImageNode } from './forest';
import { furtherChannels } from './further';
import { memoryOf } from './memory';
import { doing } from './order';
import type { Run } from './run';
import { leavingChannels } from './revoked';
import { giveSlots } from './slots';
import type { Snapshot } from './snapshot';

const nothing: Plan = {
  decisions: {},
  bakeOrder: [],
  reuseLookups: [],
  memory: {},
  further: [],
  releases: [],
  outdated: [],
  leaving: [],
};

/**
 * Decides on every image from one snapshot of the world: no AWS, no clock, nothing but its argument. Same snapshot, same
 * plan, whatever the order of its parts. While the catalog is unknown nothing is decided at all. Images that left
 * bakery.yml finish what they have begun and are `blocked: removed` from then on.
 */
export function plan(snapshot: Snapshot): Plan {
  if (!snapshot.catalog.known) return nothing;
  const run: Run = {
    snapshot,
    inForce: snapshot.catalog.value,
    freshBakes: new Set(snapshot.freshBakes),
    beyondPrefixes: beyondPrefixes(snapshot.policy),
    releases: [],
    outdated: [],
  };
  const observing = snapshot.policy.mode === 'observe';
  const order = basesFirst(run.inForce, snapshot);
  for (const node of order) assess(node, run);
  const candidates = order.filter(({ verdict }) => !observing && verdict?.kind === 'bake').map(keyOf);
  const { bakeOrder, waiting } = giveSlots(candidates, order, snapshot);

  const decisions: Plan['decisions'] = {};
  const memory: Plan['memory'] = {};
  const further: Plan['further'] = [];
  const lookups = new Set<string>();
  for (const node of order) {
    const decision = settle(node, waiting, observing);
    const key = keyOf(node);
    decisions[key] = decision;
    if (decision.kind === 'wait' && decision.reason.code === 'reuse-lookup') {
      lookups.add(decision.reason.inputHash);
    }
    const remembered = memoryOf(node.due, decision, node.record, snapshot);
    if (remembered !== undefined) memory[key] = remembered;
    if (decision.kind === 'reuse' && node.record?.live?.status === 'approval') run.outdated.push(key);
    if (node.outline.definition.channels.length > 1) further.push(...furtherChannels(node, run));
  }
  decideOnRemoved(decisions, order, run);
  const { releases } = run;
  const outdated = observing ? [] : run.outdated;
  const reuseLookups = [...lookups].sort();
  const leaving = leavingChannels(snapshot);
  return { decisions, bakeOrder, reuseLookups, memory, further, releases, outdated, leaving };
}

const keyOf = ({ outline }: ImageNode): ImageKey => outline.key;

/** Turns a verdict into a decision, now that it is known who got a slot and what the ancestors do. */
function settle(
  { outline, verdict }: ImageNode,
  waiting: ReadonlyMap<ImageKey, WaitReason>,
  observing: boolean,
): Decision {
  if (verdict === undefined) throw new Error(`${outline.key} was not assessed before decisions were made.`);
  switch (verdict.kind) {
    case 'held': {
      const { by } = verdict;
      const reason = {
        code: 'ancestor',
        image: keyOf(by),
        doing: doing(settle(by, waiting, observing)),
      } as const;
      return { kind: 'wait', reason };
    }
    case 'bake':
    case 'reuse':
    case 'amend': {
      if (observing) {
        const because = explainReason(verdict.reason);
        return { kind: 'wait', reason: { code: 'observe', would: verdict.kind, because } };
      }
      const reason = waiting.get(outline.key);
      return reason === undefined ? verdict : { kind: 'wait', reason };
    }
    default:
      return verdict;
  }
}

/** Records that no decision was made on are of images that left bakery.yml. */
function decideOnRemoved(
  decisions: Plan['decisions'],
  order: readonly ImageNode[],
  { snapshot: { records }, outdated }: Run,
): void {
  const keys = Object.keys(records) as ImageKey[];
  if (keys.length === order.reduce((count, { record }) => (record === undefined ? count : count + 1), 0))
    return;
  const removed = keys.filter((key) => decisions[key] === undefined);
  for (const key of removed.sort()) {
    const record = records[key]!;
    const [firstChannel = ''] = Object.keys(record.channels).sort();
    if (record.live?.status === 'approval') outdated.push(key);
    const busy = busyWith(record, firstChannel)?.decision;
    decisions[key] = busy?.kind === 'wait' ? busy : { kind: 'blocked', reason: { code: 'removed' } };
  }
}
