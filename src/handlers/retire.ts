import { autoScalingReferences } from '../lib/aws/auto-scaling';
import { dynamoTable } from '../lib/aws/dynamodb';
import { ec2References } from '../lib/aws/ec2-references';
import { ec2Retirement } from '../lib/aws/ec2-retirement';
import { snsTopic } from '../lib/aws/sns';
import { readRetireEvent } from '../lib/events/retire-event';
import type { RetireDeps } from '../lib/reconcile/retire/deps';
import type { RetireReport } from '../lib/reconcile/retire/report';
import { retire } from '../lib/reconcile/retire/retire';
import { atColdStart, functionRuntime, type FunctionEnvironment } from './cold-start';
import type { Invocation } from './runtime';
import { refuse } from './wake';

/** Everything but the time that Lambda leaves. */
export type RetireRuntime = Omit<RetireDeps, 'remainingMs'>;

/** Where nobody sets a limit, as in tests. */
const unlimitedMs = 15 * 60_000;

/**
 * Woken by its schedule it takes old bakes out of use; invoked with `{ "dryRun": true }` it only tells. Either way it
 * answers a report. A ledger that cannot be read fails the invocation: nothing was done, and the next day comes.
 */
export const onRetire =
  (runtime: RetireRuntime) =>
  async (event: unknown, invocation: Invocation = {}): Promise<RetireReport | undefined> => {
    const read = readRetireEvent(event);
    if ('refused' in read) {
      refuse(runtime, 'retire', 'MALFORMED', read.refused, invocation);
      return undefined;
    }
    const remainingMs = () => invocation.getRemainingTimeInMillis?.() ?? unlimitedMs;
    const report = await retire({ ...runtime, remainingMs }, read.request);
    const { dryRun, steps, unread, tooMany } = report;
    runtime.log.info('retire', {
      dryRun,
      found: steps.length,
      done: steps.filter(({ outcome }) => outcome === 'done').length,
      unread: unread.map(({ what }) => what),
      tooMany: tooMany.map(({ why }) => why),
      requestId: invocation.awsRequestId,
    });
    if (unread.length > 0) runtime.log.count('RetirementsUnread', 'unread');
    return report;
  };

function retireRuntime(env: FunctionEnvironment): RetireRuntime {
  const { settings, clients, log } = functionRuntime(env);
  return {
    settings,
    log,
    table: dynamoTable(clients, settings.table),
    retirement: ec2Retirement(clients),
    references: ec2References(clients),
    scaling: autoScalingReferences(clients),
    topic: snsTopic(clients),
    nowMs: () => Date.now(),
  };
}

export const handler = atColdStart(retireRuntime, onRetire);
