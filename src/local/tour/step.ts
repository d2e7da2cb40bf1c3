import type { LocalBakery } from '../bakery/local-bakery';
import type { Observer } from '../bakery/observer';
import type { ImageRepo } from './image-repo';
import type { StepRecord } from './step-record';

export type StepId =
  | 'push'
  | 'child-only'
  | 'no-op'
  | 'revert'
  | 'night'
  | 'unchanged'
  | 'failure'
  | 'test-failed'
  | 'approval'
  | 'bad-config'
  | 'distrust'
  | 'lost'
  | 'janitor'
  | 'rollback'
  | 'promote'
  | 'soak'
  | 'window'
  | 'revoke'
  | 'retention'
  | 'observe'
  | 'adopt'
  | 'preflight'
  | 'distribute'
  | 'share';

/** What a step works with. Everything it judges by comes from `record` and `look`: what happened and what is there. */
export interface Tour {
  bakery: LocalBakery;
  look: Observer;
  /** What happened since the step began. */
  record: StepRecord;
  /** The image repo that is pushed to. */
  repo: ImageRepo;
  /** Accounts with an image repo that has commits, the one of `repo` first. */
  bakeries: string[];
  /** Accounts that mirror channels. */
  consumers: string[];
}

export interface Verdict {
  ok: boolean;
  /** What happened, in words; where it did not hold, what was expected and what was seen. */
  detail: string;
}

/** One thing the tour shows. It throws only where the local bakery itself is broken. */
export interface TourStep {
  id: StepId;
  title: string;
  run(tour: Tour): Promise<Verdict>;
}
