import type { ImageKey } from '../definitions/catalog';
import type { InstantMs } from '../definitions/instant';
import type { Notice } from '../lifecycle/image-record';
import { composeNotice } from './compose';

/** A channel that could not leave what was revoked because SSM refused its parameters. */
export interface Refused {
  image: ImageKey;
  channel: string;
  /** Bake that the channel leaves, and the one it goes to. */
  from: string;
  to: string;
  /** Names of the parameters that were deleted. */
  deleted: readonly string[];
  /** What SSM said. */
  why: string;
}

/** The parameters were deleted, and are created again with the good bake. */
export function parametersAnew(
  { image, channel, from, to, deleted, why }: Refused,
  target: string | undefined,
  atMs: InstantMs,
): Notice {
  return composeNotice({
    id: `parameters-anew:${image}@${channel}:${from}:${to}`,
    code: 'PARAMETERS_ANEW',
    target,
    subject: `${image}@${channel}: its parameters are made anew`,
    paragraphs: [
      `Channel ${channel} of ${image} leaves bake ${from}, which was revoked, and SSM refused to write bake ${to}: ${why}`,
      `So that nobody goes on starting ${from}, these parameters were deleted and are created again with ${to}: ${deleted.join(', ')}. Labels and earlier versions are gone with them; until they are created, launches that resolve them fail.`,
      'What to do: put labels back where you need them. A parameter keeps 100 versions, and SSM drops none that carries a label.',
    ],
    atMs,
  });
}

/** They could not be created either: the channel points at nothing. */
export function nothingLeft(
  { image, channel, from, to, deleted, why }: Refused,
  target: string | undefined,
  atMs: InstantMs,
): Notice {
  return composeNotice({
    id: `nothing-left:${image}@${channel}:${from}:${to}`,
    code: 'REVOKED',
    target,
    subject: `${image}@${channel}: points at nothing, bake ${from} was revoked`,
    paragraphs: [
      `Channel ${channel} of ${image} leaves bake ${from}, which was revoked, and SSM refused to create its parameters with bake ${to}: ${why}`,
      `The channel points at nothing now, and these parameters do not exist, unless somebody else made them: ${deleted.join(', ')}.`,
      `What to do: see whether the role of the function may call ssm:PutParameter on those names, then ask for a bake: bakery bake ${image}`,
    ],
    atMs,
  });
}
