import type { ImageKey } from '../definitions/catalog';
import type { Command } from '../ledger/record-command';
import { deleteCommand } from '../ledger/writes';
import { newImageRecord } from '../lifecycle/image-record';
import { commandRefused } from '../notices/command-refused';
import type { Run } from './run';
import { tell } from './send-notices';

/**
 * Turns what people asked for into something their images remember. The command is deleted with the write that
 * remembers it; the claim that follows clears it.
 */
export async function takeCommands(run: Run): Promise<void> {
  const { catalog } = run.facts;
  if (!catalog.known) return;
  const keys = catalog.value.catalog.images.map(({ key }) => key);
  // Oldest first, one after the other: two commands may ask for the same image.
  const commands = [...run.ledger.commands].sort((a, b) => a.atMs - b.atMs || (a.id < b.id ? -1 : 1));
  for (const command of commands) {
    const images = keys.filter((key) => key === command.image || key.startsWith(`${command.image}/`));
    await run.attempt('taking a command', images[0], () => take(run, command, images, keys));
  }
}

async function take(run: Run, command: Command, images: ImageKey[], known: ImageKey[]): Promise<void> {
  const { deps } = run;
  const remove = deleteCommand(command.id);
  if (images.length === 0) {
    tell(run, commandRefused(command, known, run.nowMs));
    deps.log.warn('nobody bakes this image', { command: command.id, image: command.image, by: command.by });
    await deps.table.write([remove]);
    return;
  }
  const { id: commandId, by, why, atMs } = command;
  for (const [index, image] of images.entries()) {
    const record = run.record(image) ?? newImageRecord(image);
    const last = index === images.length - 1;
    await run.save({ ...record, asked: { commandId, by, why, atMs } }, last ? [remove] : []);
    deps.log.info('asked for', { image, by, reason: why });
  }
}
