import { dayMs, minuteMs, type InstantMs } from '../definitions/instant';
import type { Known } from '../definitions/known';
import { bakeTag } from './adoption';
import type { Bake } from './bake';
import { claimedAtMsOf } from './bake-id';
import { bakeryTag, leftoverKinds, type Leftover, type LeftoverKind } from './leftover';

/** A build may end a moment after its bake, and tidy up for itself. */
export const graceMs = 30 * minuteMs;
/** EC2 and the bakery keep time apart. */
const clockSkewMs = 5 * minuteMs;
/** What belongs to a bake that the ledger does not know may be somebody's whose ledger was restored. */
export const unknownGraceMs = dayMs;

/** What the ledger keeps of a bake that has ended. */
export type EndedBake = Pick<Bake, 'status' | 'endedAtMs' | 'amis' | 'image' | 'failure'>;

export interface JanitorFacts {
  bakery: string;
  /** One entry for each region and kind that was looked for. */
  seen: { region: string; kind: LeftoverKind; resources: Known<Leftover[]> }[];
  /** Ids of the bakes that run. */
  live: ReadonlySet<string>;
  /** Ids of the bakes that a channel is moving to: copies of their AMIs are made, and recorded once all of them are there. */
  publishing: ReadonlySet<string>;
  /** By id; `value: undefined`: the ledger knows no such bake. Absent: it was not looked up. */
  bakes: ReadonlyMap<string, Known<EndedBake | undefined>>;
  /** AMIs that a channel of the ledger or a parameter points to. */
  pointedTo: Known<ReadonlySet<string>>;
  /** By AMI, of those alone that would be removed otherwise: whether anybody else may launch it. */
  shared: ReadonlyMap<string, Known<boolean>>;
  /** Likewise: whether a bake has recorded it as its result, whatever its tags say. */
  recorded: ReadonlyMap<string, Known<boolean>>;
}

export type KeptCode =
  | 'not-ours'
  | 'no-bake'
  | 'gone'
  | 'unread'
  | 'live'
  | 'publishing'
  | 'pointed-to'
  | 'shared'
  | 'result'
  | 'in-use'
  | 'not-looked-up'
  | 'grace'
  | 'young'
  | 'age-unknown'
  /** A build may tag any AMI and snapshot of the account: a tag alone is no proof that one is its own. */
  | 'unproven';

export type Verdict =
  { remove: true; why: string; expected?: true } | { remove: false; code: KeptCode; why: string };

export interface Removal {
  leftover: Leftover;
  bakeId: string;
  why: string;
  /** It is left over on purpose: each night may leave an AMI of every image. */
  expected?: true;
}

export interface Kept {
  leftover: Leftover;
  code: KeptCode;
  why: string;
}

export interface JanitorPlan {
  /** In an order in which EC2 lets them go. */
  removals: Removal[];
  kept: Kept[];
}

/**
 * Pure: what of that which carries a bake's id is left over, and why the rest is not. Whatever is not known keeps a thing
 * where it is: a kind that could not be read everywhere loses nothing, and of AMIs that were not read no snapshot goes.
 */
export function planJanitor(facts: JanitorFacts, nowMs: InstantMs): JanitorPlan {
  const all = facts.seen.flatMap(({ resources }) => (resources.known ? resources.value : []));
  const plan: JanitorPlan = { removals: [], kept: [] };
  for (const kind of leftoverKinds) {
    for (const leftover of all.filter((it) => it.kind === kind).sort(byPlace)) {
      const verdict = judge(leftover, facts, plan, nowMs);
      if (verdict.remove) {
        const { remove: _yes, ...because } = verdict;
        plan.removals.push({ leftover, bakeId: bakeOf(leftover) ?? '', ...because });
      } else plan.kept.push({ leftover, code: verdict.code, why: verdict.why });
    }
  }
  return plan;
}

const byPlace = (a: Leftover, b: Leftover): number => {
  const [left, right] = [`${a.region} ${a.id}`, `${b.region} ${b.id}`];
  return left < right ? -1 : left > right ? 1 : 0;
};

export const bakeOf = ({ tags }: Leftover): string | undefined => tags[bakeTag];

const keep = (code: KeptCode, why: string): Verdict => ({ remove: false, code, why });

/** States in which there is nothing left to remove. */
const goneStates: ReadonlySet<string | undefined> = new Set([
  'shutting-down',
  'terminated',
  'deleting',
  'deleted',
  'deregistered',
]);

function judge(leftover: Leftover, facts: JanitorFacts, decided: JanitorPlan, nowMs: InstantMs): Verdict {
  const { tags, kind } = leftover;
  if (tags[bakeryTag] !== facts.bakery) {
    return keep('not-ours', `it does not carry the tag ${bakeryTag} = ${facts.bakery}`);
  }
  const bakeId = bakeOf(leftover);
  if (bakeId === undefined || bakeId === '') return keep('no-bake', `it does not carry the tag ${bakeTag}`);
  if (goneStates.has(leftover.state)) return keep('gone', `it is ${leftover.state} already`);
  const blind = unreadFor(kind, facts);
  if (blind !== undefined) return keep('unread', blind);
  if (facts.live.has(bakeId)) return keep('live', `bake ${bakeId} is running`);
  if (facts.publishing.has(bakeId)) return keep('publishing', `bake ${bakeId} is being published`);
  const held = heldBy(leftover, facts, decided);
  if (held !== undefined) return held;
  const bake = facts.bakes.get(bakeId);
  if (bake === undefined) return keep('not-looked-up', `bake ${bakeId} was not looked up this time`);
  if (!bake.known) return keep('unread', `bake ${bakeId} could not be read: ${bake.why}`);
  return bake.value === undefined
    ? ofUnknownBake(leftover, bakeId, nowMs)
    : ofEndedBake(leftover, bakeId, bake.value, decided, nowMs);
}

