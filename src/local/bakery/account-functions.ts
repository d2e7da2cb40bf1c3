import { onBuild } from '../../handlers/build';
import { onCommand } from '../../handlers/command';
import { onJanitor } from '../../handlers/janitor';
import type { JanitorRuntime } from '../../handlers/janitor';
import { onParameter } from '../../handlers/parameter';
import { onPush } from '../../handlers/push';
import { onReconcile } from '../../handlers/reconcile';
import type { ReconcileRuntime } from '../../handlers/reconcile';
import type { Handler as BakeryHandler } from '../../handlers/runtime';
import { onTick } from '../../handlers/tick';
import { onUpstream } from '../../handlers/upstream';
import { createClientFactory } from '../../lib/aws/clients';
import { codeBuild, codeBuildReader } from '../../lib/aws/codebuild';
import { buildStopper } from '../../lib/aws/codebuild-stop';
import { codeCommitRepo } from '../../lib/aws/codecommit';
import { dynamoTable } from '../../lib/aws/dynamodb';
import { ec2Amis } from '../../lib/aws/ec2';
import { ec2Leftovers } from '../../lib/aws/ec2-janitor';
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
  'push' | 'tick' | 'build' | 'parameter' | 'upstream' | 'command' | 'janitor' | 'reconcile';

interface Parts {
  aws: LocalAws;
  logs: FunctionLogs;
  ids: ReturnType<typeof localIds>;
}

/**
 * The functions of one account, made as they are made at a cold start in Lambda, but for what comes from outside: their
 * clients are answered by the local world, and time, chance and ids are the world's. Each has clients of its own, so
 * that the record of calls says which function called.
 */
export function accountFunctions(parts: Parts, settings: Settings): Record<FunctionName, Handler> {
  const trigger = (name: FunctionName) => triggerRuntime(parts, settings, name);
  const recording = (name: FunctionName) => {
    const runtime = trigger(name);
    const nowMs = () => parts.aws.clock.now();
    return {
      ...runtime,
      table: dynamoTable(runtime.clients, settings.table),
      nowMs,
      newId: () => parts.ids.plain(nowMs()),
    };
  };
  return {
    push: asLambda(onPush(trigger('push'))),
    tick: asLambda(onTick(trigger('tick'))),
    build: asLambda(onBuild(trigger('build'))),
    parameter: asLambda(onParameter(trigger('parameter'))),
    upstream: asLambda(onUpstream(recording('upstream'))),
    command: asLambda(onCommand(recording('command'))),
    janitor: asLambda(onJanitor(janitorRuntime(parts, settings))),
    reconcile: asLambda(onReconcile(reconcileRuntime(parts, settings))),
  };
}

const asLambda =
  (handler: BakeryHandler): Handler =>
  (event, context) =>
    handler(event, context);

function triggerRuntime({ aws, logs }: Parts, settings: Settings, name: FunctionName) {
  const clients = createClientFactory({
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
          repo: codeCommitRepo(clients, { repository: repo.name, branch: repo.branch, region: repo.region }),
        }),
    builds: codeBuild(clients),
    amis: ec2Amis(clients),
    parameters: ssmParameters(clients),
    topic: snsTopic(clients),
    nowMs: () => aws.clock.now(),
    chance: () => aws.chance.next(),
    newBakeId: ids.bakeId,
  };
}
