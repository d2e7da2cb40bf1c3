import {
  BatchGetBuildsCommand,
  CodeBuildClient,
  ListBuildsForProjectCommand,
  StartBuildCommand,
} from '@aws-sdk/client-codebuild';
import type { Build } from '@aws-sdk/client-codebuild';
import { awsError, call, causedBy } from './classify';
import type { ClientFactory } from './clients';
import type { BuildObservation, Builds } from './edges';
import type { AwsError } from './errors';
import { distinct, inBatches } from './batches';

/** BatchGetBuilds takes at most 100 ids (API reference). */
const idsAtOnce = 100;

/** Reading builds. Apart from `codeBuild`, so that who starts none neither loads nor may call the rest. */
export function codeBuildReader(clients: ClientFactory): Pick<Builds, 'get' | 'newest'> {
  const client = () => clients(CodeBuildClient);

  const get = async (buildIds: string[]): Promise<Map<string, BuildObservation>> => {
    const answers = await inBatches(distinct(buildIds), { size: idsAtOnce, atOnce: 2 }, (ids) =>
      call('codebuild.BatchGetBuilds', () => client().send(new BatchGetBuildsCommand({ ids }))),
    );
    const builds = answers.flatMap((answer) => answer.builds ?? []).map(observe);
    return new Map(builds.map((build) => [build.buildId, build]));
  };

  return {
    get,

    async newest(projectName, limit) {
      const ids: string[] = [];
      let nextToken: string | undefined;
      do {
        const answer = await call('codebuild.ListBuildsForProject', () =>
          client().send(new ListBuildsForProjectCommand({ projectName, sortOrder: 'DESCENDING', nextToken })),
        );
        ids.push(...(answer.ids ?? []));
        nextToken = answer.nextToken;
      } while (nextToken !== undefined && ids.length < limit);
      const wanted = ids.slice(0, limit);
      const builds = await get(wanted);
      return wanted.flatMap((id) => builds.get(id) ?? []);
    },
  };
}

/**
 * CodeBuild. `start` is retried by the SDK like any call: a repeated StartBuild with the same token and the same request
 * is one build, and all tries together take less than the token's five minutes.
 * @param options.checksOut the project has no source of its own: the build is told the commit, and checks it out for itself
 */
export function codeBuild(clients: ClientFactory, options: { checksOut?: boolean } = {}): Builds {
  const client = () => clients(CodeBuildClient);
  const { checksOut = false } = options;

  return {
    ...codeBuildReader(clients),

    async start(request) {
      const answer = await call('codebuild.StartBuild', () =>
        client().send(
          new StartBuildCommand({
            projectName: request.projectName,
            sourceVersion: checksOut ? undefined : request.sourceVersion,
            idempotencyToken: request.idempotencyToken,
            timeoutInMinutesOverride: request.timeoutInMinutes,
            environmentVariablesOverride: Object.entries({
              ...request.environment,
              ...(checksOut ? { BAKERY_COMMIT: request.sourceVersion } : {}),
            }).map(([name, value]) => ({
              name,
              value,
              type: 'PLAINTEXT',
            })),
          }),
        ),
      ).catch((error: AwsError) => {
        throw tokenMismatch(error) ?? error;
      });
      const buildId = answer.build?.id;
      if (buildId === undefined)
        throw awsError('UNCLASSIFIED', 'codebuild.StartBuild', new Error('the answer names no build'));
      return buildId;
    },
  };
}

/**
 * The one error that is told by its text: CodeBuild reports a token that came with another request as the
 * InvalidInputException that it has for everything else. Misread, a claim is abandoned after its deadline instead of at once.
 */
function tokenMismatch(error: AwsError): AwsError | undefined {
  const mismatch = causedBy(error, 'InvalidInputException') && /idempoten|mismatch/i.test(error.message);
  return mismatch ? awsError('TOKEN_MISMATCH', error.call, error.cause) : undefined;
}

function observe(build: Build): BuildObservation {
  const failed = build.phases?.find(
    (phase) => phase.phaseStatus !== undefined && phase.phaseStatus !== 'SUCCEEDED',
  );
  const context = failed?.contexts?.map((it) => it.message?.trim()).filter((it) => it && it !== ':');
  return {
    buildId: build.id ?? '',
    status: build.buildStatus ?? 'IN_PROGRESS',
    phase: build.currentPhase,
    startedAtMs: build.startTime?.getTime(),
    endedAtMs: build.endTime?.getTime(),
    timeoutMinutes: build.timeoutInMinutes,
    queuedTimeoutMinutes: build.queuedTimeoutInMinutes,
    bakeId: build.environment?.environmentVariables?.find((it) => it.name === 'BAKE_ID')?.value,
    exported: Object.fromEntries(
      (build.exportedEnvironmentVariables ?? []).map((it) => [it.name ?? '', it.value ?? '']),
    ),
    failureContext: context?.length ? context.join('; ') : undefined,
    logsUrl: build.logs?.deepLink,
  };
}