/** Why nothing of a kind may go; undefined where everything that matters was read. */
function unreadFor(kind: LeftoverKind, { seen, pointedTo }: JanitorFacts): string | undefined {
  // A snapshot may be below an AMI that was not seen.
  const needed: LeftoverKind[] = kind === 'snapshot' ? ['image', 'snapshot'] : [kind];
  for (const { region, kind: read, resources } of seen) {
    if (needed.includes(read) && !resources.known) {
      return `${read}s in ${region} could not be read: ${resources.why}`;
    }
  }
  if (kind !== 'image' && kind !== 'snapshot') return undefined;
  return pointedTo.known ? undefined : `channels could not be read: ${pointedTo.why}`;
}

function heldBy(leftover: Leftover, facts: JanitorFacts, decided: JanitorPlan): Verdict | undefined {
  const { id, kind, attachedTo } = leftover;
  if (attachedTo !== undefined) return keep('in-use', `it is attached to ${attachedTo}`);
  if (kind === 'image') {
    if (facts.pointedTo.known && facts.pointedTo.value.has(id)) {
      return keep('pointed-to', 'a channel or a parameter points to it');
    }
    const recorded = facts.recorded.get(id);
    if (recorded?.known === false) return keep('unread', `whose result it is: ${recorded.why}`);
    if (recorded?.value === true) return keep('result', 'the ledger has it as the result of a bake');
    const shared = facts.shared.get(id);
    if (shared?.known === false) return keep('unread', `its launch permissions: ${shared.why}`);
    if (shared?.value === true) return keep('shared', 'it is shared, so somebody has published it');
  }
  if (kind === 'snapshot') {
    const user = decided.kept.find(({ leftover: other }) => other.snapshotIds?.includes(id));
    if (user !== undefined) return keep('in-use', `${user.leftover.id}, which stays, is made of it`);
  }
  return undefined;
}

function ofEndedBake(
  { id, kind, createdAtMs }: Leftover,
  bakeId: string,
  bake: EndedBake,
  decided: JanitorPlan,
  nowMs: InstantMs,
): Verdict {
  const results = Object.values(bake.amis ?? {});
  if (results.includes(id)) return keep('result', `it is the result of bake ${bakeId}`);
  // The AMI may have been deregistered and its storage kept, on purpose.
  const goesWithItsAmi = decided.removals.some(({ leftover }) => leftover.snapshotIds?.includes(id));
  if (kind === 'snapshot' && results.length > 0 && !goesWithItsAmi) {
    return keep('result', `bake ${bakeId} has a result, which it may be part of`);
  }
  if (bake.endedAtMs === undefined) return keep('age-unknown', `when bake ${bakeId} ended is not known`);
  if (nowMs - bake.endedAtMs < graceMs) {
    return keep('grace', `bake ${bakeId} ended ${span(nowMs - bake.endedAtMs)} ago`);
  }
  if (createdAtMs !== undefined && nowMs - createdAtMs < graceMs) {
    return keep('young', `it was made ${span(nowMs - createdAtMs)} ago`);
  }
  if (holdsData(kind) && !madeDuring(bakeId, bake.endedAtMs, createdAtMs)) {
    return keep('unproven', `it was not made while bake ${bakeId} ran, whatever its tag says`);
  }
  return {
    remove: true,
    why: `bake ${bakeId} of ${bake.image} ended ${span(nowMs - bake.endedAtMs)} ago: ${bake.status}`,
    ...(isExpected(bake) ? { expected: true } : {}),
  };
}

/** It came to what is published, or a newer bake took its place while it waited for a person. */
const isExpected = ({ status, failure }: EndedBake): boolean =>
  status === 'unchanged' || failure?.class === 'superseded';

/** What cannot be made again once it is gone. Builds launch everything else with their tags, and may tag nothing later. */
const holdsData = (kind: LeftoverKind): boolean => kind === 'image' || kind === 'snapshot';

function madeDuring(bakeId: string, endedAtMs: InstantMs, createdAtMs: InstantMs | undefined): boolean {
  const claimedAtMs = claimedAtMsOf(bakeId);
  if (claimedAtMs === undefined || createdAtMs === undefined) return false;
  return createdAtMs >= claimedAtMs - clockSkewMs && createdAtMs <= endedAtMs + graceMs;
}

function ofUnknownBake({ kind, createdAtMs }: Leftover, bakeId: string, nowMs: InstantMs): Verdict {
  if (holdsData(kind)) {
    return keep(
      'unproven',
      `bake ${bakeId} is not in the ledger: only a tag, which a build may set, calls it left over`,
    );
  }
  const sinceMs = createdAtMs ?? claimedAtMsOf(bakeId);
  if (sinceMs === undefined) {
    return keep('age-unknown', `bake ${bakeId} is not in the ledger, and how old this is is not known`);
  }
  if (nowMs - sinceMs < unknownGraceMs) {
    return keep(
      'young',
      `bake ${bakeId} is not in the ledger; it is ${span(nowMs - sinceMs)} old, not a day yet`,
    );
  }
  return { remove: true, why: `bake ${bakeId} is not in the ledger; it is ${span(nowMs - sinceMs)} old` };
}

/** `35 min`, `7 h`, `3 days`. */
function span(ms: number): string {
  const count = Math.max(0, Math.floor(ms / minuteMs));
  if (count < 120) return `${count} min`;
  return count < 2 * 24 * 60 ? `${Math.floor(count / 60)} h` : `${Math.floor(count / (24 * 60))} days`;
}
