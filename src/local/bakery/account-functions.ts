import { onAmi } from '../../handlers/ami';
import { onApprove } from '../../handlers/approve';
import { onBuild } from '../../handlers/build';
import { onCommand } from '../../handlers/command';
import { onJanitor } from '../../handlers/janitor';
import type { JanitorRuntime } from '../../handlers/janitor';
import { onParameter } from '../../handlers/parameter';
import { onPush } from '../../handlers/push';
import { onReconcile } from '../../handlers/reconcile';
import type { ReconcileRuntime } from '../../handlers/reconcile';
import { onRetire } from '../../handlers/retire';
import type { RetireRuntime } from '../../handlers/retire';
import type { Handler as BakeryHandler, RecordingRuntime, TriggerRuntime } from '../../handlers/runtime';
import { onTick } from '../../handlers/tick';
import { onUpstream } from '../../handlers/upstream';
import { autoScalingReferences } from '../../lib/aws/auto-scaling';
import { createClientFactory, type ClientFactory } from '../../lib/aws/clients';
import { codeBuild, codeBuildReader } from '../../lib/aws/codebuild';
import { buildStopper } from '../../lib/aws/codebuild-stop';
import { codeCommitRepo } from '../../lib/aws/codecommit';
import { dynamoTable } from '../../lib/aws/dynamodb';
import { ec2Amis } from '../../lib/aws/ec2';
import { ec2Copies } from '../../lib/aws/ec2-copies';
import { ec2ImageLife } from '../../lib/aws/ec2-life';
import { ec2Leftovers } from '../../lib/aws/ec2-janitor';
import { ec2References } from '../../lib/aws/ec2-references';
import { ec2Retirement } from '../../lib/aws/ec2-retirement';
import { kmsKeys } from '../../lib/aws/kms-keys';
import { snsTopic } from '../../lib/aws/sns';
import { sqsQueue } from '../../lib/aws/sqs';
import { ssmParameters, ssmReader } from '../../lib/aws/ssm';
import { createLogger } from '../../lib/log/logger';
import type { Settings } from '../../lib/settings/settings';
import { clientsFor } from '../aws/create-world';
import type { LocalAws } from '../aws/create-world';
import type { Handler } from '../aws/functions';
import type { localIds } from './bake-ids';
import type { FunctionLogs } from './function-log';

export type FunctionName =
  | 'push'
  | 'tick'
  | 'build'
  | 'ami'
  | 'parameter'
  | 'upstream'
  | 'command'
  | 'approve'
  | 'janitor'
  | 'retire'
  | 'reconcile';

export interface Parts {
  aws: Pick<LocalAws, 'clock' | 'chance'> & { services: Pick<LocalAws['services'], 'call'> };
  logs: Pick<FunctionLogs, 'writer'>;
  ids: ReturnType<typeof localIds>;
  /** Clients that answer from the local world already, where they are kept from one function to the next. */
  clients?: (name: FunctionName) => ClientFactory;
  /** Puts something between a function and what it works with. */
  wrap?: {
    trigger?: (runtime: TriggerRuntime, name: FunctionName) => TriggerRuntime;
    recording?: (runtime: RecordingRuntime, name: FunctionName) => RecordingRuntime;
    janitor?: (runtime: JanitorRuntime) => JanitorRuntime;
    retire?: (runtime: RetireRuntime) => RetireRuntime;
    reconcile?: (runtime: ReconcileRuntime) => ReconcileRuntime;
  };
}

/**
 * The functions of one account, made as they are made at a cold start in Lambda, but for what comes from outside: their
 * clients are answered by the local world, and time, chance and ids are the world's. Each has clients of its own, so
 * that the record of calls says which function called.
 */
export function accountFunctions(parts: Parts, settings: Settings): Record<FunctionName, Handler> {
  const made = functionNames.map((name) => [name, accountFunction(parts, settings, name)]);
  return Object.fromEntries(made) as Record<FunctionName, Handler>;
}

/** One of them. */
export function accountFunction(parts: Parts, settings: Settings, name: FunctionName): Handler {
  const handler = makers[name](parts, settings);
  return (event, context) => handler(event, context);
}

