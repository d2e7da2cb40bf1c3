import { join } from 'node:path';
import { ShiftedClock } from '../aws/clock';
import { createWorld } from '../aws/create-world';
import type { LocalAws } from '../aws/create-world';
import type { SentCommand } from '../aws/ssm-run-command';
import { LocalCodeBuild } from '../builds/codebuild';
import { ProcessRunner } from '../builds/process-runner';
import { LocalCodeCommit } from '../git/codecommit';
import { RepoStore } from '../git/repo-store';
import { createPackerBench } from '../packer/bench';
import type { PackerBench } from '../packer/bench';
import { checkVerdict } from '../packer/check-verdict';
import { accountFunctions } from './account-functions';
import type { FunctionName } from './account-functions';
import { localIds } from './bake-ids';
import { deploy } from './deploy';
import { accounts, names } from './deployment';
import type { Deployment } from './deployment';
import { FunctionLogs } from './function-log';
import type { LoggedLine } from './function-log';
import type { ScheduledFunction } from './schedules';
import type { Scratch } from './scratch';

/** How long things take in the local world, in ms: long enough to come one after another, short enough to be waited for. */
const delays = {
  amiReady: 0,
  copyReady: 0,
  parameterValidation: 20,
  eventDelivery: 5,
  messageDelivery: 5,
};

export interface LocalBakeryOptions {
  scratch: Scratch;
  deployments: Deployment[];
  /** Texts of the buildspecs of every account's projects. */
  buildspec: string;
  testBuildspec: string;
  /** Path of a real Packer; without one a stand-in plays it. */
  realPacker?: string | undefined;
  /** PATH to find git on, and the builds' own. */
  searchPath: string;
  seed: number;
  /** Folder for the records of calls, events and logs; the scratch folder where left out. */
  recordFolder?: string;
  /** False where it runs for days: what happened is only in the files then. */
  keepRecords?: boolean | undefined;
  /** Hears every line that a function logs. */
  onLine?: ((line: LoggedLine) => void) | undefined;
}

/** Several accounts with everything in them, on one laptop. */
export interface LocalBakery {
  aws: LocalAws;
  clock: ShiftedClock;
  repos: RepoStore;
  codebuild: LocalCodeBuild;
  codecommit: LocalCodeCommit;
  bench: PackerBench;
  logs: FunctionLogs;
  deployments: Deployment[];
  scratch: Scratch;
  /** Calls a function of an account as Lambda's Invoke does, and answers what it answers. */
  invoke(account: string, name: FunctionName | `approve:${string}`, event: unknown): Promise<unknown>;
  /** A schedule of an account's strikes. */
  strike(account: string, name: ScheduledFunction): void;
  /** The five-minute clock strikes in every account, or in those named. */
  tick(only?: string[]): void;
  /** Runs the world until nothing more happens by itself; throws where something in the world itself broke. */
  settle(maxWaitMs?: number): Promise<void>;
  /** Ends every child process and closes files and servers. The scratch folder stays. */
  close(): Promise<void>;
}

export async function createLocalBakery(options: LocalBakeryOptions): Promise<LocalBakery> {
  const { scratch, deployments, searchPath } = options;
  const records = options.recordFolder ?? scratch.folder('records');
  const clock = new ShiftedClock();
  let made: Pick<LocalBakery, 'repos' | 'codebuild' | 'codecommit'> | undefined;
  const bench = createPackerBench({
    call: (...call) => aws.services.call(...call),
    realPacker: options.realPacker,
    temporaryFolder: scratch.path,
  });
  await bench.start();
  const aws: LocalAws = createWorld({
    clock,
    seed: options.seed,
    callLogPath: join(records, 'calls.jsonl'),
    eventLogPath: join(records, 'events.jsonl'),
    keepRecords: options.keepRecords,
    accounts: deployments.map(({ settings }) => ({
      id: settings.account,
      region: settings.region,
      tables: [names.table],
      queues: [{ name: names.queue }],
      topics: [{ name: names.topic, maySubscribe: Object.values(accounts) }, { name: names.noticeTopic }],
    })),
    ssm: { validationMs: delays.parameterValidation },
    runCommand: { ending: (command) => checkVerdict(command, bench.recorded(bakeOf(command))) },
    ec2: { imageReadyMs: delays.amiReady, copyReadyMs: delays.copyReady },
    events: { deliveryMs: delays.eventDelivery },
    sns: { deliveryMs: delays.messageDelivery },
    extend: (world) => {
      const repos = new RepoStore(world, { root: scratch.folder('repos'), searchPath });
      const runner = new ProcessRunner(world, {
        root: scratch.folder('builds'),
        repos,
        searchPath,
        benchEnvironment: (build) => bench.environmentFor(build),
      });
      const codebuild = new LocalCodeBuild(world, { runner });
      const codecommit = new LocalCodeCommit(repos);
      made = { repos, codebuild, codecommit };
      return { CodeCommit: codecommit, CodeBuild: codebuild };
    },
  });
  const { repos, codebuild, codecommit } = made!;
  const logs = new FunctionLogs(join(records, 'functions.jsonl'), {
    keep: options.keepRecords ?? true,
    step: () => aws.log.step,
    onLine: options.onLine,
  });
  const ids = localIds(aws.chance);
  for (const deployment of deployments) {
    const functions = accountFunctions({ aws, logs, ids }, deployment.settings);
    deploy(aws, codebuild, deployment, {
      functions,
      buildspec: options.buildspec,
      testBuildspec: options.testBuildspec,
    });
  }
  const siteOf = (account: string) => {
    const deployment = deployments.find(({ settings }) => settings.account === account);
    if (deployment === undefined) throw new RangeError(`the local bakery has no account ${account}`);
    return { account, region: deployment.settings.region };
  };
  const strike: LocalBakery['strike'] = (account, name) => {
    const scheduledTime = new Date(clock.now()).toISOString();
    const event = { kind: 'schedule', scheduledTime, executionId: aws.chance.uuid() };
    aws.functions.invokeAsync(siteOf(account), name, event);
  };
  return {
    aws,
    clock,
    repos,
    codebuild,
    codecommit,
    bench,
    logs,
    deployments,
    scratch,
    invoke: (account, name, event) => aws.functions.invoke(siteOf(account), name, event),
    strike,
    tick: (only = deployments.map(({ settings }) => settings.account)) => {
      for (const account of only) strike(account, 'tick');
    },
    settle: async (maxWaitMs = 60_000) => {
      const { settled, outstanding } = await aws.scheduler.settle({ maxWaitMs });
      const broken = aws.scheduler.errors.splice(0);
      if (broken.length > 0) {
        const what = broken.map(({ label }) => label).join(', ');
        throw new Error(`The local world broke in: ${what}`, { cause: broken[0]!.error });
      }
      if (!settled) {
        throw new Error(`After ${maxWaitMs / 1000} s something still goes on: ${outstanding.join(', ')}`);
      }
    },
    close: async () => {
      await codebuild.close();
      await bench.stop();
      logs.close();
      aws.close();
    },
  };
}

/** Whose candidate the instance is. */
const bakeOf = ({ instance }: SentCommand): string =>
  instance.Tags?.find(({ Key }) => Key === 'bakery:bake')?.Value ?? '';
