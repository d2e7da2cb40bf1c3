import * as z from 'zod/mini';
import { eventBridgeEvent, eventId, eventText, refused, whyMalformed } from './interest';
import type { Interest } from './interest';

const rule = z.extend(eventBridgeEvent('aws.events', 'Scheduled Event', z.looseObject({})), {
  time: eventText,
});

/**
 * What a schedule of EventBridge Scheduler sends whose input is written with its context attributes:
 * `{ "kind": "schedule", "scheduledTime": "<aws.scheduler.scheduled-time>", "executionId": "<aws.scheduler.execution-id>" }`.
 */
const schedule = z.object({
  kind: z.literal('schedule'),
  scheduledTime: eventText,
  executionId: eventId,
});

/** The clock, from a rule or a schedule. */
export function readTickEvent(event: unknown): Interest {
  const ofSchedule = z.safeParse(schedule, event);
  if (ofSchedule.success) return tick(ofSchedule.data.scheduledTime, ofSchedule.data.executionId);
  const ofRule = z.safeParse(rule, event);
  return ofRule.success ? tick(ofRule.data.time, ofRule.data.id) : refused(whyMalformed(ofRule.error));
}

const tick = (time: string, id: string): Interest => ({
  interest: 'act',
  wakeUp: { kind: 'tick', time },
  deduplicationId: `tick:${id}`,
});
