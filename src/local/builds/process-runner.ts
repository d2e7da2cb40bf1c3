import { createWriteStream } from 'node:fs';
import type { WriteStream } from 'node:fs';
import { mkdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { finished } from 'node:stream/promises';
import type { BuildPhaseType } from '@aws-sdk/client-codebuild';
import type { World } from '../aws/world';
import type { RepoStore } from '../git/repo-store';
import type { BuildEnd, BuildProgress, BuildRun, BuildRunner } from './build-run';
import type { Buildspec, BuildspecPhase } from './buildspec';
import { parseBuildspec } from './buildspec';
import { checkOut } from './check-out';
import { childEnvironment } from './child-environment';
import { environmentScript, phaseScript } from './phase-script';
import { ProcessGroups } from './process-group';

/** What a build gets so that its packer talks to the local EC2. */
export interface BenchEnvironment {
  /** Folder with `packer`, put before the search path. */
  pathPrefix: string;
  env: Record<string, string>;
  close(): Promise<void>;
}

export interface ProcessRunnerOptions {
  /** Folder for the builds; each gets a folder of its own in it, of which the log stays. */
  root: string;
  repos: RepoStore;
  /** PATH of the builds; the only thing they get of the environment of this process. */
  searchPath: string;
  benchEnvironment?: (build: {
    account: string;
    region: string;
    bakeId: string;
    /** Everything that the build's packer works on is below it. */
    workDir: string;
  }) => Promise<BenchEnvironment>;
  /** Every piece of output as it comes. */
  onOutput?: (buildId: string, text: string) => void;
  /** Real time that a minute of a build's time-out lasts; default 60,000 ms. */
  minuteMs?: number;
}

/** Builds for real: the commit checked out, the buildspec run phase by phase in child processes. */
export class ProcessRunner implements BuildRunner {
  readonly #running = new Set<Promise<void>>();

  constructor(
    private readonly world: World,
    private readonly options: ProcessRunnerOptions,
  ) {}

  logFile(buildId: string): string {
    return join(this.#folder(buildId), 'build.log');
  }

  start(run: BuildRun, progress: BuildProgress): { kill(): void } {
    const groups = new ProcessGroups();
    const work = this.#build(run, progress, groups).catch((error: unknown) => {
      progress.ended({ status: 'FAULT', context: `INTERNAL_SERVICE_ERROR: ${message(error)}` });
    });
    this.#running.add(work);
    void work.finally(() => this.#running.delete(work));
    void this.world.scheduler.track(`build ${run.id}`, work);
    return { kill: () => groups.killAll() };
  }

  /** Waits for what was killed to be cleaned up. */
  async close(): Promise<void> {
    await Promise.all(this.#running);
  }

  #folder(buildId: string): string {
    return join(this.options.root, buildId.replace(':', '-'));
  }

  async #build(run: BuildRun, progress: BuildProgress, groups: ProcessGroups): Promise<void> {
    const folder = this.#folder(run.id);
    await mkdir(folder, { recursive: true });
    const log = createWriteStream(this.logFile(run.id));
    const timer = setTimeout(
      () => {
        progress.ended({ status: 'TIMED_OUT', context: 'BUILD_TIMED_OUT: Build has timed out. ' });
        groups.killAll();
      },
      run.timeoutInMinutes * (this.options.minuteMs ?? 60_000),
    );
    try {
      const end = await new OneBuild(run, progress, groups, folder, log, this.options).run();
      progress.phase('UPLOAD_ARTIFACTS');
      progress.phase('FINALIZING');
      await closed(log);
      progress.ended(end);
    } finally {
      clearTimeout(timer);
      groups.killAll();
      if (!log.destroyed) await closed(log);
      await Promise.all(
        ['source', 'home', 'temporary', 'state'].map((name) =>
          rm(join(folder, name), { recursive: true, force: true, maxRetries: 3 }),
        ),
      );
    }
  }
}

async function closed(log: WriteStream): Promise<void> {
  log.end();
  await finished(log);
}

class OneBuild {
  readonly #source: string;
  readonly #stateFile: string;
  #environment: Record<string, string> = {};
  #reachedPostBuild = false;

  constructor(
    private readonly build: BuildRun,
    private readonly progress: BuildProgress,
    private readonly groups: ProcessGroups,
    private readonly folder: string,
    private readonly log: WriteStream,
    private readonly options: ProcessRunnerOptions,
  ) {
    this.#source = join(folder, 'source');
    this.#stateFile = join(folder, 'state', 'variables');
  }

