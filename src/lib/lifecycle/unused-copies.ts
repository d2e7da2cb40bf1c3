import type { ChannelMove } from './channel';
import type { Distribution } from './distribution';
import type { ImageRecord } from './image-record';

const copiesOf = (distribution: Distribution | undefined): (string | undefined)[] =>
  Object.values(distribution?.copies ?? {}).map(({ amiId }) => amiId);

/** Copies that a move has asked for and that nothing else of the image has or waits for: not what was there before. */
export function unusedCopies(
  { channels, live }: Pick<ImageRecord, 'channels' | 'live'>,
  { distribution, to }: ChannelMove,
): { region: string; amiId: string }[] {
  if (distribution === undefined) return [];
  const all = Object.values(channels);
  const moves = all.flatMap(({ moving }) => moving ?? []);
  const others = moves.filter((move) => move.to.sequence !== to.sequence);
  const used = new Set([
    ...all.flatMap(({ current }) => Object.values(current?.amis ?? {})),
    ...others.flatMap((move) => [...Object.values(move.to.amis), ...copiesOf(move.distribution)]),
    ...Object.values(to.amis),
    ...copiesOf(live?.distribution),
  ]);
  return Object.entries(distribution.copies).flatMap(([region, { amiId, present }]) =>
    amiId === undefined || amiId === present || used.has(amiId) ? [] : [{ region, amiId }],
  );
}
