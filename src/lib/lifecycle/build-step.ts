import type { InstantMs } from '../definitions/instant';
import { minuteMs } from '../definitions/instant';
import type { Bake, BakeFailure } from './bake';
import { buildFailure } from './build-failure';
import { readAmis } from './exported-amis';
import { abandonAfterMs, followBuild, type BuildFacts } from './follow-build';
import type { BuildObservation } from './observation';

export type { BuildFacts } from './follow-build';

/** What to do next for the bake that runs. */
export type BuildStep =
  /** Send the stored StartBuild request, word for word. */
  | { do: 'start' }
  /** Too late for the token: look for a build with this BAKE_ID first. */
  | { do: 'search' }
  | { do: 'wait'; why: string }
  /** A build was found by its BAKE_ID. */
  | { do: 'attach'; buildId: string }
  /** The build says it made these AMIs, by region. */
  | { do: 'adopt'; amis: Record<string, string> }
  | { do: 'end'; status: 'failed' | 'rejected' | 'abandoned' | 'timed-out'; failure: BakeFailure };

/** Pure: from a running bake and what was seen of its build to the next step, with the reason in it. */
export function nextBuildStep(bake: Bake, facts: BuildFacts, nowMs: InstantMs): BuildStep {
  if (bake.status !== 'claimed' && bake.status !== 'building') {
    return { do: 'wait', why: `${bake.status} is not moved by its build` };
  }
  const { id: bakeId, claimedAtMs: sentAtMs, startedAtMs } = bake;
  const { timeoutInMinutes } = bake.request;
  const buildId = bake.status === 'claimed' ? undefined : (bake.buildId ?? 'its build');
  const step = followBuild({ bakeId, sentAtMs, startedAtMs, timeoutInMinutes, buildId }, facts, nowMs);
  switch (step.do) {
    case 'judge':
      return buildStep(bake, step.build);
    case 'lost':
      return abandoned(
        step.why === 'never-started'
          ? `No build started within ${abandonAfterMs / minuteMs} minutes of the claim.`
          : `CodeBuild does not know build ${buildId}, which must have ended by now.`,
      );
    default:
      return step;
  }
}

const abandoned = (message: string): BuildStep => ({
  do: 'end',
  status: 'abandoned',
  failure: { class: 'abandoned', message, lines: [] },
});

function buildStep(bake: Bake, build: BuildObservation): BuildStep {
  if (build.status === 'IN_PROGRESS') return { do: 'wait', why: `building (${build.phase ?? 'started'})` };
  if (build.bakeId !== undefined && build.bakeId !== bake.id) {
    return rejected(`Build ${build.buildId} carries BAKE_ID ${build.bakeId}, not ${bake.id}.`);
  }
  if (build.status !== 'SUCCEEDED') {
    const failure = buildFailure(build);
    return { do: 'end', status: failure.class === 'timed-out' ? 'timed-out' : 'failed', failure };
  }
  const exported = build.exported['AMIS'];
  if (exported === undefined || exported === '') {
    return rejected(`Build ${build.buildId} succeeded and named no AMI (exported variable AMIS is empty).`);
  }
  const amis = readAmis(exported);
  if (amis === undefined) {
    return rejected(
      `Build ${build.buildId} exported AMIS="${exported.slice(0, 200)}", which is not region:ami-….`,
    );
  }
  return { do: 'adopt', amis };
}

const rejected = (message: string): BuildStep => ({
  do: 'end',
  status: 'rejected',
  failure: { class: 'rejected', message, lines: [] },
});