  async run(): Promise<BuildEnd> {
    for (const name of ['home', 'temporary', 'state'])
      await mkdir(join(this.folder, name), { recursive: true });
    this.progress.phase('PROVISIONING');
    this.progress.phase('DOWNLOAD_SOURCE');
    let buildspec: Buildspec;
    let commit: string | undefined;
    try {
      commit = await checkOut(this.options.repos, this.build, this.#source);
      if (commit !== undefined) this.progress.resolvedSource(commit);
      buildspec = parseBuildspec(await this.#buildspecText());
    } catch (error) {
      return this.#fail(message(error));
    }
    const bench = await this.options.benchEnvironment?.({
      account: this.build.account,
      region: this.build.region,
      bakeId: this.build.environment.BAKE_ID ?? '',
      workDir: join(this.folder, 'home'),
    });
    try {
      this.#environment = childEnvironment({
        run: this.build,
        folders: {
          home: join(this.folder, 'home'),
          temporary: join(this.folder, 'temporary'),
          source: this.#source,
        },
        searchPath: this.options.searchPath,
        buildspecVariables: buildspec.variables,
        ...(bench === undefined ? {} : { bench }),
        ...(commit === undefined ? {} : { resolvedCommit: commit }),
      });
      const failure = await this.#phases(buildspec);
      const exported = this.#reachedPostBuild ? await this.#exported(buildspec) : {};
      return failure === undefined
        ? { status: 'SUCCEEDED', exported }
        : { status: 'FAILED', exported, context: failure };
    } finally {
      await bench?.close();
    }
  }

  /**
   * A failure in `install` or `pre_build` ends the build; after one in `build`, `post_build` still runs (CodeBuild user
   * guide, build phase transitions). `on-failure` says otherwise. Answers what failed first.
   */
  async #phases(buildspec: Buildspec): Promise<string | undefined> {
    let failure: string | undefined;
    for (const phase of buildspec.phases) {
      this.progress.phase(phase.name.toUpperCase() as BuildPhaseType);
      this.#reachedPostBuild ||= phase.name === 'post_build';
      this.#say(`[Container] Entering phase ${phase.name.toUpperCase()}\n`);
      const failed = await this.#phase(buildspec, phase, failure === undefined);
      if (this.groups.killed) {
        this.#say('[Container] Killed\n');
        return failed;
      }
      this.progress.phaseEnded(failed === undefined ? 'SUCCEEDED' : 'FAILED', failed);
      this.#say(`[Container] Phase complete: ${phase.name.toUpperCase()} ${failed ?? 'State: SUCCEEDED'}\n`);
      failure ??= failed;
      const goesOn = phase.onFailure === undefined ? phase.name === 'build' : phase.onFailure === 'CONTINUE';
      if (failed !== undefined && !goesOn) return failure;
    }
    return failure;
  }

  async #phase(
    buildspec: Buildspec,
    phase: BuildspecPhase,
    succeeding: boolean,
  ): Promise<string | undefined> {
    let failure: string | undefined;
    for (const commands of [phase.commands, phase.finally]) {
      if (commands.length === 0) continue;
      const options = { stateFile: this.#stateFile, succeeding: succeeding && failure === undefined };
      const code = await this.#shell(buildspec, phaseScript(buildspec.shell, commands, options), (chunk) =>
        this.#say(chunk.toString()),
      );
      if (code !== 0) {
        const index = Number(await readFile(`${this.#stateFile}.command`, 'utf8').catch(() => '0'));
        failure ??= `COMMAND_EXECUTION_ERROR: Error while executing command: ${commands[index]}. Reason: exit status ${code}`;
      }
    }
    return failure;
  }

  async #exported(buildspec: Buildspec): Promise<Record<string, string>> {
    const chunks: Buffer[] = [];
    await this.#shell(buildspec, environmentScript(this.#stateFile), (chunk) => chunks.push(chunk));
    const pairs = Buffer.concat(chunks)
      .toString()
      .split('\0')
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)] as const);
    const values = new Map(pairs);
    return Object.fromEntries(buildspec.exportedVariables.map((name) => [name, values.get(name) ?? '']));
  }

  async #shell(buildspec: Buildspec, script: string, onOutput: (chunk: Buffer) => void): Promise<number> {
    const file = join(this.folder, 'state', 'script');
    await writeFile(file, script);
    const command: [string, ...string[]] =
      buildspec.shell === 'bash' ? ['bash', '--noprofile', '--norc', file] : ['sh', file];
    return this.groups.run(command, { cwd: this.#source, env: this.#environment, onOutput });
  }

  async #buildspecText(): Promise<string> {
    const wanted = this.build.buildspec ?? 'buildspec.yml';
    if (wanted.includes('\n')) return wanted;
    const path = await realpath(join(this.#source, wanted)).catch(() => undefined);
    if (path === undefined) throw new Error(`YAML_FILE_ERROR: stat ${wanted}: no such file or directory`);
    if (!path.startsWith((await realpath(this.#source)) + sep)) {
      throw new Error(`YAML_FILE_ERROR: ${wanted} is outside the source`);
    }
    return readFile(path, 'utf8');
  }

  #fail(context: string): BuildEnd {
    this.progress.phaseEnded('FAILED', context);
    this.#say(`[Container] ${context}\n`);
    return { status: 'FAILED', context };
  }

  #say(text: string): void {
    if (!this.log.writableEnded) this.log.write(text);
    this.options.onOutput?.(this.build.id, text);
  }
}

const message = (error: unknown): string => (error instanceof Error ? error.message : String(error));
