import { ulid } from 'ulid';
import { codeBuild } from '../lib/aws/codebuild';
import { codeCommitRepo } from '../lib/aws/codecommit';
import { dynamoTable } from '../lib/aws/dynamodb';
import { ec2Amis } from '../lib/aws/ec2';
import { ec2Copies } from '../lib/aws/ec2-copies';
import { ec2ImageLife } from '../lib/aws/ec2-life';
import { AwsError } from '../lib/aws/errors';
import { kmsKeys } from '../lib/aws/kms-keys';
import { snsTopic } from '../lib/aws/sns';
import { ssmParameters } from '../lib/aws/ssm';
import { readSqsEvent } from '../lib/events/sqs-event';
import type { WakeUp } from '../lib/events/wake-up';
import type { ReconcileDeps } from '../lib/reconcile/deps';
import { observeOnly, reconcile } from '../lib/reconcile/reconcile';
import type { Report } from '../lib/reconcile/report';
import type { Settings } from '../lib/settings/settings';
import { atColdStart, functionRuntime, type FunctionEnvironment } from './cold-start';
import type { Handler, Invocation } from './runtime';
import { refuse } from './wake';

/** Everything but the time that Lambda leaves, which each invocation knows for itself. */
export type ReconcileRuntime = Omit<ReconcileDeps, 'remainingMs'>;

/** Where nobody sets a limit, as in tests. */
const unlimitedMs = 15 * 60_000;

/**
 * Handles the queue's messages, all of a batch with one look at the world. Invoked directly with `{ "observe": true }` it
 * plans and explains, writes nothing, and answers a report; with `{ "diff": … }` it compares bakes.
 */
export const onReconcile =
  (runtime: ReconcileRuntime): Handler =>
  async (event, invocation: Invocation = {}) => {
    const deps: ReconcileDeps = {
      ...runtime,
      remainingMs: () => invocation.getRemainingTimeInMillis?.() ?? unlimitedMs,
    };
    if (typeof event === 'object' && event !== null && 'observe' in event) return observeOnly(deps);
    if (typeof event === 'object' && event !== null && 'diff' in event) {
      const { diff } = await import('../lib/reconcile/diff');
      return diff(deps, event);
    }
    const read = readSqsEvent(event);
    if ('refused' in read) {
      refuse(runtime, 'reconcile', 'MALFORMED', read.refused, invocation);
      return undefined;
    }
    const wakeUps: WakeUp[] = [];
    for (const message of read.messages) {
      if ('refused' in message) refuse(runtime, 'reconcile', 'MALFORMED', message.refused, invocation);
      else wakeUps.push(message.wakeUp);
    }
    const report = await unlessAwsFails(runtime, () => reconcile(deps, wakeUps));
    if (report === undefined) return undefined;
    runtime.log.info('reconciled', {
      woken: wakeUps.map(({ kind }) => kind),
      commit: report.commitId,
      images: report.images.length,
      troubles: report.troubles.length,
      finished: report.finished,
      requestId: invocation.awsRequestId,
    });
    for (const { code } of report.troubles) runtime.log.count('ReconcileTroubles', code);
    return undefined;
  };

/**
 * A run that AWS lets down ends without an error, and is counted: given back to the queue, its message would hold up the
 * whole group for the visibility timeout, while the next event or tick tries again within five minutes anyway. Only
 * mistakes of the program fail the invocation.
 */
async function unlessAwsFails(
  { log }: Pick<ReconcileRuntime, 'log'>,
  run: () => Promise<Report>,
): Promise<Report | undefined> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    log.error('nothing could be done; the next event or tick tries again', { code: error.code, error });
    log.count('ReconcileTroubles', error.code);
    return undefined;
  }
}

function reconcileRuntime(env: FunctionEnvironment): ReconcileRuntime {
  const { settings, clients, log } = functionRuntime(env, {
    assumeRole: async (...asked) => (await import('../lib/aws/assume-role')).assumeRole(...asked),
  });
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
    builds: codeBuild(clients, { checksOut: isElsewhere(settings) }),
    amis: ec2Amis(clients),
    copies: ec2Copies(clients),
    imageLife: ec2ImageLife(clients),
    keys: kmsKeys(clients),
    parameters: ssmParameters(clients),
    topic: snsTopic(clients),
    nowMs: () => Date.now(),
    chance: () => Math.random(),
    newBakeId: (nowMs) => `b-${ulid(nowMs).toLowerCase()}`,
  };
}

/** CodeBuild fetches a CodeCommit repo of its own account and region only. */
const isElsewhere = ({ repo, region }: Settings): boolean =>
  repo !== undefined && (repo.roleArn !== undefined || (repo.region ?? region) !== region);

export const handler = atColdStart(reconcileRuntime, onReconcile);
