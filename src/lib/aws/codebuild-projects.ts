import { BatchGetProjectsCommand, CodeBuildClient } from '@aws-sdk/client-codebuild';
import { call } from './classify';
import type { ClientFactory } from './clients';

/** Looks at a build project; undefined where there is none. */
export type ProjectReader = (name: string) => Promise<{ limit?: number } | undefined>;

export const codeBuildProjects =
  (clients: ClientFactory): ProjectReader =>
  async (name) => {
    const { projects: [project] = [] } = await call('codebuild.BatchGetProjects', () =>
      clients(CodeBuildClient).send(new BatchGetProjectsCommand({ names: [name] })),
    );
    return project === undefined ? undefined : { limit: project.concurrentBuildLimit };
  };
