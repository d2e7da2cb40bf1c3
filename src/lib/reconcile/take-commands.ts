import type { ImageKey } from '../definitions/catalog';
import type { Command } from '../ledger/record-command';
import { deleteCommand } from '../ledger/writes';
import { newImageRecord, type ImageRecord } from '../lifecycle/image-record';
import { imageUnknown } from '../notices/command-refused';
import { adoptAmi } from './adopt-ami';
import { decideApproval } from './approve-bake';
import { pauseBakery } from './pause-bakery';
import { pinChannel, unpinChannel } from './pin-channel';
import { promoteByHand } from './promote-by-hand';
import { refuseCommand } from './refuse-command';
import { revoke } from './revoke';
import { rollBack } from './roll-back';
import type { Run } from './run';
import { unrevoke } from './unrevoke';

/**
 * Turns what people asked for into something that images or the bakery remember. A command is deleted with the write
 * that remembers it; until it can be carried out it stays.
 */
export async function takeCommands(run: Run): Promise<void> {
  const { catalog } = run.facts;
  const keys = catalog.known ? catalog.value.catalog.images.map(({ key }) => key) : undefined;
  // Oldest first, one after the other: two commands may ask for the same image.
  const commands = [...run.ledger.commands].sort((a, b) => a.atMs - b.atMs || (a.id < b.id ? -1 : 1));
  for (const command of commands) {
    const images = keys?.filter((key) => key === command.image || key.startsWith(`${command.image}/`));
    await run.attempt('taking a command', images?.[0], () => take(run, command, images, keys));
  }
}

async function take(
  run: Run,
  command: Command,
  images: ImageKey[] | undefined,
  known: ImageKey[] | undefined,
): Promise<void> {
  const { command: kind, image } = command;
  // The ledger may hold what newer code has put there.
  if (!kinds.includes(kind)) {
    run.deps.log.warn('a command of another version is left alone', { command: command.id, kind });
    return;
  }
  // Bakes outlive bakery.yml: nothing else has to be known to revoke one.
  if (command.command === 'revoke') return revoke(run, command);
  if (command.command === 'unrevoke') return unrevoke(run, command);
  if (image === undefined) return pauseBakery(run, command);
  // Which images there are is not known: the command waits.
  if (images === undefined || known === undefined) return;
  if (images.length === 0) return refuseCommand(run, command, imageUnknown(command.image ?? '', known));
  switch (command.command) {
    case 'bake': {
      const { id: commandId, by, why, atMs } = command;
      return remember(run, command, images, (record) => ({ ...record, asked: { commandId, by, why, atMs } }));
    }
    case 'pause': {
      const { by, why, atMs } = command;
      return remember(run, command, images, (record) => ({ ...record, paused: { by, why, atMs } }));
    }
    case 'resume':
      return remember(run, command, images, ({ paused: _over, ...record }) => record);
    case 'adopt':
      return adoptAmi(run, command, images);
    case 'rollback':
      return rollBack(run, command, images);
    case 'pin':
      return pinChannel(run, command, images);
    case 'promote':
      return promoteByHand(run, command, images);
    case 'approve':
    case 'reject':
      return decideApproval(run, command, images);
    case 'unpin':
      return unpinChannel(run, command, images);
  }
}

const kinds: readonly string[] = [
  'bake',
  'pause',
  'resume',
  'adopt',
  'rollback',
  'pin',
  'unpin',
  'promote',
  'approve',
  'reject',
  'revoke',
  'unrevoke',
] satisfies Command['command'][];

async function remember(
  run: Run,
  command: Command,
  images: ImageKey[],
  change: (record: ImageRecord) => ImageRecord,
): Promise<void> {
  for (const [index, image] of images.entries()) {
    const last = index === images.length - 1;
    const record = run.record(image) ?? newImageRecord(image);
    await run.save(change(record), last ? [deleteCommand(command.id)] : []);
    run.deps.log.info(`${command.command} asked for`, { image, by: command.by, reason: command.why });
  }
}
