import { AccountLimitExceededException } from '@aws-sdk/client-codebuild';
import { at } from '../git/local-world';
import { instantCodeBuild, projectName } from './local-codebuild';

const forever = () => ({ status: 'SUCCEEDED' as const, durationMs: 3_600_000 });

describe('a build without processes', () => {
  it('is in progress until its time has passed, then ends with its exports', async () => {
    const { scheduler, clock, start, get, events } = instantCodeBuild((run) => ({
      status: 'SUCCEEDED',
      durationMs: 600_000,
      exported: () => ({ AMIS: `eu-west-1:ami-${run.environment.BAKE_ID}` }),
    }));
    const startedAtMs = clock.now();
    const { id } = start({ environmentVariablesOverride: [{ name: 'BAKE_ID', value: 'b-01' }] });
    expect(get(id)).toMatchObject({ buildStatus: 'IN_PROGRESS', buildComplete: false });
    await scheduler.settle({ horizonMs: 600_000 });
    expect(get(id)).toMatchObject({
      buildStatus: 'SUCCEEDED',
      buildComplete: true,
      currentPhase: 'COMPLETED',
      endTime: new Date(startedAtMs + 600_000),
      exportedEnvironmentVariables: [{ name: 'AMIS', value: 'eu-west-1:ami-b-01' }],
    });
    expect(events.map(({ detail }) => detail['build-status'])).toEqual(['IN_PROGRESS', 'SUCCEEDED']);
  });

  it('that takes longer than it may has timed out at its time-out', async () => {
    const { scheduler, clock, start, get } = instantCodeBuild(forever);
    const startedAtMs = clock.now();
    const { id } = start({ timeoutInMinutesOverride: 30 });
    await scheduler.settle({ horizonMs: 7_200_000 });
    expect(get(id)).toMatchObject({
      buildStatus: 'TIMED_OUT',
      endTime: new Date(startedAtMs + 30 * 60_000),
      exportedEnvironmentVariables: [],
    });
  });

  it('that is stopped stays stopped, and a second StopBuild answers its final status', async () => {
    const { codebuild, scheduler, start, get, events } = instantCodeBuild(forever);
    const { id } = start();
    expect(codebuild.StopBuild({ id }, at).build?.buildStatus).toBe('STOPPED');
    await scheduler.settle({ horizonMs: 7_200_000 });
    expect(get(id).buildStatus).toBe('STOPPED');
    expect(codebuild.StopBuild({ id }, at).build?.buildStatus).toBe('STOPPED');
    expect(events).toHaveLength(2);
  });

  it('can be made to end in FAULT, once', async () => {
    const { codebuild, scheduler, start, get } = instantCodeBuild();
    codebuild.endNextBuildWith({ status: 'FAULT', context: 'INTERNAL_SERVICE_ERROR: x' });
    const [first, second] = [start(), start()];
    await scheduler.settle();
    expect([get(first.id).buildStatus, get(second.id).buildStatus]).toEqual(['FAULT', 'SUCCEEDED']);
  });
});

describe('idempotencyToken', () => {
  const request = {
    idempotencyToken: 'b-01',
    sourceVersion: 'abc',
    environmentVariablesOverride: [{ name: 'BAKE_ID', value: 'b-01' }],
  };

  it('the same request is the same build, also after it has ended', async () => {
    const { scheduler, start, events } = instantCodeBuild();
    const first = start(request);
    expect(start(request).id).toBe(first.id);
    await scheduler.settle();
    expect(start(request)).toMatchObject({ id: first.id, buildStatus: 'SUCCEEDED' });
    expect(events).toHaveLength(2);
  });

  it('a changed request is refused', () => {
    const { start } = instantCodeBuild();
    start(request);
    expect(() => start({ ...request, sourceVersion: 'abd' })).toThrow(
      expect.objectContaining({
        name: 'InvalidInputException',
        message: expect.stringContaining('mismatch'),
      }),
    );
  });

  it('after five minutes it is forgotten', () => {
    const { clock, start } = instantCodeBuild();
    const first = start(request);
    clock.advanceTo(clock.now() + 299_999);
    expect(start(request).id).toBe(first.id);
    clock.advanceTo(clock.now() + 1);
    expect(start(request).id).not.toBe(first.id);
  });

  it('is not known in another account', () => {
    const { codebuild, start } = instantCodeBuild();
    const other = { ...at, account: '222222222222' };
    codebuild.putProject(other, { name: projectName });
    const first = start(request);
    expect(codebuild.StartBuild({ projectName, ...request }, other).build?.id).not.toBe(first.id);
  });
});

describe('limits', () => {
  it('the project refuses more than its concurrent builds, until one has ended', async () => {
    const { codebuild, start } = instantCodeBuild(forever, { project: { concurrentBuildLimit: 2 } });
    const { id } = start();
    start();
    expect(() => start()).toThrow(AccountLimitExceededException);
    codebuild.StopBuild({ id }, at);
    expect(start().buildStatus).toBe('IN_PROGRESS');
  });

  it('so does the account, over all projects', () => {
    const { codebuild, start } = instantCodeBuild(forever, { accountLimit: 2 });
    codebuild.putProject(at, { name: 'other' });
    start();
    start({ projectName: 'other' });
    expect(() => start()).toThrow(AccountLimitExceededException);
  });
});

