import type { InstantMs } from '../definitions/instant';
import { minuteMs } from '../definitions/instant';
import type { Known } from '../definitions/known';
import type { Bake, BakeFailure } from './bake';
import { buildFailure } from './build-failure';
import { readAmis } from './exported-amis';
import type { BuildObservation } from './observation';

/** CodeBuild honours an idempotency token for 5 minutes (StartBuild API reference); one is kept in hand. */
export const tokenSafeMs = 4 * minuteMs;
/** Without any sign of a build after this, the claim is given up. */
export const abandonAfterMs = 10 * minuteMs;

/** How long past its time-out a build that CodeBuild does not show is waited for: provisioning and upload come on top. */
export const forgottenAfterMs = 60 * minuteMs;

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

export interface BuildFacts {
  /** The build of `bake.buildId`; `value: undefined` where CodeBuild does not know it. */
  build?: Known<BuildObservation | undefined>;
  /** Builds that carry this BAKE_ID, newest first; only asked for after `search`. */
  found?: Known<BuildObservation[]>;
}

/** Pure: from a running bake and what was seen of its build to the next step, with the reason in it. */
export function nextBuildStep(bake: Bake, facts: BuildFacts, nowMs: InstantMs): BuildStep {
  if (bake.status === 'claimed') return claimedStep(bake, facts, nowMs);
  if (bake.status !== 'building') return { do: 'wait', why: `${bake.status} is not moved by its build` };
  const { build } = facts;
  if (build === undefined) return { do: 'wait', why: 'the build was not read' };
  if (!build.known) return { do: 'wait', why: `the build could not be read: ${build.why}` };
  if (build.value === undefined) return forgottenStep(bake, nowMs);
  return buildStep(bake, build.value);
}

function claimedStep(bake: Bake, facts: BuildFacts, nowMs: InstantMs): BuildStep {
  const age = nowMs - bake.claimedAtMs;
  if (age < tokenSafeMs) return { do: 'start' };
  if (facts.found === undefined) return { do: 'search' };
  if (!facts.found.known) return { do: 'wait', why: `builds could not be listed: ${facts.found.why}` };
  const found = facts.found.value.find((build) => build.bakeId === bake.id);
  if (found !== undefined) return { do: 'attach', buildId: found.buildId };
  if (age < abandonAfterMs) return { do: 'wait', why: 'no build with this BAKE_ID yet' };
  return {
    do: 'end',
    status: 'abandoned',
    failure: {
      class: 'abandoned',
      message: `No build started within ${abandonAfterMs / minuteMs} minutes of the claim.`,
      lines: [],
    },
  };
}

/** Deleted, or of a restored ledger: once it must have ended nobody waits for it any more. */
function forgottenStep(bake: Bake, nowMs: InstantMs): BuildStep {
  const sinceMs = bake.startedAtMs ?? bake.claimedAtMs;
  if (nowMs - sinceMs < bake.request.timeoutInMinutes * minuteMs + forgottenAfterMs) {
    return { do: 'wait', why: `CodeBuild does not show ${bake.buildId} yet` };
  }
  const message = `CodeBuild does not know build ${bake.buildId}, which must have ended by now.`;
  return { do: 'end', status: 'abandoned', failure: { class: 'abandoned', message, lines: [] } };
}

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