const triggered =
  (name: FunctionName, on: (runtime: TriggerRuntime) => BakeryHandler) =>
  (parts: Parts, settings: Settings): BakeryHandler => {
    const runtime = triggerRuntime(parts, settings, name);
    return on(parts.wrap?.trigger?.(runtime, name) ?? runtime);
  };

const recording =
  (name: FunctionName, on: (runtime: RecordingRuntime) => BakeryHandler) =>
  (parts: Parts, settings: Settings): BakeryHandler => {
    const { clients, ...trigger } = triggerRuntime(parts, settings, name);
    const nowMs = () => parts.aws.clock.now();
    const table = dynamoTable(clients, settings.table);
    const runtime = { ...trigger, table, nowMs, newId: () => parts.ids.plain(nowMs()) };
    return on(parts.wrap?.recording?.(runtime, name) ?? runtime);
  };

const makers: Record<FunctionName, (parts: Parts, settings: Settings) => BakeryHandler> = {
  push: triggered('push', onPush),
  tick: triggered('tick', onTick),
  build: triggered('build', onBuild),
  ami: triggered('ami', onAmi),
  parameter: triggered('parameter', onParameter),
  upstream: recording('upstream', onUpstream),
  command: recording('command', onCommand),
  approve: recording('approve', onApprove),
  janitor: (parts, settings) => {
    const runtime = janitorRuntime(parts, settings);
    return onJanitor(parts.wrap?.janitor?.(runtime) ?? runtime);
  },
  retire: (parts, settings) => {
    const runtime = retireRuntime(parts, settings);
    return onRetire(parts.wrap?.retire?.(runtime) ?? runtime);
  },
  reconcile: (parts, settings) => {
    const runtime = reconcileRuntime(parts, settings);
    return onReconcile(parts.wrap?.reconcile?.(runtime) ?? runtime);
  },
};

export const functionNames = Object.keys(makers) as FunctionName[];

function triggerRuntime(parts: Parts, settings: Settings, name: FunctionName) {
  const { aws, logs } = parts;
  const clients =
    parts.clients?.(name) ??
    createClientFactory({
      region: settings.region,
      prepare: clientsFor(aws, { account: settings.account, caller: `lambda:${name}` }),
    });
  const log = createLogger({
    write: logs.writer(settings.account, name),
    nowMs: () => aws.clock.now(),
    fields: { bakery: settings.bakery },
  });
  return { settings, clients, log, queue: sqsQueue(clients, settings.queueUrl) };
}

function janitorRuntime(parts: Parts, settings: Settings): JanitorRuntime {
  const { clients, log } = triggerRuntime(parts, settings, 'janitor');
  return {
    settings,
    log,
    table: dynamoTable(clients, settings.table),
    builds: { newest: codeBuildReader(clients).newest, ...buildStopper(clients) },
    leftovers: ec2Leftovers(clients),
    parameters: ssmReader(clients),
    topic: snsTopic(clients),
    nowMs: () => parts.aws.clock.now(),
  };
}

function retireRuntime(parts: Parts, settings: Settings): RetireRuntime {
  const { clients, log } = triggerRuntime(parts, settings, 'retire');
  return {
    settings,
    log,
    table: dynamoTable(clients, settings.table),
    retirement: ec2Retirement(clients),
    references: ec2References(clients),
    scaling: autoScalingReferences(clients),
    topic: snsTopic(clients),
    nowMs: () => parts.aws.clock.now(),
  };
}

function reconcileRuntime(parts: Parts, settings: Settings): ReconcileRuntime {
  const { aws, ids } = parts;
  const { clients, log } = triggerRuntime(parts, settings, 'reconcile');
  const { repo } = settings;
  return {
    settings,
    log,
    table: dynamoTable(clients, settings.table),
    ...(repo === undefined
      ? {}
      : {
          repo: codeCommitRepo(clients, {
            repository: repo.name,
            branch: repo.branch,
            region: repo.region,
            roleArn: repo.roleArn,
          }),
        }),
    builds: codeBuild(clients),
    amis: ec2Amis(clients),
    copies: ec2Copies(clients),
    imageLife: ec2ImageLife(clients),
    keys: kmsKeys(clients),
    parameters: ssmParameters(clients),
    topic: snsTopic(clients),
    nowMs: () => aws.clock.now(),
    chance: () => aws.chance.next(),
    newBakeId: ids.bakeId,
  };
}
