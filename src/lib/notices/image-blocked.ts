import type { ImageKey } from '../definitions/catalog';
import type { InstantMs } from '../definitions/instant';
import type { Notice } from '../lifecycle/image-record';
import { composeNotice } from './compose';

/**
 * The planner blocks an image for a reason that a person has to remove: base, ceiling, cycle, parameter.
 * @param blocked.explained the reason as a sentence, from planning
 * @param blocked.sinceMs the same block is told once
 */
export function imageBlocked(
  image: ImageKey,
  blocked: { code: string; explained: string; sinceMs: InstantMs },
  target: string | undefined,
  atMs: InstantMs,
): Notice {
  return composeNotice({
    id: `image-blocked:${image}:${blocked.code}:${blocked.sinceMs}`,
    code: 'IMAGE_BLOCKED',
    target,
    subject: `${image}: blocked (${blocked.code})`,
    paragraphs: [
      `${image} is not baked: ${blocked.explained}`,
      remedies[blocked.code] === undefined ? undefined : `What to do: ${remedies[blocked.code]}`,
      'The image published before stays in force. The block ends by itself as soon as its reason does.',
    ],
    atMs,
  });
}

/** By code of the planner's reason. */
const remedies: Record<string, string> = {
  base: 'Correct the base in bakery.yml, or have its owner share the AMI with this account.',
  'ancestry-cycle': 'Break the circle: one of the images in it needs another base.',
  ceiling: 'Ask for less in bakery.yml, or have the ceilings in the settings of the deployment raised.',
  parameter: 'See the notice of the channel.',
};
