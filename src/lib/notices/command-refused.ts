import type { ImageKey } from '../definitions/catalog';
import type { InstantMs } from '../definitions/instant';
import type { Notice } from '../lifecycle/image-record';
import { composeNotice } from './compose';

/** Somebody asked for a bake of an image that bakery.yml does not have. */
export function commandRefused(
  command: { id: string; image: string; by: string; why: string },
  images: ImageKey[],
  atMs: InstantMs,
): Notice {
  return composeNotice({
    id: `command-refused:${command.id}`,
    code: 'COMMAND_REFUSED',
    subject: `Nothing to bake: there is no image ${command.image}`,
    paragraphs: [
      `${command.by} asked for a bake of ${command.image} (${command.why}). bakery.yml has no image of that name.`,
      images.length === 0 ? 'It has no images at all.' : `It has:\n${listed(images)}`,
      'What to do: ask again with one of these names, or add the image to bakery.yml.',
    ],
    atMs,
  });
}

const most = 50;

function listed(images: ImageKey[]): string {
  const shown = images.slice(0, most).map((image) => `  ${image}`);
  return [...shown, ...(images.length > most ? [`  and ${images.length - most} more`] : [])].join('\n');
}
