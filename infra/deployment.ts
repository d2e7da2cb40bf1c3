import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parameterPrefix } from '../src/lib/settings/parameter-pattern';
import { approverAliases } from './approvers';
import { buildProjects } from './build-projects';
import { containerAddOns } from './container';
import { distributionPolicy } from './distribution';
import { functionEnvironment } from './environment';
import { announcementPolicy } from './followers';
import { imageRepo } from './image-repo';
import { names } from './names';
import type { StageConfig } from './stage-config';
import { readStageText } from './stage-file';
import { upstreamResources } from './upstreams';

const root = join(import.meta.dirname, '..');
const absent = { Ref: 'AWS::NoValue' };

/**
 * What serverless.yml and infra/*.yml are filled in with, as `${self:custom.deployment.…}`: config/<stage>.yml, checked.
 * The framework calls it.
 */
export default async function deployment({ options }: { options: { stage?: string } }) {
  try {
    return deploymentOf(readStage(options.stage));
  } catch (error) {
    // The framework prints the stack, of which nobody who wrote a configuration wants to know.
    if (error instanceof Error) error.stack = error.message;
    throw error;
  }
}

/** @throws Error that says which stages there are; SettingsError */
export function readStage(stage: string | undefined): StageConfig {
  const folder = join(root, 'config');
  const stages = readdirSync(folder).filter((file) => file.endsWith('.yml'));
  if (stage === undefined || !stages.includes(`${stage}.yml`))
    throw new Error(
      `STAGE_UNKNOWN: there is no config/${stage ?? '<stage>'}.yml. Say --stage ${stages.map((file) => file.slice(0, -4)).join(' or --stage ')}, or write one.`,
    );
  return readStageText(readFileSync(join(folder, `${stage}.yml`), 'utf8'), stage);
}

export function deploymentOf(config: StageConfig) {
  const { settings, stack, tags, region } = config;
  const regions = [...new Set([region, ...settings.ceilings.regions])];
  const repo = imageRepo(config);
  const allTags: Record<string, string> = { ...tags, bakery: settings.bakery };
  return {
    name: stack.name,
    region,
    account: config.account,
    role: settings.role,
    names: names(stack.name),
    environment: functionEnvironment(config),
    tags: allTags,
    logRetentionDays: stack.logRetentionDays,
    deploymentBucket: stack.deploymentBucket ?? { blockPublicAccess: true },
    roles: {
      path: stack.rolePath,
      prefix: `${stack.roleNamePrefix}${stack.name}`,
      boundary: stack.permissionsBoundary ?? absent,
    },
    repo: { name: repo.name, branch: repo.branch, account: repo.account },
    readImageRepo: repo.reading(['codecommit:GetBranch', 'codecommit:GetFile', 'codecommit:GetFolder']),
    imageRepo:
      settings.role === 'consumer'
        ? 'none'
        : repo.account === undefined
          ? (stack.imageRepo ?? 'create')
          : 'foreign',
    parameterPrefix: parameterPrefix(settings.parameterPattern),
    // What reconcile may touch.
    ownParameters: ownParameters(config).flatMap((path) => regions.map((it) => parameterArn(it, path))),
    baseParameters: stack.baseParameters.map((path) =>
      path.startsWith('/aws/')
        ? { 'Fn::Sub': `arn:\${AWS::Partition}:ssm:\${AWS::Region}::parameter${path}` }
        : parameterArn('${AWS::Region}', path),
    ),
    images: regions.map((it) => ({ 'Fn::Sub': `arn:\${AWS::Partition}:ec2:${it}::image/*` })),
    snapshots: regions.map((it) => ({ 'Fn::Sub': `arn:\${AWS::Partition}:ec2:${it}::snapshot/*` })),
    distribution: distributionPolicy(config, regions),
    // What the janitor may remove besides, where it carries the tags of a bake.
    leftovers: {
      instances: regions.map((it) => ec2Arn(it, 'instance')),
      volumes: regions.map((it) => ec2Arn(it, 'volume')),
      securityGroups: regions.map((it) => ec2Arn(it, 'security-group')),
      keyPairs: regions.map((it) => ec2Arn(it, 'key-pair')),
    },
    noticeTopics: [
      { Ref: 'NoticeTopic' },
      ...new Set(
        [settings.notify.default, ...Object.values(settings.notify.targets)].filter((it) => it !== undefined),
      ),
    ],
    announcementPolicy: announcementPolicy(config),
    upstreams: upstreamResources(config),
    approvers: approverAliases(config),
    builds: buildProjects(config),
    container: containerAddOns(config),
  };
}

const parameterArn = (region: string, path: string) => ({
  'Fn::Sub': `arn:\${AWS::Partition}:ssm:${region}:\${AWS::AccountId}:parameter${path}`,
});

const ec2Arn = (region: string, type: string) => ({
  'Fn::Sub': `arn:\${AWS::Partition}:ec2:${region}:\${AWS::AccountId}:${type}/*`,
});

/** Paths, with wildcards, of the parameters that the bakery keeps. */
const ownParameters = ({ settings }: StageConfig): string[] => [
  ...new Set([
    `${parameterPrefix(settings.parameterPattern)}*`,
    ...settings.ceilings.parameterPrefixes.map((prefix) => `${prefix.replace(/\/$/, '')}/*`),
    ...settings.mirrors.flatMap(({ parameter }) => parameter ?? []),
  ]),
];
