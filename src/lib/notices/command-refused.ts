import type { ImageKey } from '../definitions/catalog';
import type { InstantMs } from '../definitions/instant';
import type { Notice } from '../lifecycle/image-record';
import { composeNotice } from './compose';

/** Why a command is not carried out. */
export interface Refusal {
  /** A sentence without its full stop. */
  why: string;
  details?: string;
  /** A sentence in the imperative. */
  remedy: string;
}

export interface RefusedCommand {
  id: string;
  command: string;
  image?: string | undefined;
  channel?: string;
  amiId?: string;
  bake?: string;
  by: string;
  why: string;
}

/** Somebody asked for what cannot be done; nothing was changed. */
export function commandRefused(command: RefusedCommand, refusal: Refusal, atMs: InstantMs): Notice {
  const { channel, amiId, bake, by, why, command: kind } = command;
  const { image = bake === undefined ? 'the bakery' : `bake ${bake}` } = command;
  const what = `${kind} ${image}${channel === undefined ? '' : ` ${channel}`}${amiId === undefined ? '' : ` ${amiId}`}`;
  return composeNotice({
    id: `command-refused:${command.id}`,
    code: 'COMMAND_REFUSED',
    subject: `Refused: ${what}`,
    paragraphs: [
      `${by} asked for "${what}"${why === '' ? '' : ` (${why})`}. ${refusal.why}. Nothing was changed.`,
      refusal.details,
      `What to do: ${refusal.remedy}`,
    ],
    atMs,
  });
}

export const imageUnknown = (image: string, images: ImageKey[]): Refusal => ({
  why: `bakery.yml has no image ${image}`,
  details: images.length === 0 ? 'It has no images at all.' : `It has:\n${listed(images)}`,
  remedy: 'ask again with one of these names, or add the image to bakery.yml.',
});

const most = 50;

function listed(images: ImageKey[]): string {
  const shown = images.slice(0, most).map((image) => `  ${image}`);
  return [...shown, ...(images.length > most ? [`  and ${images.length - most} more`] : [])].join('\n');
}
