import type { InstantMs } from '../definitions/instant';
import { minuteMs } from '../definitions/instant';
import type { Known } from '../definitions/known';
import type { BuildObservation } from './observation';

/** CodeBuild honours an idempotency token for 5 minutes (StartBuild API reference); one is kept in hand. */
export const tokenSafeMs = 4 * minuteMs;
/** Without any sign of a build after this, it counts as never started. */
export const abandonAfterMs = 10 * minuteMs;

/** How long past its time-out a build that CodeBuild does not show is waited for: provisioning and upload come on top. */
export const forgottenAfterMs = 60 * minuteMs;

/** A build that was asked for under a token: that of a bake, or of its test. */
export interface AskedBuild {
  bakeId: string;
  /** When StartBuild may have been sent for the first time. */
  sentAtMs: InstantMs;
  timeoutInMinutes: number;
  buildId?: string | undefined;
  startedAtMs?: InstantMs | undefined;
  /** Builds that carry the same BAKE_ID and are not the one that was asked for. */
  earlier?: readonly string[];
}

export interface BuildFacts {
  /** The build that was started; `value: undefined` where CodeBuild does not know it. */
  build?: Known<BuildObservation | undefined>;
  /** Builds of the project, newest first; only asked for after `search`. */
  found?: Known<BuildObservation[]>;
}

export type Followed =
  /** Send the stored StartBuild request, word for word. */
  | { do: 'start' }
  /** Too late for the token: look for a build with this BAKE_ID first. */
  | { do: 'search' }
  | { do: 'wait'; why: string }
  /** A build was found by its BAKE_ID. */
  | { do: 'attach'; buildId: string }
  | { do: 'lost'; why: 'never-started' | 'forgotten' }
  | { do: 'judge'; build: BuildObservation };

/** From the request of a build to its end, whichever answer got lost on the way. */
export function followBuild(asked: AskedBuild, facts: BuildFacts, nowMs: InstantMs): Followed {
  if (asked.buildId === undefined) return unanswered(asked, facts.found, nowMs);
  const { build } = facts;
  if (build === undefined) return { do: 'wait', why: 'the build was not read' };
  if (!build.known) return { do: 'wait', why: `the build could not be read: ${build.why}` };
  if (build.value !== undefined) return { do: 'judge', build: build.value };
  // Deleted, or of a restored ledger: once it must have ended nobody waits for it any more.
  const sinceMs = asked.startedAtMs ?? asked.sentAtMs;
  if (nowMs - sinceMs < asked.timeoutInMinutes * minuteMs + forgottenAfterMs) {
    return { do: 'wait', why: `CodeBuild does not show ${asked.buildId} yet` };
  }
  return { do: 'lost', why: 'forgotten' };
}

function unanswered(asked: AskedBuild, found: BuildFacts['found'], nowMs: InstantMs): Followed {
  const age = nowMs - asked.sentAtMs;
  if (age < tokenSafeMs) return { do: 'start' };
  if (found === undefined) return { do: 'search' };
  if (!found.known) return { do: 'wait', why: `builds could not be listed: ${found.why}` };
  const mine = found.value.find(
    ({ bakeId, buildId }) => bakeId === asked.bakeId && asked.earlier?.includes(buildId) !== true,
  );
  if (mine !== undefined) return { do: 'attach', buildId: mine.buildId };
  if (age < abandonAfterMs) return { do: 'wait', why: 'no build with this BAKE_ID yet' };
  return { do: 'lost', why: 'never-started' };
}
