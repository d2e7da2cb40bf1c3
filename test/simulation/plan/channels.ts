import { channelsOf, type SimCatalog, type SimImage } from './catalog';

/** Channels after the first. */
export const furtherOf = ({ channel }: Pick<SimImage, 'channel'>, pick: number): string[] => {
  const next = channel === 'stable' ? 'released' : 'stable';
  return pick % 4 === 0 ? [next, 'frozen'] : [next];
};

/** Soaks that end within a life, and one that does not. */
export const promoteOf = (pick: number): NonNullable<SimImage['promote']> => ({
  soakMinutes: [0, 0, 15, 40, 90, 24 * 60][pick % 6]!,
  after: pick % 5 === 0 ? 'approval' : 'tests',
});

/** Another set of channels, in which nothing stays built on a channel that is gone. */
export function changeChannels(catalog: SimCatalog, image: SimImage, fresh: number): void {
  if (image.further !== undefined && fresh % 2 === 0) {
    delete image.further;
    delete image.promote;
  } else {
    image.further = furtherOf(image, fresh);
    if (fresh % 3 > 0) image.promote ??= promoteOf(fresh);
  }
  const left = channelsOf(image);
  for (const { base } of catalog.images) {
    if (base.kind !== 'image' || base.name !== image.name || base.channel === undefined) continue;
    if (!left.includes(base.channel)) delete base.channel;
  }
}
