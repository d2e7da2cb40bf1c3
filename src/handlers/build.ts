import { readCodeBuildEvent } from '../lib/events/codebuild-event';
import { none } from '../lib/events/interest';
import { atColdStart, triggerRuntime } from './cold-start';
import type { Handler, TriggerRuntime } from './runtime';
import { wake } from './wake';

/** A build ended. */
export const onBuild =
  (runtime: TriggerRuntime): Handler =>
  async (event, invocation) => {
    const { buildProject, testProject } = runtime.settings;
    const found =
      buildProject === undefined
        ? none('this deployment builds nothing')
        : readCodeBuildEvent(event, buildProject, ...(testProject === undefined ? [] : [testProject]));
    await wake(runtime, 'build', found, invocation);
  };

export const handler = atColdStart(triggerRuntime, onBuild);
