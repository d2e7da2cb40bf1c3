import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  ecrRepository,
  giving,
  inVpc,
  policy,
  pulling,
  sub,
  throughSessionManager,
  usingKeys,
} from './build-policies';
import { containerImage } from './container';
import { imageRepo } from './image-repo';
import { names } from './names';
import type { StageConfig } from './stage-config';

const absent = { Ref: 'AWS::NoValue' };
const environmentFolder = join(import.meta.dirname, '../packer/environment');

/** https://docs.aws.amazon.com/codebuild/latest/userguide/build-env-ref-available.html */
export const standardImages = {
  x86_64: 'aws/codebuild/amazonlinux-x86_64-standard:5.0',
  arm64: 'aws/codebuild/amazonlinux-aarch64-standard:3.0',
};

/** The build projects' properties and their roles' statements that depend on config/<stage>.yml. */
export function buildProjects(config: StageConfig) {
  const { settings, stack } = config;
  const { bake } = stack;
  const repo = imageRepo(config);
  const image = chosenImage(config);
  const profiles = bake.instanceProfiles;
  return {
    type: bake.architecture === 'arm64' ? 'ARM_CONTAINER' : 'LINUX_CONTAINER',
    standardImage: standardImages[bake.architecture],
    image: image.name,
    // AWS's own images are fetched by CodeBuild, others with the project's role.
    imagePullCredentials: image.isOfCodeBuild ? 'CODEBUILD' : 'SERVICE_ROLE',
    computeType: bake.computeType,
    source: repo.source(readFileSync(join(environmentFolder, 'buildspec.yml'), 'utf8')),
    testSource: repo.source(readFileSync(join(environmentFolder, 'test/buildspec.yml'), 'utf8')),
    variables: plaintext(bake.environment),
    environment: [...plaintext(bake.environment), ...repo.environment],
    concurrentBuildLimit: settings.maxConcurrentBuilds,
    vpc:
      bake.vpc === undefined
        ? absent
        : { VpcId: bake.vpc.id, Subnets: bake.vpc.subnets, SecurityGroupIds: bake.vpc.securityGroups },
    managedPolicies: bake.managedPolicies.length > 0 ? bake.managedPolicies : absent,
    policies: {
      repo: repo.reading(['codecommit:GitPull']),
      vpc: bake.vpc === undefined ? absent : policy('run-in-vpc', inVpc(bake.vpc.subnets)),
      sessionManager:
        settings.network.sshInterface === 'session_manager'
          ? policy('reach-instances', throughSessionManager)
          : absent,
      instanceProfiles: profiles.length === 0 ? absent : policy('give-profiles', giving(profiles)),
      keys: bake.kmsKeys.length === 0 ? absent : policy('use-keys', usingKeys(bake.kmsKeys)),
      image: image.repository === undefined ? absent : policy('pull-image', pulling(image.repository)),
    },
  };
}

const plaintext = (variables: Record<string, string>) =>
  Object.entries(variables).map(([Name, Value]) => ({ Name, Value, Type: 'PLAINTEXT' }));

/** The stack's own container, a named image, or AWS's. */
function chosenImage(config: StageConfig): { name: unknown; isOfCodeBuild: boolean; repository?: unknown } {
  const { bake, container, name } = config.stack;
  if (container !== undefined)
    return {
      name: sub(containerImage(config)),
      isOfCodeBuild: false,
      repository: sub(
        `arn:\${AWS::Partition}:ecr:\${AWS::Region}:\${AWS::AccountId}:repository/${names(name).containerRepository}`,
      ),
    };
  const image = bake.image ?? standardImages[bake.architecture];
  return { name: image, isOfCodeBuild: image.startsWith('aws/'), repository: ecrRepository(image) };
}
