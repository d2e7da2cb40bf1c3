import { CodeBuildClient, StopBuildCommand } from '@aws-sdk/client-codebuild';
import { call } from './classify';
import type { ClientFactory } from './clients';
import type { BuildStopper } from './edges';

/** Apart from the other calls of CodeBuild: whoever starts builds need not be able to end them. */
export const buildStopper = (clients: ClientFactory): BuildStopper => ({
  async stop(buildId) {
    await call('codebuild.StopBuild', () =>
      clients(CodeBuildClient).send(new StopBuildCommand({ id: buildId })),
    );
  },
});
