import { awsCommand } from '../aws-command';
import type { Facts } from '../facts';
import { command, Judging } from '../finding';

/** The project that the stack makes for builds. */
export function buildProject({ builds, subject, deployed }: Facts): Judging {
  const judging = new Judging();
  const { buildProject: name, region, maxConcurrentBuilds } = subject.settings;
  if (name === undefined || (deployed.known && !deployed.value)) return judging;
  judging.given(`the CodeBuild project ${name}`, builds.project, (project) => {
    if (project === undefined)
      return judging.find('BUILD_PROJECT_MISSING', {
        subject: name,
        region,
        found: `There is no CodeBuild project ${name} in ${region}.`,
        fails: 'No bake can start.',
        cures: [command('from this project', 'npx serverless deploy --stage STAGE')],
      });
    if (project.limit === undefined || project.limit >= maxConcurrentBuilds) return;
    judging.find('BUILD_PROJECT_LIMIT', {
      subject: name,
      region,
      found: `${name} runs ${project.limit} builds at once, and maxConcurrentBuilds is ${maxConcurrentBuilds}.`,
      fails: `CodeBuild refuses builds beyond ${project.limit}: they are tried again, later than need be.`,
      cures: [
        command(
          'in this account; or deploy the stack again, which does it',
          awsCommand('codebuild update-project', region, {
            name,
            'concurrent-build-limit': maxConcurrentBuilds,
          }),
        ),
      ],
    });
  });
  return judging;
}
