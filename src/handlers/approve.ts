import { aliasOf, readDecision } from '../lib/events/decision-event';
import { recordCommand } from '../lib/ledger/record-command';
import { atColdStart } from './cold-start';
import type { CommandAnswer } from './command';
import { recordingRuntime } from './recording-cold-start';
import type { Handler, RecordingRuntime } from './runtime';
import { refuse, wake } from './wake';

/**
 * What a person decides on a bake that waits for approval. Apart from `command`, and invoked by an alias for each group:
 * who may invoke the alias is IAM's to say, and the alias is all that the function learns of who asks.
 */
export const onApprove =
  (runtime: RecordingRuntime) =>
  async (...[event, invocation]: Parameters<Handler>): Promise<CommandAnswer> => {
    const { approvers } = runtime.settings;
    const group = aliasOf(invocation?.invokedFunctionArn);
    const read = readDecision(event);
    const why =
      group === undefined || !approvers.includes(group)
        ? `invoke the alias of a group (${approvers.join(', ') || 'the setting approvers names none'}), not ${group ?? 'the function itself'}`
        : 'refused' in read
          ? read.refused
          : undefined;
    if (why !== undefined || group === undefined || 'refused' in read) {
      refuse(runtime, 'approve', 'MALFORMED', why ?? '', invocation);
      return { accepted: false, why: why ?? '' };
    }
    const commandId = read.request.id ?? runtime.newId();
    const command = { ...read.request, id: commandId, group, atMs: runtime.nowMs() };
    // A known one is sent again: the first invocation may have ended between the two.
    const outcome = await recordCommand(runtime.table, command);
    const { image, by } = command;
    runtime.log.info('decision', {
      outcome,
      commandId,
      kind: command.command,
      image,
      by,
      group,
      why: command.why,
    });
    await wake(
      runtime,
      'approve',
      { interest: 'act', wakeUp: { kind: 'command', commandId }, deduplicationId: `command:${commandId}` },
      invocation,
    );
    return { accepted: true, commandId };
  };

export const handler = atColdStart(recordingRuntime, onApprove);