describe('lists', () => {
  it('ListBuildsForProject pages from the newest to the oldest, or the other way round', () => {
    const { codebuild, start } = instantCodeBuild(undefined, { pageSize: 2 });
    const ids = [start().id, start().id, start().id, start().id, start().id];
    const pages = (sortOrder?: 'ASCENDING') => {
      const found: (string | undefined)[][] = [];
      let nextToken: string | undefined;
      do {
        const page = codebuild.ListBuildsForProject({ projectName, sortOrder, nextToken }, at);
        found.push(page.ids ?? []);
        nextToken = page.nextToken;
      } while (nextToken !== undefined);
      return found;
    };
    expect(pages()).toEqual([[ids[4], ids[3]], [ids[2], ids[1]], [ids[0]]]);
    expect(pages('ASCENDING').flat()).toEqual(ids);
  });

  it('BatchGetBuilds tells which ids it does not know, of other accounts too', () => {
    const { codebuild, start } = instantCodeBuild();
    const { id = '', arn = '' } = start();
    const answer = codebuild.BatchGetBuilds({ ids: [id, arn, `${projectName}:no`] }, at);
    expect(answer.builds?.map((build) => build.id)).toEqual([id, id]);
    expect(answer.buildsNotFound).toEqual([`${projectName}:no`]);
    const elsewhere = codebuild.BatchGetBuilds({ ids: [id] }, { ...at, account: '222222222222' });
    expect(elsewhere).toEqual({ builds: [], buildsNotFound: [id] });
  });

  it('BatchGetProjects answers projects by name', () => {
    const { codebuild } = instantCodeBuild(undefined, { project: { concurrentBuildLimit: 3 } });
    const answer = codebuild.BatchGetProjects({ names: [projectName, 'other'] }, at);
    expect(answer.projects).toMatchObject([{ name: projectName, concurrentBuildLimit: 3 }]);
    expect(answer.projectsNotFound).toEqual(['other']);
  });
});

it.each<[string, (build: ReturnType<typeof instantCodeBuild>) => unknown]>([
  ['ResourceNotFoundException', ({ start }) => start({ projectName: 'other' })],
  ['ResourceNotFoundException', ({ codebuild }) => codebuild.StopBuild({ id: 'x:y' }, at)],
  [
    'ResourceNotFoundException',
    ({ codebuild }) => codebuild.ListBuildsForProject({ projectName: 'other' }, at),
  ],
  ['InvalidInputException', ({ codebuild }) => codebuild.BatchGetBuilds({ ids: [] }, at)],
  ['InvalidInputException', ({ codebuild }) => codebuild.BatchGetBuilds({ ids: Array(101).fill('x') }, at)],
  ['InvalidInputException', ({ start }) => start({ timeoutInMinutesOverride: 4 })],
  ['InvalidInputException', ({ start }) => start({ privilegedModeOverride: true })],
  [
    'InvalidInputException',
    ({ start }) =>
      start({ environmentVariablesOverride: [{ name: 'A', value: 'b', type: 'PARAMETER_STORE' }] }),
  ],
])('refuses with %s (%#)', (name, call) => {
  expect(() => call(instantCodeBuild())).toThrow(expect.objectContaining({ name }));
});

it('the event of a build that ended looks like CodeBuild’s', async () => {
  const { scheduler, start, events } = instantCodeBuild(() => ({
    status: 'FAILED',
    durationMs: 90_000,
    exported: { FAILURE_CLASS: 'script' },
    context: 'COMMAND_EXECUTION_ERROR: Error while executing command: packer build. Reason: exit status 1',
  }));
  const { arn } = start({ environmentVariablesOverride: [{ name: 'BAKE_ID', value: 'b-01' }] });
  await scheduler.settle({ horizonMs: 90_000 });
  expect(events[0]?.detail).not.toHaveProperty('additional-information.exported-environment-variables');
  expect(events[1]).toMatchObject({
    account: at.account,
    region: at.region,
    source: 'aws.codebuild',
    'detail-type': 'CodeBuild Build State Change',
    resources: [arn],
    detail: {
      'build-status': 'FAILED',
      'project-name': projectName,
      'build-id': arn,
      'current-phase': 'COMPLETED',
      'additional-information': {
        'build-complete': true,
        'build-number': 1,
        'build-start-time': 'Nov 20, 2026 4:00:00 PM',
        environment: {
          'environment-variables': [{ name: 'BAKE_ID', type: 'PLAINTEXT', value: 'b-01' }],
        },
        phases: [
          { 'phase-type': 'SUBMITTED', 'phase-status': 'SUCCEEDED', 'duration-in-seconds': 0 },
          {
            'phase-type': 'BUILD',
            'phase-status': 'FAILED',
            'start-time': 'Nov 20, 2026 4:00:00 PM',
            'end-time': 'Nov 20, 2026 4:01:30 PM',
            'duration-in-seconds': 90,
            'phase-context': [
              'COMMAND_EXECUTION_ERROR: Error while executing command: packer build. Reason: exit status 1',
            ],
          },
          { 'phase-type': 'COMPLETED' },
        ],
        'exported-environment-variables': [{ name: 'FAILURE_CLASS', value: 'script' }],
      },
    },
  });
});
