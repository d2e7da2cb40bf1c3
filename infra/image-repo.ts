import { allow, sub } from './build-policies';
import type { StageConfig } from './stage-config';

/**
 * The image repo as roles and projects see it. CodeBuild's CodeCommit source is of its own account and region; a repo
 * elsewhere is checked out by the build itself (packer/environment/bake/check-out.ts), with the role that
 * settings.repo.roleArn names: CodeCommit has no policy on a repository that would let another account in
 * (https://docs.aws.amazon.com/codecommit/latest/userguide/cross-account.html).
 */
export function imageRepo({ settings, region: ownRegion }: StageConfig) {
  const { name = '', branch = '', region = ownRegion, roleArn } = settings.repo ?? {};
  const isHere = roleArn === undefined && region === ownRegion;
  // With a literal region only where it is another one: a template then says what it depends on.
  const at = region === ownRegion ? '${AWS::Region}' : region;
  const arn = sub(`arn:\${AWS::Partition}:codecommit:${at}:\${AWS::AccountId}:${name}`);
  const url = `https://git-codecommit.${at}.\${AWS::URLSuffix}/v1/repos/${name}`;
  return {
    name,
    branch,
    isHere,
    /** Where it is not this one. */
    account: roleArn?.split(':')[4],
    reading: (actions: string[]) =>
      roleArn === undefined
        ? allow('ReadImageRepo', actions, arn)
        : allow('ReadImageRepo', ['sts:AssumeRole'], roleArn),
    source: (buildspec: string) =>
      isHere
        ? { Type: 'CODECOMMIT', Location: sub(url), GitCloneDepth: 1, BuildSpec: buildspec }
        : { Type: 'NO_SOURCE', BuildSpec: buildspec },
    /** For builds that check out for themselves. */
    environment: isHere
      ? []
      : [
          { Name: 'BAKERY_REPO_URL', Value: sub(url), Type: 'PLAINTEXT' },
          { Name: 'BAKERY_REPO_BRANCH', Value: branch, Type: 'PLAINTEXT' },
          ...(roleArn === undefined ? [] : [{ Name: 'BAKERY_REPO_ROLE', Value: roleArn, Type: 'PLAINTEXT' }]),
        ],
  };
}
