import { goesOn, type KeptCode, type RetentionPlan, type TooMany } from '../../lifecycle/retention-facts';

/** What retirement found and did, for people and programs: `bakery retire --json` prints it. */
export interface RetireReport {
  bakery: string;
  account: string;
  region: string;
  mode: string;
  atMs: number;
  /** Nothing was to be done: it was asked so, or the bakery only observes. */
  dryRun: boolean;
  /** Bakes that were judged. */
  looked: number;
  steps: StepReport[];
  /** What stays as it is, by reason. */
  kept: { code: KeptCode; count: number; examples: { image: string; bakeId: string; why: string }[] }[];
  /** What could not be read: nothing went on. */
  unread: { what: string; why: string }[];
  /** More would go on than does without asking: nothing did. */
  tooMany: TooMany[];
}

export type Outcome =
  | 'found'
  | 'done'
  /** AWS refused; the next run tries again. */
  | 'failed'
  /** Somebody else wrote in between, something came into use, or the time was up: a later run looks again. */
  | 'left';

export interface StepReport {
  image: string;
  bakeId: string;
  /** By region. */
  amis: Record<string, string>;
  from: string;
  to: string;
  /** It goes further away from use, not back. */
  onward: boolean;
  code: string;
  why: string;
  outcome: Outcome;
  error?: string;
}

/** An answer of Lambda ends at 6 MB (Lambda quotas), and tens of thousands of bakes may stay. */
const mostExamples = 10;

export const reportSteps = ({ verdicts }: RetentionPlan): StepReport[] =>
  verdicts.flatMap((verdict): StepReport[] => {
    const { bake, step } = verdict;
    if (step === undefined) return [];
    return [
      {
        image: bake.image,
        bakeId: bake.id,
        amis: bake.amis,
        from: bake.status,
        to: step.kind === 'move' ? step.to : bake.status,
        onward: goesOn(verdict),
        code: step.code,
        why: step.why,
        outcome: 'found',
      },
    ];
  });

export function reportKept({ verdicts }: RetentionPlan): RetireReport['kept'] {
  const byCode = new Map<KeptCode, RetireReport['kept'][number]>();
  for (const { bake, kept } of verdicts) {
    if (kept === undefined) continue;
    const group = byCode.get(kept.code) ?? { code: kept.code, count: 0, examples: [] };
    group.count += 1;
    if (group.examples.length < mostExamples)
      group.examples.push({ image: bake.image, bakeId: bake.id, why: kept.why });
    byCode.set(kept.code, group);
  }
  return [...byCode.values()].sort((a, b) => (a.code < b.code ? -1 : 1));
}
