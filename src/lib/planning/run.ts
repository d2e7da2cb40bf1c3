import type { ImageKey } from '../definitions/catalog';
import type { Beyond } from './beyond';
import type { PinRelease } from './decision';
import type { CatalogInForce, Snapshot } from './snapshot';

/** What is the same for every image of one plan. */
export interface Run {
  snapshot: Snapshot;
  inForce: CatalogInForce;
  freshBakes: ReadonlySet<string>;
  /** The settings allow no parameters of the names that this bakery gives. */
  beyondPrefixes: Beyond | undefined;
  /** Pins found not to hold any more. */
  releases: PinRelease[];
  /** See Plan. */
  outdated: ImageKey[];
}
