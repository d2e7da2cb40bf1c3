import type { Build, BuildPhaseType, StatusType } from '@aws-sdk/client-codebuild';

/** The build leaves the phase it is in, if any. */
export function leavePhase(
  build: Build,
  status: StatusType,
  context: string | undefined,
  nowMs: number,
): void {
  const phase = build.phases?.at(-1);
  if (phase === undefined || phase.phaseStatus !== undefined) return;
  const [statusCode = '', message = ''] = context?.split(/: (.*)/s) ?? [];
  phase.phaseStatus = status;
  phase.endTime = new Date(nowMs);
  phase.durationInSeconds = Math.round((nowMs - (phase.startTime?.getTime() ?? nowMs)) / 1000);
  phase.contexts = [{ statusCode, message }];
}

/** The build comes into a phase; the one before it counts as succeeded where nothing else was said. */
export function enterPhase(build: Build, phaseType: BuildPhaseType, nowMs: number): void {
  leavePhase(build, 'SUCCEEDED', undefined, nowMs);
  build.currentPhase = phaseType;
  build.phases = [...(build.phases ?? []), { phaseType, startTime: new Date(nowMs) }];
}

export function completeBuild(
  build: Build,
  end: { status: StatusType; exported: Record<string, string>; context?: string },
  nowMs: number,
): void {
  leavePhase(build, end.status, end.context, nowMs);
  enterPhase(build, 'COMPLETED', nowMs);
  build.buildStatus = end.status;
  build.buildComplete = true;
  build.endTime = new Date(nowMs);
  build.exportedEnvironmentVariables = Object.entries(end.exported).map(([name, value]) => ({ name, value }));
}
