import { readTickEvent } from '../lib/events/tick-event';
import { atColdStart, triggerRuntime } from './cold-start';
import type { Handler, TriggerRuntime } from './runtime';
import { wake } from './wake';

/** The clock, every five minutes: it heals whatever got lost. */
export const onTick =
  (runtime: TriggerRuntime): Handler =>
  async (event, invocation) => {
    await wake(runtime, 'tick', readTickEvent(event), invocation);
  };

export const handler = atColdStart(triggerRuntime, onTick);
