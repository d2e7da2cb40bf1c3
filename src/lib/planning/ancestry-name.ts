import type { ImageKey } from '../definitions/catalog';
import type { Policy } from './snapshot';

/** How an image of this bakery is called in ancestries: `account/bakery/image/arch`. */
export const ancestryName = (
  { account, bakery }: Pick<Policy, 'account' | 'bakery'>,
  key: ImageKey,
): string => `${account}/${bakery}/${key}`;
