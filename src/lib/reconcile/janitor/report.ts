import type { JanitorPlan, KeptCode, Removal } from '../../lifecycle/janitor';
import { imageTag, type LeftoverKind } from '../../lifecycle/leftover';

/** What the janitor found and did, for people and programs: `bakery janitor --json` prints it. */
export interface JanitorReport {
  bakery: string;
  account: string;
  region: string;
  mode: string;
  atMs: number;
  /** Nothing was to be removed: it was asked so, or the bakery only observes. */
  dryRun: boolean;
  /** Leftovers, in the order in which they go. */
  leftovers: LeftoverReport[];
  /** Builds that run for longer than they may. */
  builds: { buildId: string; bakeId?: string; why: string; outcome: Outcome; error?: string }[];
  /** What stays, by reason. */
  kept: { code: KeptCode; count: number; examples: { kind: LeftoverKind; id: string; why: string }[] }[];
  /** What could not be read; nothing of it is removed. */
  unread: { what: string; why: string }[];
  /** More was found than is removed in one run: nothing was, but for what nights leave as a matter of course. */
  tooMany?: { found: number; most: number };
}

export type Outcome =
  | 'found'
  | 'done'
  /** EC2 refused; the next run tries again. */
  | 'failed'
  /** Its turn comes in a later run: something still holds it, or the time was up. */
  | 'left';

export interface LeftoverReport {
  kind: LeftoverKind;
  region: string;
  id: string;
  name?: string;
  bakeId: string;
  image?: string;
  why: string;
  outcome: Outcome;
  error?: string;
}

/** An answer of Lambda ends at 6 MB (Lambda quotas), and tens of thousands of AMIs may stay. */
const mostExamples = 10;

export const reportLeftover = ({ leftover, bakeId, why }: Removal): LeftoverReport => {
  const { kind, region, id, name, tags } = leftover;
  const image = tags[imageTag];
  return {
    kind,
    region,
    id,
    ...(name === undefined ? {} : { name }),
    bakeId,
    ...(image === undefined ? {} : { image }),
    why,
    outcome: 'found',
  };
};

export function reportKept({ kept }: JanitorPlan): JanitorReport['kept'] {
  const byCode = new Map<KeptCode, JanitorReport['kept'][number]>();
  for (const { leftover, code, why } of kept) {
    const group = byCode.get(code) ?? { code, count: 0, examples: [] };
    group.count += 1;
    if (group.examples.length < mostExamples)
      group.examples.push({ kind: leftover.kind, id: leftover.id, why });
    byCode.set(code, group);
  }
  return [...byCode.values()].sort((a, b) => (a.code < b.code ? -1 : 1));
}
