import type { ImageKey } from '../definitions/catalog';
import type { Decision } from './decision';
import type { Due } from './desired';

/** A decision before build slots are given out and before it is known what the ancestors that hold it back are doing. */
export type Verdict = Decision | { kind: 'held'; by: ImageKey };

export interface Assessed {
  verdict: Verdict;
  due: Due;
  /** Whom the descendants of this image wait for: itself, or an ancestor of it. */
  holder?: ImageKey;
}
