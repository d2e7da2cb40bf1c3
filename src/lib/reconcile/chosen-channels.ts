import type { ImageDefinition, ImageKey } from '../definitions/catalog';
import type { Command } from '../ledger/record-command';
import type { Channel } from '../lifecycle/channel';
import { newImageRecord, type ImageRecord } from '../lifecycle/image-record';
import { definitionOf } from './definition-of';
import { refuseCommand } from './refuse-command';
import type { Run } from './run';

/** A channel that a command is about. */
export interface ChosenChannel {
  definition: ImageDefinition;
  record: ImageRecord;
  name: string;
  channel: Channel | undefined;
}

/**
 * The channel of each image that a command means. One that names none means the only one: which of several an incident
 * is about is nothing to guess. Undefined: the command was refused.
 */
export async function chosenChannels(
  run: Run,
  command: Command & { channel?: string },
  images: readonly ImageKey[],
): Promise<ChosenChannel[] | undefined> {
  const chosen: ChosenChannel[] = [];
  for (const image of images) {
    const definition = definitionOf(run, image);
    if (definition === undefined) continue;
    const { channels } = definition;
    const name = command.channel ?? (channels.length === 1 ? channels[0] : undefined);
    if (name === undefined || !channels.includes(name)) {
      const has = `${image} has the channel${channels.length === 1 ? '' : 's'} ${channels.join(', ')}`;
      const why = name === undefined ? `${has}, and none was named` : `${has}, and no ${name}`;
      await refuseCommand(run, command, { why, remedy: 'ask again and name one of its channels.' });
      return undefined;
    }
    const record = run.record(image) ?? newImageRecord(image);
    chosen.push({ definition, record, name, channel: record.channels[name] });
  }
  return chosen;
}
