import { buildStopper } from '../lib/aws/codebuild-stop';
import { codeBuildReader } from '../lib/aws/codebuild';
import { dynamoReader } from '../lib/aws/dynamodb';
import { dynamoRecorder } from '../lib/aws/dynamodb-put';
import { ec2Leftovers } from '../lib/aws/ec2-janitor';
import { snsTopic } from '../lib/aws/sns';
import { ssmReader } from '../lib/aws/ssm';
import { readJanitorEvent } from '../lib/events/janitor-event';
import type { JanitorDeps } from '../lib/reconcile/janitor/deps';
import type { JanitorReport } from '../lib/reconcile/janitor/report';
import { sweep } from '../lib/reconcile/janitor/sweep';
import { atColdStart, functionRuntime, type FunctionEnvironment } from './cold-start';
import type { Invocation } from './runtime';
import { refuse } from './wake';

/** Everything but the time that Lambda leaves. */
export type JanitorRuntime = Omit<JanitorDeps, 'remainingMs'>;

/** Where nobody sets a limit, as in tests. */
const unlimitedMs = 15 * 60_000;

/**
 * Woken by its schedule it removes what is left over; invoked with `{ "dryRun": true }` it only tells. Either way it
 * answers a report. A ledger that cannot be read fails the invocation: nothing was done, and the next hour comes.
 */
export const onJanitor =
  (runtime: JanitorRuntime) =>
  async (event: unknown, invocation: Invocation = {}): Promise<JanitorReport | undefined> => {
    const read = readJanitorEvent(event);
    if ('refused' in read) {
      refuse(runtime, 'janitor', 'MALFORMED', read.refused, invocation);
      return undefined;
    }
    const remainingMs = () => invocation.getRemainingTimeInMillis?.() ?? unlimitedMs;
    const report = await sweep({ ...runtime, remainingMs }, read.request);
    const { dryRun, leftovers, builds, unread, tooMany } = report;
    runtime.log.info('janitor', {
      dryRun,
      found: leftovers.length,
      removed: leftovers.filter(({ outcome }) => outcome === 'done').length,
      builds: builds.length,
      unread: unread.map(({ what }) => what),
      tooMany: tooMany !== undefined,
      requestId: invocation.awsRequestId,
    });
    return report;
  };

function janitorRuntime(env: FunctionEnvironment): JanitorRuntime {
  const { settings, clients, log } = functionRuntime(env);
  return {
    settings,
    log,
    table: { ...dynamoReader(clients, settings.table), ...dynamoRecorder(clients, settings.table) },
    builds: { newest: codeBuildReader(clients).newest, ...buildStopper(clients) },
    leftovers: ec2Leftovers(clients),
    parameters: ssmReader(clients),
    topic: snsTopic(clients),
    nowMs: () => Date.now(),
  };
}

export const handler = atColdStart(janitorRuntime, onJanitor);
