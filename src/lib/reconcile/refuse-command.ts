import type { Command } from '../ledger/record-command';
import { deleteCommand, putMeta } from '../ledger/writes';
import { commandRefused, type Refusal } from '../notices/command-refused';
import type { Run } from './run';
import { tell } from './send-notices';

/** Nothing is changed but the notice, which is remembered with the write that deletes the command. */
export async function refuseCommand(run: Run, command: Command, refusal: Refusal): Promise<void> {
  const before = run.ledger.meta;
  tell(run, commandRefused(command, refusal, run.nowMs));
  run.deps.log.warn('command refused', {
    command: command.id,
    kind: command.command,
    image: command.image,
    by: command.by,
    reason: refusal.why,
  });
  const { stored, write } = putMeta(run.ledger.meta);
  try {
    await run.deps.table.write([write, deleteCommand(command.id)]);
    run.ledger.meta = stored;
  } catch (error) {
    run.ledger.meta = before;
    throw error;
  }
}
