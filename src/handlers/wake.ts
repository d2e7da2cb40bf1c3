import type { Interest } from '../lib/events/interest';
import type { Invocation, TriggerRuntime } from './runtime';

/** Sends what is of interest to the queue; says of everything else why it is not. A failed send is thrown: Lambda repeats. */
export async function wake(
  { queue, log }: TriggerRuntime,
  trigger: string,
  found: Interest,
  invocation: Invocation = {},
): Promise<void> {
  const fields = { trigger, requestId: invocation.awsRequestId };
  switch (found.interest) {
    case 'none':
      log.info('event of no interest', { ...fields, why: found.why });
      return;
    case 'refused':
      refuse({ log }, trigger, 'MALFORMED', found.why, invocation);
      return;
    case 'act':
      await queue.send({ body: JSON.stringify(found.wakeUp), deduplicationId: found.deduplicationId });
      log.info('sent to the queue', { ...fields, ...found.wakeUp });
  }
}

/** An event that no retry makes better: logged and counted. */
export function refuse(
  { log }: Pick<TriggerRuntime, 'log'>,
  trigger: string,
  code: string,
  why: string,
  invocation: Invocation = {},
): void {
  log.warn('event refused', { trigger, code, why, requestId: invocation.awsRequestId });
  log.count('EventsRefused', code);
}
