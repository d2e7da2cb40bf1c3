import { readCommand } from '../lib/events/command-event';
import { recordCommand } from '../lib/ledger/record-command';
import { atColdStart } from './cold-start';
import { recordingRuntime } from './recording-cold-start';
import type { Handler, RecordingRuntime } from './runtime';
import { refuse, wake } from './wake';

export type CommandAnswer = { accepted: true; commandId: string } | { accepted: false; why: string };

/** What a person asks for: recorded first, because no event and no reading brings it back. */
export const onCommand =
  (runtime: RecordingRuntime) =>
  async (...[event, invocation]: Parameters<Handler>): Promise<CommandAnswer> => {
    const read = readCommand(event);
    if ('refused' in read) {
      refuse(runtime, 'command', 'MALFORMED', read.refused, invocation);
      return { accepted: false, why: read.refused };
    }
    const commandId = read.request.id ?? runtime.newId();
    const command = { ...read.request, id: commandId, atMs: runtime.nowMs() };
    // A known one is sent again: the first invocation may have ended between the two.
    const outcome = await recordCommand(runtime.table, command);
    runtime.log.info('command', {
      outcome,
      commandId,
      image: command.image,
      by: command.by,
      why: command.why,
    });
    await wake(
      runtime,
      'command',
      { interest: 'act', wakeUp: { kind: 'command', commandId }, deduplicationId: `command:${commandId}` },
      invocation,
    );
    return { accepted: true, commandId };
  };

export const handler = atColdStart(recordingRuntime, onCommand);
