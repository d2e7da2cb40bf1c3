import { dayMs, hourMs, type InstantMs } from '../definitions/instant';
import type { BakeStatus } from './bake';

/** How far a bake has been taken out of use, beside its status. */
export interface Retirement {
  /** When it came into the status it has. */
  sinceMs: InstantMs;
  /** When everything that might refer to it was read, and nothing did. Absent where it was brought back. */
  readAtMs?: InstantMs;
  why: string;
  /** EC2 has it as the status says, in every region. */
  settled?: true;
  /** Its AMIs are being deregistered, which nothing takes back. */
  endingSinceMs?: InstantMs;
}

/** Statuses of a bake that has AMIs and that retention may move on. */
export const retirable: readonly BakeStatus[] = ['ready', 'deprecated', 'disabled'];

/** What comes next, and how long a bake has to be in the status before. Short enough to save storage, long enough to object. */
export const nextStage: Partial<Record<BakeStatus, { to: BakeStatus; waitMs: number }>> = {
  ready: { to: 'deprecated', waitMs: 0 },
  deprecated: { to: 'disabled', waitMs: 7 * dayMs },
  disabled: { to: 'deregistered', waitMs: 7 * dayMs },
};

/** Two readings that found nothing lie at least so far apart before anything goes for good. */
export const apartMs = 24 * hourMs;

/**
 * A usage report may lack launches of the last day and launch templates of "the past few days" (EC2 user guide, "View your
 * AMI usage"): one counts that was made so long after the bake came into its status.
 */
export const usageSettlesMs = 4 * dayMs;
