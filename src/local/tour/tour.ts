import { setTimeout as delay } from 'node:timers/promises';
import type { LocalBakery } from '../bakery/local-bakery';
import { createObserver } from '../bakery/observer';
import type { ImageRepo } from './image-repo';
import type { StepId, Tour, TourStep, Verdict } from './step';
import { StepRecord } from './step-record';
import { adopt } from './steps/adopt';
import { approval } from './steps/approval';
import { badConfig } from './steps/bad-config';
import { childOnly } from './steps/child-only';
import { distrust } from './steps/distrust';
import { distribute } from './steps/distribute';
import { failure } from './steps/failure';
import { janitor } from './steps/janitor';
import { lost } from './steps/lost';
import { night } from './steps/night';
import { noOp } from './steps/no-op';
import { observe } from './steps/observe';
import { preflight } from './steps/preflight';
import { promote } from './steps/promote';
import { push } from './steps/push';
import { retention } from './steps/retention';
import { revert } from './steps/revert';
import { revoke } from './steps/revoke';
import { rollback } from './steps/rollback';
import { share } from './steps/share';
import { soak } from './steps/soak';
import { testFailed } from './steps/test-failed';
import { unchanged } from './steps/unchanged';
import { window } from './steps/window';

/** In this order: each goes on from where the one before left the world. */
export const tourSteps: readonly TourStep[] = [
  push,
  childOnly,
  noOp,
  revert,
  night,
  unchanged,
  failure,
  testFailed,
  approval,
  badConfig,
  distrust,
  lost,
  janitor,
  distribute,
  share,
  rollback,
  promote,
  soak,
  window,
  revoke,
  retention,
  observe,
  adopt,
  preflight,
];

/** Steps that show something in an image repo of which nothing is known: the others need followers, or break a template. */
export const foreignSteps: readonly TourStep[] = [push, childOnly, noOp, revert, night, badConfig].map(
  inASecondOfItsOwn,
);

/**
 * Many templates name their AMI with `{{timestamp}}`, which counts seconds of the real clock: here, where a bake takes
 * half a second and the night comes at once, two bakes of an image would want the same name.
 */
function inASecondOfItsOwn(step: TourStep): TourStep {
  return {
    ...step,
    run: async (tour) => {
      await delay(1_000 - (Date.now() % 1_000));
      return step.run(tour);
    },
  };
}

export interface StepOutcome extends Verdict {
  id: StepId;
  title: string;
  seconds: number;
}

export interface TourSetting {
  bakery: LocalBakery;
  repo: ImageRepo;
  bakeries: string[];
  consumers: string[];
}

/** Runs one step; what it throws counts as not held, so that later steps still get their turn. */
export async function runStep(setting: TourSetting, step: TourStep): Promise<StepOutcome> {
  const { bakery } = setting;
  bakery.aws.log.step = step.id;
  const tour: Tour = { ...setting, look: createObserver(bakery), record: new StepRecord(bakery) };
  const startedMs = performance.now();
  let verdict: Verdict;
  try {
    verdict = await step.run(tour);
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? `\n${error.cause.message}` : '';
    verdict = { ok: false, detail: `${error instanceof Error ? error.message : String(error)}${cause}` };
  }
  const seconds = Math.round((performance.now() - startedMs) / 10) / 100;
  bakery.aws.log.step = '';
  return { id: step.id, title: step.title, seconds, ...verdict };
}
