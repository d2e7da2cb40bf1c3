import type { Build } from '@aws-sdk/client-codebuild';

/** Detail of a `CodeBuild Build State Change` event, with the exported variables where CodeBuild really puts them. */
export function stateChangeDetail(build: Build) {
  const { environment, source } = build;
  return {
    'build-status': build.buildStatus,
    'project-name': build.projectName,
    'build-id': build.arn,
    'additional-information': {
      cache: { type: 'NO_CACHE' },
      'build-number': build.buildNumber,
      'timeout-in-minutes': build.timeoutInMinutes,
      'build-complete': build.buildComplete,
      initiator: build.initiator,
      'build-start-time': eventTime(build.startTime),
      source: {
        buildspec: source?.buildspec,
        location: source?.location,
        type: source?.type,
        'git-clone-depth': source?.gitCloneDepth,
      },
      'source-version': build.sourceVersion,
      artifact: { location: '' },
      environment: {
        image: environment?.image,
        'privileged-mode': environment?.privilegedMode ?? false,
        'image-pull-credentials-type': 'CODEBUILD',
        'compute-type': environment?.computeType,
        type: environment?.type,
        'environment-variables': environment?.environmentVariables ?? [],
      },
      'project-file-system-locations': [],
      logs: {
        'group-name': build.logs?.groupName,
        'stream-name': build.logs?.streamName,
        'deep-link': build.logs?.deepLink,
      },
      phases: (build.phases ?? []).map((phase) => ({
        ...(phase.contexts === undefined
          ? {}
          : {
              'phase-context': phase.contexts.map(({ statusCode, message }) => `${statusCode}: ${message}`),
            }),
        'start-time': eventTime(phase.startTime),
        ...(phase.endTime === undefined ? {} : { 'end-time': eventTime(phase.endTime) }),
        ...(phase.durationInSeconds === undefined ? {} : { 'duration-in-seconds': phase.durationInSeconds }),
        'phase-type': phase.phaseType,
        ...(phase.phaseStatus === undefined ? {} : { 'phase-status': phase.phaseStatus }),
      })),
      'queued-timeout-in-minutes': build.queuedTimeoutInMinutes,
      ...(build.buildComplete
        ? { 'exported-environment-variables': build.exportedEnvironmentVariables }
        : {}),
    },
    'current-phase': build.currentPhase,
    'current-phase-context': '[]',
    version: '1.0',
  };
}

const months = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

/** `Nov 20, 2026 4:12:29 PM`, in UTC. */
function eventTime(date: Date | undefined): string | undefined {
  if (date === undefined) return undefined;
  const two = (n: number) => String(n).padStart(2, '0');
  const hours = date.getUTCHours();
  const day = `${months[date.getUTCMonth()]} ${date.getUTCDate()}, ${date.getUTCFullYear()}`;
  return `${day} ${hours % 12 || 12}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())} ${hours < 12 ? 'AM' : 'PM'}`;
}
