import type { ImageKey } from '../definitions/catalog';
import type { CommandOf } from '../ledger/record-command';
import { deleteCommand } from '../ledger/writes';
import { chosenChannels } from './chosen-channels';
import { makePin } from './make-pin';
import { refuseCommand } from './refuse-command';
import type { Run } from './run';

/** Keeps a channel where it is: an objection to whatever would come next. */
export async function pinChannel(run: Run, command: CommandOf<'pin'>, images: ImageKey[]): Promise<void> {
  const chosen = await chosenChannels(run, command, images);
  if (chosen === undefined) return;
  for (const { record, name, channel } of chosen) {
    const where = `${record.key}@${name}`;
    const { pin } = channel ?? {};
    if (pin !== undefined && pin.commandId !== command.id) {
      const why = `${where} is pinned already, by ${pin.by} since ${new Date(pin.atMs).toISOString()}: ${pin.why}`;
      return refuseCommand(run, command, { why, remedy: 'unpin it first, if it is to be pinned otherwise.' });
    }
    if (channel?.current === undefined) {
      const why = `${where} has never been published`;
      return refuseCommand(run, command, { why, remedy: 'pause the image, if it is not to be baked.' });
    }
  }
  for (const { definition, name } of chosen) {
    const record = run.record(definition.key);
    const channel = record?.channels[name];
    if (record === undefined || channel === undefined || channel.pin !== undefined) continue;
    const pin = await makePin(run, definition, command);
    if (pin === undefined) return waits(run, command, definition.key);
    await run.save({ ...record, channels: { ...record.channels, [name]: { ...channel, pin } } });
    run.deps.log.info('channel pinned', { image: record.key, channel: name, by: pin.by, reason: pin.why });
  }
  await run.deps.table.write([deleteCommand(command.id)]);
}

/** Lets a channel go on with what bakery.yml says. */
export async function unpinChannel(run: Run, command: CommandOf<'unpin'>, images: ImageKey[]): Promise<void> {
  const chosen = await chosenChannels(run, command, images);
  if (chosen === undefined) return;
  const pinned = chosen.filter(({ channel }) => channel?.pin !== undefined);
  if (pinned.length === 0) {
    const what = chosen.map(({ record, name }) => `${record.key}@${name}`).join(' and ');
    const why = `${what} ${chosen.length === 1 ? 'is' : 'are'} not pinned`;
    return refuseCommand(run, command, { why, remedy: 'see what holds it back with `bakery explain`.' });
  }
  for (const [index, { record, name, channel }] of pinned.entries()) {
    const { pin, ...rest } = channel!;
    const last = index === pinned.length - 1;
    const channels = { ...record.channels, [name]: rest };
    await run.save({ ...record, channels }, last ? [deleteCommand(command.id)] : []);
    run.deps.log.info('channel unpinned', {
      image: record.key,
      channel: name,
      by: command.by,
      was: pin?.why,
    });
  }
}

export function waits(run: Run, { id }: { id: string }, image: ImageKey): void {
  const reason = 'what it is built on could not be read';
  run.deps.log.info('the command waits', { command: id, image, reason });
}
