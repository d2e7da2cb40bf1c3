import type { ImageKey } from '../definitions/catalog';
import { parameterName as nameFromParts, splitImageKey } from '../definitions/names';

/** Name of the parameter that holds a channel of an image. */
export function parameterName(pattern: string, image: ImageKey, channel: string): string {
  const { name, architecture } = splitImageKey(image);
  return nameFromParts(pattern, name, architecture, channel);
}

/** What the names of all the bakery's own parameters begin with: `/bakery/` of `/bakery/{image}/{arch}/{channel}`. */
export const parameterPrefix = (pattern: string): string => pattern.slice(0, pattern.indexOf('{'));
