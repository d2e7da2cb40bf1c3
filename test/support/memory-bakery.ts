import { VirtualClock } from '../../src/local/aws/clock';
import { createWorld, type LocalAws } from '../../src/local/aws/create-world';
import type { DynamoDbOptions } from '../../src/local/aws/dynamodb';
import type { Ec2Options } from '../../src/local/aws/ec2/options';
import { accountFunctions } from '../../src/local/bakery/account-functions';
import { localIds } from '../../src/local/bakery/bake-ids';
import { deploy } from '../../src/local/bakery/deploy';
import { accounts, deployments, names, region, type Deployment } from '../../src/local/bakery/deployment';
import { FunctionLogs } from '../../src/local/bakery/function-log';
import { seedPublicAmis } from '../../src/local/bakery/public-amis';
import type { BuildRun } from '../../src/local/builds/build-run';
import { LocalCodeBuild } from '../../src/local/builds/codebuild';
import { InstantRunner, type InstantOutcome } from '../../src/local/builds/instant-runner';
import { MemoryCodeCommit, type Files } from '../../src/local/git/memory-codecommit';
import { instantBake } from './instant-bake';
import { instantTest, isTest } from './instant-test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Report } from '../../src/lib/reconcile/report';

export { accounts, region };

/** 2026-11-22, a Sunday, at noon in London. */
export const noon = Date.parse('2026-11-22T12:00:00Z');

export interface MemoryBakeryOptions {
  deployments?: Deployment[];
  /** How builds go; undefined leaves one to be a successful bake. */
  outcome?: (run: BuildRun) => InstantOutcome | undefined;
  /** What a successful bake tells of packages and builder; undefined: nothing. */
  tells?: (run: BuildRun) => Record<string, string> | undefined;
  startMs?: number;
  seed?: number;
  buildMs?: number;
  ec2?: Ec2Options;
  dynamodb?: DynamoDbOptions;
}

/**
 * The real handlers, edges and fakes of all accounts, on a virtual clock, with repos in memory and builds that start no
 * process: a cascade takes milliseconds.
 */
export class MemoryBakery {
  readonly clock: VirtualClock;
  readonly aws: LocalAws;
  readonly logs: FunctionLogs;
  readonly all: Deployment[];
  /** By account. */
  readonly functions = new Map<string, ReturnType<typeof accountFunctions>>();
  readonly #scratch: string;
  codecommit!: MemoryCodeCommit;
  codebuild!: LocalCodeBuild;

  constructor(options: MemoryBakeryOptions = {}) {
    this.clock = new VirtualClock(options.startMs ?? noon);
    this.all =
      options.deployments ??
      deployments({ mirrors: [{ image: 'base-al2023', architecture: 'x86_64', channel: 'stable' }] });
    this.aws = createWorld({
      clock: this.clock,
      seed: options.seed ?? 1,
      ...(options.ec2 === undefined ? {} : { ec2: options.ec2 }),
      ...(options.dynamodb === undefined ? {} : { dynamodb: options.dynamodb }),
      accounts: this.all.map(({ settings }) => ({
        id: settings.account,
        region: settings.region,
        tables: [names.table],
        queues: [{ name: names.queue, visibilityTimeoutMs: 360_000 }],
        topics: [{ name: names.topic, maySubscribe: Object.values(accounts) }, { name: names.noticeTopic }],
      })),
      extend: (world) => {
        this.codecommit = new MemoryCodeCommit(world);
        const runner = new InstantRunner(world, (run) => {
          const outcome = options.outcome?.(run);
          if (outcome !== undefined) return outcome;
          if (isTest(run)) return instantTest();
          const { buildMs = 60_000, tells } = options;
          return instantBake(this.aws, run, buildMs, () => tells?.(run));
        });
        this.codebuild = new LocalCodeBuild(world, { runner });
        return { CodeCommit: this.codecommit, CodeBuild: this.codebuild };
      },
    });
    seedPublicAmis(this.aws, region, this.clock.now() - 86_400_000);
    this.#scratch = mkdtempSync(join(tmpdir(), 'bakery-test-'));
    this.logs = new FunctionLogs(join(this.#scratch, 'functions.jsonl'), {
      keep: true,
      step: () => this.aws.log.step,
    });
    const ids = localIds(this.aws.chance);
    for (const deployment of this.all) {
      const functions = accountFunctions({ aws: this.aws, logs: this.logs, ids }, deployment.settings);
      this.functions.set(deployment.settings.account, functions);
      deploy(this.aws, this.codebuild, deployment, { functions, buildspec: 'version: 0.2' });
    }
  }

  settings(account: string): Deployment['settings'] {
    return this.all.find(({ settings }) => settings.account === account)!.settings;
  }

  push(account: string, files: Files | undefined): string {
    const { repo } = this.settings(account);
    return this.codecommit.push({ account, region }, repo!.name, repo!.branch, files);
  }

  /** Until nothing more happens by itself. Errors of the world's tasks fail the test. */
  async settle(): Promise<void> {
    await this.aws.scheduler.settle({ horizonMs: 60 * 60_000, maxWaitMs: 20_000 });
    const broken = this.aws.scheduler.errors.splice(0);
    if (broken.length > 0) {
      throw new Error(`the world broke in ${broken.map(({ label }) => label).join(', ')}`, {
        cause: broken[0]!.error,
      });
    }
  }

  async pass(ms: number): Promise<void> {
    await this.aws.scheduler.pass(ms);
    await this.settle();
  }

  async tick(account: string): Promise<void> {
    const scheduledTime = new Date(this.clock.now()).toISOString();
    this.aws.functions.invokeAsync({ account, region }, 'tick', {
      kind: 'schedule',
      scheduledTime,
      executionId: this.aws.chance.uuid(),
    });
    await this.settle();
  }

  async report(account: string): Promise<Report> {
    return (await this.aws.functions.invoke({ account, region }, 'reconcile', { observe: true })) as Report;
  }

  /** `base-al2023/x86_64: current: …`, one line an image. */
  async decisions(account: string): Promise<Record<string, string>> {
    const { images } = await this.report(account);
    return Object.fromEntries(images.map(({ image, decision, reason }) => [image, `${decision}: ${reason}`]));
  }

  /** Images whose builds were started, in order, since the step label was set. A repeated token starts nothing. */
  builds(step?: string): string[] {
    const started = new Map<string, string>();
    for (const input of this.calls('CodeBuild', 'StartBuild', step)) {
      const { environmentVariablesOverride: variables } = input as {
        environmentVariablesOverride: { name: string; value: string }[];
      };
      const valueOf = (wanted: string) => variables.find(({ name }) => name === wanted)?.value ?? '';
      started.set(valueOf('BAKE_ID'), valueOf('BAKERY_IMAGE'));
    }
    return [...started.values()];
  }

  calls(service: string, operation: string, step?: string): unknown[] {
    return this.aws.log.records
      .filter(
        (call) =>
          call.service === service &&
          call.operation === operation &&
          call.outcome === 'ok' &&
          (step === undefined || call.step === step),
      )
      .map(({ input }) => input);
  }

  parameter(account: string, name: string): string | undefined {
    try {
      const at = { account, region, caller: 'test' };
      const output = this.aws.ssm.GetParameter({ Name: name }, at);
      return output.Parameter?.Value;
    } catch (error) {
      if ((error as Error).name === 'ParameterNotFound') return undefined;
      throw error;
    }
  }

  close(): void {
    this.logs.close();
    this.aws.close();
    rmSync(this.#scratch, { recursive: true, force: true });
  }
}
