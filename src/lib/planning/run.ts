import type { ImageGraph } from '../definitions/graph';
import type { AmiPolicy } from './policy-digest';
import type { CatalogInForce, Snapshot } from './snapshot';

/** What is the same for every image of one plan. */
export interface Run {
  snapshot: Snapshot;
  inForce: CatalogInForce;
  graph: ImageGraph;
  freshBakes: ReadonlySet<string>;
  digestOf: (policy: AmiPolicy) => string;
}
