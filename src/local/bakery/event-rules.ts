import type { Settings } from '../../lib/settings/settings';
import { parameterPrefix } from '../../lib/settings/parameter-pattern';
import type { EventRule } from '../aws/events';

/** The rules that serverless.yml makes on an account's default bus. */
export function eventRules(settings: Settings): EventRule[] {
  const { repo, buildProject, testProject } = settings;
  const parameters: EventRule = {
    name: 'parameter-changes',
    pattern: {
      source: ['aws.ssm'],
      'detail-type': ['Parameter Store Change'],
      detail: { name: [{ prefix: parameterPrefix(settings.parameterPattern) }] },
    },
    targets: ['parameter'],
  };
  if (repo === undefined || buildProject === undefined) return [parameters];
  return [
    parameters,
    {
      name: 'pushes',
      pattern: {
        source: ['aws.codecommit'],
        'detail-type': ['CodeCommit Repository State Change'],
        detail: {
          repositoryName: [repo.name],
          referenceType: ['branch'],
          referenceName: [repo.branch],
        },
      },
      targets: ['push'],
    },
    {
      name: 'builds',
      pattern: {
        source: ['aws.codebuild'],
        'detail-type': ['CodeBuild Build State Change'],
        detail: {
          'project-name': [buildProject, ...(testProject === undefined ? [] : [testProject])],
          'build-status': [{ 'anything-but': ['IN_PROGRESS'] }],
        },
      },
      targets: ['build'],
    },
    {
      name: 'amis',
      pattern: {
        source: ['aws.ec2'],
        'detail-type': ['EC2 AMI State Change'],
        detail: { State: ['available', 'failed', 'deregistered', 'disabled'] },
      },
      targets: ['ami'],
    },
  ];
}
