import {
  AccountLimitExceededException,
  BatchGetBuildsCommand,
  CodeBuildClient,
  InvalidInputException,
  ListBuildsForProjectCommand,
  StartBuildCommand,
} from '@aws-sdk/client-codebuild';
import { mockClient } from 'aws-sdk-client-mock';
import { createClientFactory } from '../../src/lib/aws/clients';
import { codeBuild } from '../../src/lib/aws/codebuild';

const aws = mockClient(CodeBuildClient);
beforeEach(() => aws.reset());
const builds = codeBuild(createClientFactory({ region: 'eu-west-1' }));
const request = {
  projectName: 'bakery-bake',
  sourceVersion: 'c1',
  idempotencyToken: 'b-1',
  timeoutInMinutes: 60,
  environment: { BAKE_ID: 'b-1', BAKERY_IMAGE: 'web/arm64' },
};

test('a build is started with the stored request, word for word', async () => {
  aws.on(StartBuildCommand).resolves({ build: { id: 'bakery-bake:1' } });
  await expect(builds.start(request)).resolves.toBe('bakery-bake:1');
  expect(aws.commandCalls(StartBuildCommand)[0]?.args[0].input).toEqual({
    projectName: 'bakery-bake',
    sourceVersion: 'c1',
    idempotencyToken: 'b-1',
    timeoutInMinutesOverride: 60,
    environmentVariablesOverride: [
      { name: 'BAKE_ID', value: 'b-1', type: 'PLAINTEXT' },
      { name: 'BAKERY_IMAGE', value: 'web/arm64', type: 'PLAINTEXT' },
    ],
  });
});

test.each([
  [new AccountLimitExceededException({ message: 'limit', $metadata: {} }), 'LIMIT_EXCEEDED'],
  [
    new InvalidInputException({ message: 'Idempotency token: parameter mismatch', $metadata: {} }),
    'TOKEN_MISMATCH',
  ],
  [new InvalidInputException({ message: 'Project name is not valid', $metadata: {} }), 'INVALID'],
])('a refused start: %s is %s', async (error, code) => {
  aws.on(StartBuildCommand).rejects(error);
  await expect(builds.start(request)).rejects.toMatchObject({ code, call: 'codebuild.StartBuild' });
});

test('any number of builds are asked for by the hundred, each once', async () => {
  aws.on(BatchGetBuildsCommand).callsFake((input: { ids: string[] }) => ({
    builds: input.ids.filter((id) => id !== 'p:0').map((id) => ({ id, buildStatus: 'SUCCEEDED' })),
    buildsNotFound: ['p:0'],
  }));
  const ids = Array.from({ length: 250 }, (_, index) => `p:${index}`);
  const found = await builds.get([...ids, 'p:1']);
  expect(found.size).toBe(249);
  expect(found.has('p:0')).toBe(false);
  expect(aws.commandCalls(BatchGetBuildsCommand).map((it) => it.args[0].input.ids?.length)).toEqual([
    100, 100, 50,
  ]);
});

test('what a build says of itself', async () => {
  aws.on(BatchGetBuildsCommand).resolves({
    builds: [
      {
        id: 'p:1',
        buildStatus: 'FAILED',
        currentPhase: 'COMPLETED',
        startTime: new Date(1_000),
        endTime: new Date(9_000),
        environment: {
          type: 'ARM_CONTAINER',
          image: 'i',
          computeType: 'BUILD_GENERAL1_SMALL',
          environmentVariables: [{ name: 'BAKE_ID', value: 'b-1' }],
        },
        exportedEnvironmentVariables: [{ name: 'FAILURE_CLASS', value: 'script' }],
        phases: [
          { phaseType: 'INSTALL', phaseStatus: 'SUCCEEDED', contexts: [{ message: ': ' }] },
          { phaseType: 'BUILD', phaseStatus: 'FAILED', contexts: [{ message: 'exit status 1' }] },
        ],
        logs: { deepLink: 'https://console.example/log' },
      },
    ],
  });
  expect((await builds.get(['p:1'])).get('p:1')).toEqual({
    buildId: 'p:1',
    status: 'FAILED',
    phase: 'COMPLETED',
    startedAtMs: 1_000,
    endedAtMs: 9_000,
    bakeId: 'b-1',
    exported: { FAILURE_CLASS: 'script' },
    failureContext: 'exit status 1',
    logsUrl: 'https://console.example/log',
  });
});

test('the newest builds, over pages, in order and no more than asked for', async () => {
  aws
    .on(ListBuildsForProjectCommand, { projectName: 'p', sortOrder: 'DESCENDING', nextToken: undefined })
    .resolves({ ids: ['p:9', 'p:8'], nextToken: 'more' })
    .on(ListBuildsForProjectCommand, { nextToken: 'more' })
    .resolves({ ids: ['p:7', 'p:6'], nextToken: 'never asked for' });
  aws.on(BatchGetBuildsCommand).resolves({ builds: [{ id: 'p:7' }, { id: 'p:9' }, { id: 'p:8' }] });
  const newest = await builds.newest('p', 3);
  expect(newest.map(({ buildId }) => buildId)).toEqual(['p:9', 'p:8', 'p:7']);
  expect(aws.commandCalls(ListBuildsForProjectCommand)).toHaveLength(2);
});
