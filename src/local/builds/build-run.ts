import type { BuildPhaseType, Project } from '@aws-sdk/client-codebuild';

/** How a build can end. */
export type EndStatus = 'SUCCEEDED' | 'FAILED' | 'FAULT' | 'STOPPED' | 'TIMED_OUT';

/** One build, as whoever runs it sees it. */
export interface BuildRun {
  account: string;
  region: string;
  /** `project:uuid`. */
  id: string;
  arn: string;
  number: number;
  project: Project;
  sourceVersion?: string;
  /** Inline YAML or a path inside the source; undefined: `buildspec.yml`. */
  buildspec?: string;
  /** Variables of the project and of the request; the latter win. */
  environment: Record<string, string>;
  timeoutInMinutes: number;
  startedAtMs: number;
}

export interface BuildEnd {
  status: EndStatus;
  exported?: Record<string, string>;
  /** `COMMAND_EXECUTION_ERROR: …`: what CodeBuild says of the phase that did not succeed. */
  context?: string;
}

/** Through which a runner tells how its build goes. What it says of a build that has ended is ignored. */
export interface BuildProgress {
  phase(type: BuildPhaseType): void;
  phaseEnded(status: EndStatus, context?: string): void;
  resolvedSource(commitId: string): void;
  ended(end: BuildEnd): void;
}

export interface BuildRunner {
  /** Where the log of a build is or will be, if there is one. */
  logFile?(buildId: string): string;
  start(run: BuildRun, progress: BuildProgress): { kill(): void };
  close(): Promise<void>;
}
