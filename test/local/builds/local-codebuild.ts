import type { Build, Project, StartBuildInput } from '@aws-sdk/client-codebuild';
import { LocalCodeBuild } from '../../../src/local/builds/codebuild';
import type { CodeBuildOptions } from '../../../src/local/builds/codebuild';
import { InstantRunner } from '../../../src/local/builds/instant-runner';
import type { InstantOutcome } from '../../../src/local/builds/instant-runner';
import type { BuildRun } from '../../../src/local/builds/build-run';
import { LocalScheduler } from '../../../src/local/aws/local-scheduler';
import type { World } from '../../../src/local/aws/world';
import { at, testWorld } from '../git/local-world';

export const projectName = 'ami-bakery-bake';

/** A world with the real scheduler on a virtual clock. */
export function scheduledWorld() {
  const { world, clock, events } = testWorld();
  const scheduler = new LocalScheduler(clock);
  const scheduled: World = { ...world, scheduler };
  return { world: scheduled, clock, events, scheduler };
}

/** A CodeBuild whose builds end as `decide` says, and one project. */
export function instantCodeBuild(
  decide: (run: BuildRun) => InstantOutcome = () => ({ status: 'SUCCEEDED' }),
  options: Partial<CodeBuildOptions> & { project?: Partial<Project> } = {},
) {
  const { world, clock, events, scheduler } = scheduledWorld();
  const { project, ...rest } = options;
  const codebuild = new LocalCodeBuild(world, { runner: new InstantRunner(world, decide), ...rest });
  codebuild.putProject(at, { name: projectName, ...project });
  const start = (input: Partial<StartBuildInput> = {}): Build =>
    codebuild.StartBuild({ projectName, ...input }, at).build ?? {};
  const get = (id: string | undefined): Build =>
    codebuild.BatchGetBuilds({ ids: [id ?? ''] }, at).builds?.[0] ?? {};
  return { codebuild, clock, events, scheduler, start, get };
}
