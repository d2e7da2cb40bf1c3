import type { ImageKey } from '../definitions/catalog';
import type { InstantMs } from '../definitions/instant';
import type { Notice } from '../lifecycle/image-record';
import { revocationId, revocationText, type Revocation } from '../lifecycle/revocation';
import { composeNotice } from './compose';

/** What an image had was revoked, and its channel has left it. */
export function leftRevoked(
  { image, channel, from, to }: { image: ImageKey; channel: string; from: string; to?: string },
  revocation: Revocation,
  target: string | undefined,
  atMs: InstantMs,
): Notice {
  const { bakeId } = revocation;
  const through = bakeId === from ? '' : ` Bake ${from} of ${image} was baked on it.`;
  return composeNotice({
    id: `revoked:${image}@${channel}:${from}:${revocationId(revocation)}`,
    code: 'REVOKED',
    target,
    subject: `${image}@${channel}: ${to === undefined ? 'nothing is left, ' : ''}bake ${from} was revoked`,
    paragraphs: [
      `${sentence(revocationText(revocation))}.${through}`,
      to === undefined
        ? `There is no good bake of ${image} before it: the parameters of ${channel} are deleted, and nothing is published until there is one.`
        : `Channel ${channel} goes to the last good bake, ${to}. What is built on it follows.`,
      `AMIs of bake ${from} are unshared and disabled; instances that run stay. What to do: replace instances that were started from them.`,
      to === undefined
        ? 'The image is baked again when its inputs, base or schedule move, or when somebody asks: ' +
          `bakery bake ${image}`
        : undefined,
    ],
    atMs,
  });
}

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
