import { delimiter, dirname } from 'node:path';
import type { BuildRun } from './build-run';

/**
 * The whole environment of a build's processes. Of the environment that this process runs in, the search path alone is
 * taken over; everything else is made here, so that no credential of the person at the keyboard can reach a build.
 */
export function childEnvironment(options: {
  run: BuildRun;
  folders: { home: string; temporary: string; source: string };
  searchPath: string;
  /** Of the buildspec; the project's and the request's own win over them. */
  buildspecVariables: Record<string, string>;
  bench?: { pathPrefix: string; env: Record<string, string> };
  resolvedCommit?: string;
}): Record<string, string> {
  const { run, folders, searchPath, bench } = options;
  const path = [bench?.pathPrefix, searchPath, dirname(process.execPath)].filter(Boolean).join(delimiter);
  return {
    LANG: 'C.UTF-8',
    CI: 'true',
    AWS_REGION: run.region,
    AWS_DEFAULT_REGION: run.region,
    ...options.buildspecVariables,
    ...run.environment,
    PATH: path,
    HOME: folders.home,
    TMPDIR: folders.temporary,
    CODEBUILD_BUILD_ARN: run.arn,
    CODEBUILD_BUILD_ID: run.id,
    CODEBUILD_BUILD_NUMBER: String(run.number),
    CODEBUILD_BUILD_IMAGE: run.project.environment?.image ?? 'aws/codebuild/amazonlinux-x86_64-standard:5.0',
    CODEBUILD_INITIATOR: 'local',
    CODEBUILD_LOG_PATH: run.id.split(':')[1] ?? run.id,
    CODEBUILD_SRC_DIR: folders.source,
    CODEBUILD_START_TIME: String(run.startedAtMs),
    CODEBUILD_SOURCE_VERSION: run.sourceVersion ?? '',
    CODEBUILD_RESOLVED_SOURCE_VERSION: options.resolvedCommit ?? '',
    CODEBUILD_SOURCE_REPO_URL: run.project.source?.location ?? '',
    ...bench?.env,
    // Whatever a template or the bench says: a build on a laptop never asks the machine for its role.
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  };
}
