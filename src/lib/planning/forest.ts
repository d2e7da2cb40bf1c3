import type { ImageKey } from '../definitions/catalog';
import type { ImageRecord } from '../lifecycle/image-record';
import type { Decision } from './decision';
import type { Due } from './desired';
import { outlineOf, type Outline } from './outline';
import type { Paused } from './paused';
import type { CatalogInForce, Snapshot } from './snapshot';

/** A decision before build slots are given out and before it is known what the ancestors that hold it back are doing. */
export type Verdict = Decision | { kind: 'held'; by: ImageNode };

/** An image while it is planned. Nodes are linked, because looking up 10,000 keys again and again is what takes time. */
export interface ImageNode {
  readonly outline: Outline;
  readonly record: ImageRecord | undefined;
  /** The image of this bakery that it is built on. */
  readonly parent: ImageNode | undefined;
  due: Due;
  paused: Paused | undefined;
  /** Unset until the image has been assessed, which is after its parent. */
  verdict: Verdict | undefined;
  /** The desired state has failed before: such an image does not hold its descendants back. */
  retrying: boolean;
  /** Whom the descendants of this image wait for: itself, or an ancestor of it. */
  holder: ImageNode | undefined;
  /** Build time of the longest line of images below it, in ms; only where slots are short of candidates. */
  belowMs: number;
}

const undecided: Due = { notBefore: 0 };

/** Every image of a catalog with its record, after the one it is built on. */
export function basesFirst(inForce: CatalogInForce, { records }: Snapshot): ImageNode[] {
  const nodes: ImageNode[] = [];
  for (const outline of outlineOf(inForce)) {
    nodes.push({
      outline,
      record: records[outline.key],
      parent: outline.parentAt < 0 ? undefined : nodes[outline.parentAt],
      due: undecided,
      paused: undefined,
      verdict: undefined,
      retrying: false,
      holder: undefined,
      belowMs: 0,
    });
  }
  return nodes;
}

/** Nearest first. */
export function ancestorsOf(node: ImageNode): ImageKey[] {
  const ancestors: ImageKey[] = [];
  for (let next = node.parent; next !== undefined; next = next.parent) ancestors.push(next.outline.key);
  return ancestors;
}
