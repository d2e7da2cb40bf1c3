import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { toolPath } from '../packer/environment/bake/tools';
import type { LockedTool, ToolsLock } from '../packer/environment/bake/tools';
import { ecrRepository, policy, pullingBase } from './build-policies';
import { names } from './names';
import type { StageConfig } from './stage-config';

const absent = { Ref: 'AWS::NoValue' };
const folder = join(import.meta.dirname, '../packer/environment');
const toolsLock = () => JSON.parse(read('tools.lock')) as ToolsLock;
const read = (file: string) => readFileSync(join(folder, file), 'utf8');

/** The container project's properties, and its role's statements. A stage without `stack.container` has neither. */
export function containerAddOns(config: StageConfig) {
  const { container } = config.stack;
  if (container === undefined) return { part: 'none' };
  const base = ecrRepository(container.base);
  return {
    part: 'container',
    buildspec: containerBuildspec(config),
    environment: [
      plaintext('REPOSITORY', { Ref: 'ContainerRepository' }),
      plaintext('IMAGE', { 'Fn::Sub': containerImage(config) }),
      ...(base === undefined ? [] : [plaintext('BASE_LOGIN', container.base!.split('/')[0])]),
      ...Object.entries(config.stack.bake.environment).map(([name, value]) => plaintext(name, value)),
    ],
    image: { 'Fn::Sub': containerImage(config) },
    policies: { base: base === undefined ? absent : policy('pull-base', pullingBase(base)) },
    lifecycle: JSON.stringify(lifecycle(container.keep)),
  };
}

const plaintext = (Name: string, Value: unknown) => ({ Name, Value, Type: 'PLAINTEXT' });

/** `REGISTRY/REPOSITORY:TAG`, for Fn::Sub. */
export const containerImage = (config: StageConfig, lock = toolsLock()): string =>
  `\${AWS::AccountId}.dkr.ecr.\${AWS::Region}.\${AWS::URLSuffix}/${names(config.stack.name).containerRepository}:${containerTag(config, lock)}`;

/** The same content has the same tag: tags never move, and a deployment that changes nothing builds nothing. */
function containerTag(config: StageConfig, lock: ToolsLock): string {
  const { architecture } = config.stack.bake;
  const content = JSON.stringify([read('Dockerfile'), buildArguments(config, lock)]);
  return `${createHash('sha256').update(content).digest('hex').slice(0, 16)}-${architecture}`;
}

/**
 * What the Dockerfile leaves open, from tools.lock: `NAME=VALUE` each.
 * @throws Error that names all that is not locked
 */
export function buildArguments({ stack }: StageConfig, lock = toolsLock()): string[] {
  const platform = { x86_64: 'linux_amd64', arm64: 'linux_arm64' }[stack.bake.architecture];
  const mirror = stack.bake.environment['BAKERY_TOOLS_URL'];
  const digest = lock.base.digest;
  const missing = [
    ...(stack.container?.base === undefined && !/^sha256:[0-9a-f]{64}$/.test(digest)
      ? [`the digest of ${lock.base.image}:${lock.base.tag}`]
      : []),
    ...lock.tools
      .filter(({ sha256 }) => !/^[0-9a-f]{64}$/.test(sha256[platform] ?? ''))
      .map(({ name, version }) => `the sha256 of ${name} ${version} for ${platform}`),
  ];
  if (missing.length > 0)
    throw new Error(
      `TOOLS_NOT_LOCKED: stack.container needs what packer/environment/tools.lock does not say: ${missing.join(', ')}. Run "npm run tools:lock", compare what it prints, and run "npm run generate"; or remove stack.container.`,
    );
  return [
    `BASE_IMAGE=${stack.container?.base ?? `${lock.base.image}@${digest}`}`,
    ...lock.tools.flatMap((tool) => toolArguments(tool, platform, mirror || tool.from || lock.from)),
  ];
}

function toolArguments(tool: LockedTool, platform: string, from: string): string[] {
  const name = tool.name.toUpperCase().replaceAll('-', '_');
  return [
    `${name}_VERSION=${tool.version}`,
    `${name}_URL=${from.replace(/\/+$/, '')}/${toolPath(tool, platform)}`,
    `${name}_SHA256=${tool.sha256[platform]}`,
  ];
}

/** Self-contained, like the buildspec of bakes: the project has no source. */
function containerBuildspec(config: StageConfig): string {
  const files = {
    Dockerfile: read('Dockerfile'),
    'build-arguments': `${buildArguments(config).join('\n')}\n`,
    'push-container.sh': read('push-container.sh'),
  };
  const written = Object.entries(files).map(
    // Base64, because CloudFormation, Serverless and YAML each have their own idea of what a dollar sign or a brace means.
    ([name, text]) => `      - base64 --decode > ${name} <<< ${Buffer.from(text).toString('base64')}\n`,
  );
  return `version: 0.2
env:
  shell: bash
phases:
  build:
    commands:
      - mkdir -p "$HOME/container" && cd "$HOME/container"
${written.join('')}      - bash push-container.sh
`;
}

/** The newest are kept: the one in force is among them, and one that a deployment goes back to is built again if it is not. */
const lifecycle = (keep: number) => ({
  rules: [
    {
      rulePriority: 1,
      description: 'Layers of pushes that were cut off',
      selection: { tagStatus: 'untagged', countType: 'sinceImagePushed', countUnit: 'days', countNumber: 1 },
      action: { type: 'expire' },
    },
    {
      rulePriority: 2,
      description: 'Older containers',
      selection: { tagStatus: 'any', countType: 'imageCountMoreThan', countNumber: keep },
      action: { type: 'expire' },
    },
  ],
});
