import { readAmiEvent } from '../lib/events/ami-event';
import { atColdStart, triggerRuntime } from './cold-start';
import type { Handler, TriggerRuntime } from './runtime';
import { wake } from './wake';

/** An AMI became available or failed: it may be a copy that is waited for. */
export const onAmi =
  (runtime: TriggerRuntime): Handler =>
  async (event, invocation) => {
    const { region, ceilings } = runtime.settings;
    await wake(runtime, 'ami', readAmiEvent(event, { region, kmsKeys: ceilings.kmsKeys }), invocation);
  };

export const handler = atColdStart(triggerRuntime, onAmi);
