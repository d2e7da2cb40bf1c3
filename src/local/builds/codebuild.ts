import {
  AccountLimitExceededException,
  InvalidInputException,
  ResourceNotFoundException,
} from '@aws-sdk/client-codebuild';
import type {
  BatchGetBuildsInput,
  BatchGetBuildsOutput,
  BatchGetProjectsInput,
  BatchGetProjectsOutput,
  Build,
  EnvironmentVariable,
  ListBuildsForProjectInput,
  ListBuildsForProjectOutput,
  Project,
  StartBuildInput,
  StartBuildOutput,
  StopBuildInput,
  StopBuildOutput,
} from '@aws-sdk/client-codebuild';
import { pathToFileURL } from 'node:url';
import { copy } from '../aws/copy';
import type { CallSite, World } from '../aws/world';
import type { BuildEnd, BuildProgress, BuildRun, BuildRunner } from './build-run';
import { completeBuild, enterPhase, leavePhase } from './build-state';
import { stateChangeDetail } from './state-change-event';

/** A repeated token means the same build for this long (StartBuild, idempotencyToken). */
const tokenLifeMs = 5 * 60_000;
/** Ids or names in one batch call (BatchGetBuilds, BatchGetProjects). */
const batchLimit = 100;

export interface CodeBuildOptions {
  runner: BuildRunner;
  /** Builds at once in an account and region. AWS: 20 by default, fewer in new accounts. */
  accountLimit?: number;
  /** Ids on one page of ListBuildsForProject; AWS has 100. Small, so that paging is exercised. */
  pageSize?: number;
}

interface Entry {
  build: Build;
  place: string;
  kill: () => void;
}

/** CodeBuild: projects, builds, tokens, limits, events. What a build does is up to its runner. */
export class LocalCodeBuild {
  readonly #projects = new Map<string, Project>();
  /** By `account/region/id`, oldest first. */
  readonly #builds = new Map<string, Entry>();
  readonly #running = new Set<Entry>();
  readonly #tokens = new Map<string, { request: string; key: string; untilMs: number }>();
  readonly #numbers = new Map<string, number>();
  readonly #forced: BuildEnd[] = [];

  constructor(
    private readonly world: World,
    private readonly options: CodeBuildOptions,
  ) {}

  /** What CloudFormation would make. A second one of the same name replaces the first. */
  putProject(at: { account: string; region: string }, project: Project & { name: string }): void {
    const arn = `arn:aws:codebuild:${at.region}:${at.account}:project/${project.name}`;
    this.#projects.set(`${place(at)}/${project.name}`, { ...project, arn });
  }

