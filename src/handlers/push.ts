import { readCodeCommitEvent } from '../lib/events/codecommit-event';
import { none } from '../lib/events/interest';
import { atColdStart, triggerRuntime } from './cold-start';
import type { Handler, TriggerRuntime } from './runtime';
import { wake } from './wake';

/** A push to the image repo. */
export const onPush =
  (runtime: TriggerRuntime): Handler =>
  async (event, invocation) => {
    const { repo } = runtime.settings;
    const found =
      repo === undefined ? none('this deployment has no image repo') : readCodeCommitEvent(event, repo);
    await wake(runtime, 'push', found, invocation);
  };

export const handler = atColdStart(triggerRuntime, onPush);
