import type { ChannelMove } from './channel';
import type { Distribution } from './distribution';
import type { ImageRecord } from './image-record';

const copiesOf = (distribution: Distribution | undefined): string[] =>
  Object.values(distribution?.copies ?? {}).flatMap(({ amiId }) => amiId ?? []);

/** Copies that a move has asked for and that nothing else of the image has or waits for: not what was there before. */
export function unusedCopies(
  { channels, live }: Pick<ImageRecord, 'channels' | 'live'>,
  { distribution, to }: ChannelMove,
): { region: string; amiId: string }[] {
  if (distribution === undefined) return [];
  const others = Object.values(channels).flatMap(({ current, moving }) => [
    ...Object.values(current?.amis ?? {}),
    ...(moving === undefined || moving.to.sequence === to.sequence
      ? []
      : [...Object.values(moving.to.amis), ...copiesOf(moving.distribution)]),
  ]);
  const used = new Set([...others, ...Object.values(to.amis), ...copiesOf(live?.distribution)]);
  return Object.entries(distribution.copies).flatMap(([region, { amiId, present }]) =>
    amiId === undefined || amiId === present || used.has(amiId) ? [] : [{ region, amiId }],
  );
}