  /** Builds of an account, oldest first. */
  builds(at: { account: string; region: string }): Build[] {
    return [...this.#builds.values()].filter((entry) => entry.place === place(at)).map(({ build }) => build);
  }

  /** The next build ends like this at once, without being run: for the endings that nothing else brings about. */
  endNextBuildWith(end: BuildEnd): void {
    this.#forced.push(end);
  }

  /** Kills what runs. Nothing is reported of it any more. */
  async close(): Promise<void> {
    for (const entry of this.#running) entry.kill();
    await this.options.runner.close();
  }

  StartBuild(input: StartBuildInput, at: CallSite): StartBuildOutput {
    const project = this.#projects.get(`${place(at)}/${input.projectName}`);
    if (project === undefined) {
      throw new ResourceNotFoundException(refusal(`Project cannot be found: ${input.projectName}`));
    }
    const repeated = this.#repeated(input, at);
    if (repeated !== undefined) return { build: repeated };
    refuseWhatIsNotHere(input);
    this.#refuseBeyondLimits(project, at);

    const entry = this.#newEntry(input, project, at);
    const key = `${place(at)}/${entry.build.id}`;
    this.#builds.set(key, entry);
    this.#running.add(entry);
    if (input.idempotencyToken !== undefined) {
      const untilMs = this.world.clock.now() + tokenLifeMs;
      const request = JSON.stringify(input);
      this.#tokens.set(`${place(at)}/${input.idempotencyToken}`, { request, key, untilMs });
    }
    const answer = copy(entry.build);
    this.#announce(entry.build, at);
    this.#run(entry, project, at);
    return { build: answer };
  }

  BatchGetBuilds(input: BatchGetBuildsInput, at: CallSite): BatchGetBuildsOutput {
    const ids = batch(input.ids);
    const found = ids.flatMap((id) => this.#find(id, at)?.build ?? []);
    return { builds: found, buildsNotFound: ids.filter((id) => this.#find(id, at) === undefined) };
  }

  BatchGetProjects(input: BatchGetProjectsInput, at: CallSite): BatchGetProjectsOutput {
    const names = batch(input.names);
    const find = (name: string) =>
      this.#projects.get(`${place(at)}/${name.replace(/^arn:.*:project\//, '')}`);
    return {
      projects: names.flatMap((name) => find(name) ?? []),
      projectsNotFound: names.filter((name) => find(name) === undefined),
    };
  }

  ListBuildsForProject(input: ListBuildsForProjectInput, at: CallSite): ListBuildsForProjectOutput {
    if (!this.#projects.has(`${place(at)}/${input.projectName}`)) {
      throw new ResourceNotFoundException(refusal(`Project cannot be found: ${input.projectName}`));
    }
    const ids = [...this.#builds.values()]
      .filter((entry) => entry.place === place(at) && entry.build.projectName === input.projectName)
      .map(({ build }) => build.id ?? '');
    if (input.sortOrder !== 'ASCENDING') ids.reverse();
    const from = input.nextToken === undefined ? 0 : ids.indexOf(input.nextToken);
    if (from < 0) throw new InvalidInputException(refusal(`Invalid next token: ${input.nextToken}`));
    const to = from + (this.options.pageSize ?? 4);
    return { ids: ids.slice(from, to), ...(to < ids.length ? { nextToken: ids[to] } : {}) };
  }

  /** Kills without any signal that could be caught, as CodeBuild does. A build that has ended is answered as it is. */
  StopBuild(input: StopBuildInput, at: CallSite): StopBuildOutput {
    const entry = this.#find(input.id ?? '', at);
    if (entry === undefined)
      throw new ResourceNotFoundException(refusal(`Build cannot be found: ${input.id}`));
    if (!entry.build.buildComplete) {
      this.#end(entry, { status: 'STOPPED' }, at);
      entry.kill();
    }
    return { build: entry.build };
  }

  #find(id: string, at: CallSite): Entry | undefined {
    return this.#builds.get(`${place(at)}/${id.replace(/^arn:.*:build\//, '')}`);
  }

  #repeated(input: StartBuildInput, at: CallSite): Build | undefined {
    const token = this.#tokens.get(`${place(at)}/${input.idempotencyToken}`);
    if (input.idempotencyToken === undefined || token === undefined) return undefined;
    if (token.untilMs <= this.world.clock.now()) return undefined;
    if (token.request !== JSON.stringify(input)) {
      throw new InvalidInputException(
        refusal('Idempotency token mismatch: the token was used with other parameters'),
      );
    }
    return this.#builds.get(token.key)?.build;
  }

  #refuseBeyondLimits(project: Project, at: CallSite): void {
    const running = [...this.#running].filter((entry) => entry.place === place(at));
    const inProject = running.filter(({ build }) => build.projectName === project.name).length;
    const accountLimit = this.options.accountLimit ?? 20;
    if (project.concurrentBuildLimit !== undefined && inProject >= project.concurrentBuildLimit) {
      throw new AccountLimitExceededException(
        refusal(`Project-level concurrent build limit cannot exceed ${project.concurrentBuildLimit}`),
      );
    }
    if (running.length >= accountLimit) {
      throw new AccountLimitExceededException(
        refusal(`Cannot have more than ${accountLimit} active builds for the account`),
      );
    }
  }

  #newEntry(input: StartBuildInput, project: Project, at: CallSite): Entry {
    const uuid = this.world.chance.uuid();
    const id = `${project.name}:${uuid}`;
    const projectKey = `${place(at)}/${project.name}`;
    const number = (this.#numbers.get(projectKey) ?? 0) + 1;
    this.#numbers.set(projectKey, number);
    const log = this.options.runner.logFile?.(id);
    const build: Build = {
      id,
      arn: `arn:aws:codebuild:${at.region}:${at.account}:build/${id}`,
      buildNumber: number,
      startTime: new Date(this.world.clock.now()),
      buildStatus: 'IN_PROGRESS',
      buildComplete: false,
      projectName: project.name,
      ...(input.sourceVersion === undefined ? {} : { sourceVersion: input.sourceVersion }),
      source: {
        type: 'NO_SOURCE',
        ...project.source,
        ...(input.buildspecOverride === undefined ? {} : { buildspec: input.buildspecOverride }),
      },
      environment: {
        type: 'LINUX_CONTAINER',
        image: 'aws/codebuild/amazonlinux-x86_64-standard:5.0',
        computeType: 'BUILD_GENERAL1_SMALL',
        ...project.environment,
        environmentVariables: mergedVariables(
          project.environment?.environmentVariables,
          input.environmentVariablesOverride,
        ),
      },
      logs: {
        groupName: `/aws/codebuild/${project.name}`,
        streamName: uuid,
        ...(log === undefined ? {} : { deepLink: pathToFileURL(log).href }),
      },
      timeoutInMinutes: input.timeoutInMinutesOverride ?? project.timeoutInMinutes ?? 60,
      queuedTimeoutInMinutes: project.queuedTimeoutInMinutes ?? 480,
      initiator: at.caller,
    };
    enterPhase(build, 'SUBMITTED', this.world.clock.now());
    return { build, place: place(at), kill: () => undefined };
  }

  #run(entry: Entry, project: Project, at: CallSite): void {
    const { build } = entry;
    const now = () => this.world.clock.now();
    const unlessEnded = (change: () => void): void => {
      if (!build.buildComplete) change();
    };
    const progress: BuildProgress = {
      phase: (type) => unlessEnded(() => enterPhase(build, type, now())),
      phaseEnded: (status, context) => unlessEnded(() => leavePhase(build, status, context, now())),
      resolvedSource: (commitId) => unlessEnded(() => (build.resolvedSourceVersion = commitId)),
      ended: (end) => this.#end(entry, end, at),
    };
    const forced = this.#forced.shift();
    if (forced !== undefined) {
      this.world.scheduler.after(0, `build ${build.id} ends ${forced.status}`, () => progress.ended(forced));
      return;
    }
    entry.kill = this.options.runner.start(runOf(build, project, at), progress).kill;
  }

  #end(entry: Entry, end: BuildEnd, at: CallSite): void {
    if (entry.build.buildComplete) return;
    this.#running.delete(entry);
    completeBuild(entry.build, { exported: {}, ...end }, this.world.clock.now());
    this.#announce(entry.build, at);
  }

  #announce(build: Build, at: CallSite): void {
    this.world.events.put(at.account, at.region, {
      source: 'aws.codebuild',
      'detail-type': 'CodeBuild Build State Change',
      resources: [build.arn ?? ''],
      detail: stateChangeDetail(build),
    });
  }
}

const place = (at: { account: string; region: string }): string => `${at.account}/${at.region}`;

const refusal = (message: string) => ({ message, $metadata: { httpStatusCode: 400 } });

function batch(ids: string[] | undefined): string[] {
  if (ids === undefined || ids.length === 0 || ids.length > batchLimit) {
    throw new InvalidInputException(
      refusal(`1 to ${batchLimit} values are allowed, not ${ids?.length ?? 0}`),
    );
  }
  return ids;
}

function mergedVariables(...lists: (EnvironmentVariable[] | undefined)[]): EnvironmentVariable[] {
  const byName = new Map(lists.flatMap((list) => list ?? []).map((variable) => [variable.name, variable]));
  return [...byName.values()].map((variable) => ({ type: 'PLAINTEXT', ...variable }));
}

/** Better a refusal than a build that ignores half of its request. */
function refuseWhatIsNotHere(input: StartBuildInput): void {
  const honoured = [
    'projectName',
    'sourceVersion',
    'environmentVariablesOverride',
    'buildspecOverride',
    'timeoutInMinutesOverride',
    'idempotencyToken',
  ];
  const others = Object.keys(input).filter((key) => !honoured.includes(key));
  if (others.length > 0)
    throw new InvalidInputException(refusal(`The local CodeBuild lacks ${others.join(', ')}`));
  const variables = input.environmentVariablesOverride ?? [];
  const secret = variables.find(({ type }) => type !== undefined && type !== 'PLAINTEXT');
  if (secret !== undefined) {
    throw new InvalidInputException(
      refusal(`The local CodeBuild lacks ${secret.type} variables: ${secret.name}`),
    );
  }
  const minutes = input.timeoutInMinutesOverride;
  if (minutes !== undefined && (minutes < 5 || minutes > 2160)) {
    throw new InvalidInputException(refusal(`timeoutInMinutesOverride must be 5 to 2160, not ${minutes}`));
  }
}

function runOf(build: Build, project: Project, at: CallSite): BuildRun {
  const variables = build.environment?.environmentVariables ?? [];
  return {
    account: at.account,
    region: at.region,
    id: build.id ?? '',
    arn: build.arn ?? '',
    number: build.buildNumber ?? 0,
    project,
    ...(build.sourceVersion === undefined ? {} : { sourceVersion: build.sourceVersion }),
    ...(build.source?.buildspec === undefined ? {} : { buildspec: build.source.buildspec }),
    environment: Object.fromEntries(variables.map(({ name, value }) => [name ?? '', value ?? ''])),
    timeoutInMinutes: build.timeoutInMinutes ?? 60,
    startedAtMs: build.startTime?.getTime() ?? 0,
  };
}
