import { readStage } from '../../../infra/deployment';
import { names } from '../../../infra/names';
import type { StageConfig } from '../../../infra/stage-config';
import { partitionOf, type Subject } from '../../lib/preflight/subject';
import { SettingsError } from '../../lib/settings/settings-error';
import { CliError } from '../cli-error';

const sizes = {
  BUILD_GENERAL1_SMALL: 'Small',
  BUILD_GENERAL1_MEDIUM: 'Medium',
  BUILD_GENERAL1_LARGE: 'Large',
} as const;

/** What config/<stage>.yml describes, deployed or not. @throws CliError where there is none, or it is not valid */
export function readSubject(stage: string): Subject {
  try {
    return subjectOf(readStage(stage), `config/${stage}.yml`);
  } catch (error) {
    if (error instanceof SettingsError)
      throw new CliError('SETTINGS_INVALID', error.message, `Correct config/${stage}.yml.`, { cause: error });
    if (error instanceof Error && error.message.startsWith('STAGE_UNKNOWN: '))
      throw new CliError(
        'STAGE_UNKNOWN',
        error.message.slice('STAGE_UNKNOWN: '.length),
        'The doctor reads the configuration of this project.',
        { cause: error },
      );
    throw error;
  }
}

/** Names and roles as infra/ makes them. */
export function subjectOf({ account, region, settings, stack }: StageConfig, source: string): Subject {
  const made = names(stack.name);
  const partition = partitionOf(region);
  const topic = (name: string) => `arn:${partition}:sns:${region}:${account}:${name}`;
  const isBakery = settings.role === 'bakery';
  const roleArn = (name: string) =>
    `arn:${partition}:iam::${account}:role${stack.rolePath}${stack.roleNamePrefix}${stack.name}-${name}`;
  const { bake } = stack;
  return {
    source,
    settings: {
      ...settings,
      table: made.table,
      queueUrl: `https://sqs.${region}.amazonaws.com/${account}/${made.queue}`,
      ...(isBakery ? { topicArn: topic(made.topic), buildProject: made.project } : {}),
    },
    reconcileRoleArn: roleArn('reconcile'),
    upstreamFunctionArn: `arn:${partition}:lambda:${region}:${account}:function:${stack.name}-upstream`,
    makesRepo: isBakery && (stack.imageRepo ?? 'create') === 'create',
    profiles: bake.instanceProfiles,
    buildKeys: bake.kmsKeys,
    followers: {
      accounts: stack.followers?.accounts ?? [],
      ...(stack.followers?.organizationId === undefined
        ? {}
        : { organizationId: stack.followers.organizationId }),
    },
    deadLetterQueues: [`${stack.name}-dead.fifo`, `${stack.name}-events-dead`, `${stack.name}-upstream-dead`],
    ...(isBakery
      ? {
          bakeRoleArn: roleArn('bake'),
          buildMachine: {
            system: bake.architecture === 'arm64' ? 'ARM' : 'Linux',
            size: sizes[bake.computeType],
          },
        }
      : {}),
    ...(bake.vpc === undefined
      ? {}
      : {
          buildVpc: {
            vpcId: bake.vpc.id,
            subnetIds: bake.vpc.subnets,
            securityGroupIds: bake.vpc.securityGroups,
          },
        }),
  };
}
