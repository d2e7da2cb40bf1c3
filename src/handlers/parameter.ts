import { readParameterEvent } from '../lib/events/parameter-event';
import { parameterPrefix } from '../lib/settings/parameter-pattern';
import { atColdStart, triggerRuntime } from './cold-start';
import type { Handler, TriggerRuntime } from './runtime';
import { wake } from './wake';

/** A parameter changed, or SSM refused a value after it had taken it. */
export const onParameter =
  (runtime: TriggerRuntime): Handler =>
  async (event, invocation) => {
    const ownPrefix = parameterPrefix(runtime.settings.parameterPattern);
    await wake(runtime, 'parameter', readParameterEvent(event, ownPrefix), invocation);
  };

export const handler = atColdStart(triggerRuntime, onParameter);
