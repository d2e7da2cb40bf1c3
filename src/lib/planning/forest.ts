import type { ImageDefinition, ImageKey } from '../definitions/catalog';
import type { ImageRecord } from '../lifecycle/image-record';
import type { Decision } from './decision';
import type { Due } from './desired';
import type { CatalogInForce, Snapshot } from './snapshot';

/** A decision before build slots are given out and before it is known what the ancestors that hold it back are doing. */
export type Verdict = Decision | { kind: 'held'; by: ImageNode };

/** An image while it is planned. Nodes are linked, because looking up 10,000 keys again and again is what takes time. */
export interface ImageNode {
  readonly definition: ImageDefinition;
  readonly record: ImageRecord | undefined;
  /** The image of this bakery that it is built on. */
  parent: ImageNode | undefined;
  placed: boolean;
  due: Due;
  /** Unset until the image has been assessed, which is after its parent. */
  verdict: Verdict | undefined;
  /** The desired state has failed before: such an image does not hold its descendants back. */
  retrying: boolean;
  /** Whom the descendants of this image wait for: itself, or an ancestor of it. */
  holder: ImageNode | undefined;
}

/** Every image of a catalog after the one it is built on. A base that is not in the catalog counts as none. */
export function basesFirst({ catalog }: CatalogInForce, { records }: Snapshot): ImageNode[] {
  const nodes = new Map<ImageKey, ImageNode>();
  for (const definition of catalog.images) {
    nodes.set(definition.key, {
      definition,
      record: records[definition.key],
      parent: undefined,
      placed: false,
      due: { notBefore: 0 },
      verdict: undefined,
      retrying: false,
      holder: undefined,
    });
  }
  for (const node of nodes.values()) {
    const { base } = node.definition;
    if (base.kind === 'image') node.parent = nodes.get(base.image);
  }
  const order: ImageNode[] = [];
  for (const node of nodes.values()) place(node, order);
  return order;
}

function place(node: ImageNode, order: ImageNode[]): void {
  const chain: ImageNode[] = [];
  for (let next: ImageNode | undefined = node; next !== undefined && !next.placed; next = next.parent) {
    next.placed = true;
    chain.push(next);
  }
  for (let at = chain.length - 1; at >= 0; at--) order.push(chain[at]!);
}

/** Nearest first. Ends where a catalog goes in circles, which a checked one does not. */
export function ancestorsOf(node: ImageNode): ImageKey[] {
  const ancestors = new Set<ImageKey>();
  for (
    let next = node.parent;
    next !== undefined && !ancestors.has(next.definition.key);
    next = next.parent
  ) {
    ancestors.add(next.definition.key);
  }
  return [...ancestors];
}
