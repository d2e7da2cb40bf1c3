import type { ImageKey } from '../definitions/catalog';

/** Name of the parameter that holds a channel. */
export function parameterName(pattern: string, image: ImageKey, channel: string): string {
  const [name = '', arch = ''] = image.split('/');
  return pattern.replaceAll('{image}', name).replaceAll('{arch}', arch).replaceAll('{channel}', channel);
}

/** What the names of all the bakery's own parameters begin with. */
export const parameterPrefix = (pattern: string): string => pattern.slice(0, pattern.indexOf('{'));
