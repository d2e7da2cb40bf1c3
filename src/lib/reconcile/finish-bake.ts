import type { TableWrite } from '../aws/edges';
import { AwsError } from '../aws/errors';
import { archiveBake, indexReady } from '../ledger/writes';
import { isOpen } from '../definitions/window';
import type { Bake } from '../lifecycle/bake';
import { holdsSlot } from '../lifecycle/bake-transitions';
import { newChannel } from '../lifecycle/channel-transitions';
import type { ImageRecord } from '../lifecycle/image-record';
import { toPublished } from '../lifecycle/publish';
import { beginPublishing } from './begin-publishing';
import { definitionOf } from './definition-of';
import { endBake } from './end-bake';
import type { Run } from './run';

/** What has to be written at the same moment: `results` say whose an AMI is, and fail where it is another bake's. */
interface Alongside {
  others: TableWrite[];
  results: TableWrite[];
}

/**
 * The bake is ready. History, reuse index, the AMIs' one owner, the freed slot and the beginning of the channel's move are
 * one transaction.
 */
export async function finishBake(
  run: Run,
  record: ImageRecord,
  ready: Bake,
  { others, results }: Alongside,
): Promise<void> {
  const { deps, nowMs } = run;
  const definition = definitionOf(run, record.key);
  const { live, trouble: _mended, ready: _before, ...rest } = record;
  const published = toPublished(ready, nowMs);
  const channelName = definition?.channels[0];
  const channel = channelName === undefined ? undefined : (record.channels[channelName] ?? newChannel());
  // A repair moves the channel just now; the bake is adopted when that is over.
  if (channel?.moving !== undefined) return;
  const current = channel?.current;
  // Ids of bakes sort by the time of the claim: an older result never replaces a newer one.
  const isNewer = current === undefined || current.bakeId < ready.id;
  // A person pinned it while this was baked: once the pin is released it is found for reuse.
  const publishes = channel !== undefined && isNewer && channel.pin === undefined;
  const closed = definition?.window !== undefined && !isOpen(definition.window, nowMs);
  const channels =
    publishes && !closed && definition !== undefined && channelName !== undefined
      ? {
          ...record.channels,
          [channelName]: beginPublishing(run, definition, channelName, channel, {
            to: published,
            cause: { code: 'published', text: ready.cause.text },
          }),
        }
      : record.channels;
  const history = [...archiveBake(ready), indexReady({ ...published, sequence: 0 })];
  try {
    await run.save({ ...rest, channels, ...(publishes && closed ? { ready: published } : {}) }, [
      ...history,
      ...others,
      ...results,
    ]);
  } catch (error) {
    if (!isTaken(error, 1 + history.length + others.length)) throw error;
    return rejectBake(run, record, live ?? ready, takenBy(ready.amis));
  }
  if (live !== undefined && holdsSlot(live.status)) run.ledger.slots.delete(ready.slot);
  deps.log.info('result adopted', {
    image: ready.image,
    bake: ready.id,
    amis: ready.amis,
    reason: ready.cause.text,
  });
}

/** Whether a transaction failed because an AMI is recorded already: the writes that say so begin at an index. */
export const isTaken = (error: unknown, first: number): boolean =>
  error instanceof AwsError && error.failedConditions.some((index) => index >= first);

export const takenBy = (amis: Record<string, string> = {}): string =>
  `Another bake has recorded ${Object.values(amis).join(', ')} already.`;

export const rejectBake = (run: Run, record: ImageRecord, bake: Bake, why: string): Promise<void> =>
  endBake(run, record, bake, 'rejected', { class: 'rejected', message: why, lines: [] });
