import type { ImageText } from './bakery-schema';
import type { MergedImage } from './expand';
import type { DocumentPath, Finding } from './finding';

/** An image that says how it is promoted and has one channel alone: what `defaults` say holds for those that have more. */
export function checkPromote(
  text: ImageText,
  { name, channels }: MergedImage,
  path: DocumentPath,
): Finding[] {
  if (text.promote === undefined || channels.length > 1) return [];
  return [
    {
      code: 'PROMOTE_GOES_NOWHERE',
      path: [...path, 'promote'],
      part: 'key',
      message: `${name} has the channel ${channels.join(', ')} alone: there is none to promote it to.`,
      fix: 'Name the channels in their order, for example channels: [candidate, stable], or leave promote out.',
    },
  ];
}
