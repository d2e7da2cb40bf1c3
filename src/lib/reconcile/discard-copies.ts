import type { ChannelMove } from '../lifecycle/channel';
import type { ImageRecord } from '../lifecycle/image-record';
import { unusedCopies } from '../lifecycle/unused-copies';
import { discardCopy } from './advance-copies';
import type { Run } from './run';

/**
 * Deregisters the copies that a move has asked for, where it is given up for good: nobody was given them yet, and the janitor
 * keeps what was not made while a build ran. What goes on under another name of the image finds its copies there.
 */
export async function discardCopies(run: Run, record: ImageRecord, move: ChannelMove): Promise<void> {
  if (isCarriedOn(run, record, move)) return;
  const copies = unusedCopies(record, move);
  await Promise.all(copies.map(({ region, amiId }) => discardCopy(run, region, amiId)));
  if (copies.length === 0) return;
  run.deps.log.info('copies of a move that was given up are removed', {
    image: record.key,
    bake: move.to.bakeId,
    copies,
  });
}

const isCarriedOn = (run: Run, { key }: ImageRecord, { to: { bakeId } }: ChannelMove): boolean =>
  run.records.some(
    (other) =>
      other.key !== key &&
      Object.values(other.channels).some(
        ({ current, moving }) => current?.bakeId === bakeId || moving?.to.bakeId === bakeId,
      ),
  );
