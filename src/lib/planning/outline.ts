import { baseId } from '../definitions/names';
import type { ImageDefinition, ImageKey } from '../definitions/catalog';
import { firstChannel } from './desired';
import { policyDigest } from './policy-digest';
import type { CatalogInForce } from './snapshot';

/** What can be said of an image from the catalog alone. Kept flat: planning 10,000 images is mostly waiting for memory. */
export interface Outline {
  readonly definition: ImageDefinition;
  readonly key: ImageKey;
  /** Place in the order of the image of this bakery that it is built on; -1: none. */
  readonly parentAt: number;
  readonly baseId: string;
  readonly channel: string;
  /** Undefined where the inputs were not read. */
  readonly contentDigest: string | undefined;
  readonly policyDigest: string;
  readonly shares: boolean;
  /** It goes to further regions, or is encrypted with a key. */
  readonly travels: boolean;
}

const outlines = new WeakMap<CatalogInForce, Outline[]>();

/**
 * Every image of a catalog after the one it is built on. The same for the same catalog, which one run plans on several
 * times: it is worked out once. A base that is not in the catalog counts as none.
 */
export function outlineOf(inForce: CatalogInForce): readonly Outline[] {
  let outline = outlines.get(inForce);
  if (outline === undefined) outlines.set(inForce, (outline = draw(inForce)));
  return outline;
}

function draw({ catalog: { images }, contentDigests, policyDigests }: CatalogInForce): Outline[] {
  const parents = parentsOf(images);
  const order = basesFirst(parents);
  const places = new Int32Array(images.length).fill(-1);
  const outline: Outline[] = [];
  for (let place = 0; place < order.length; place++) {
    const at = order[place]!;
    const definition = images[at]!;
    const { key, share } = definition;
    const parent = parents[at]!;
    places[at] = place;
    outline.push({
      definition,
      key,
      // A catalog that goes in circles, which a checked one does not, is cut where it closes.
      parentAt: parent < 0 ? -1 : places[parent]!,
      baseId: baseId(definition.base),
      channel: firstChannel(definition),
      contentDigest: contentDigests[key],
      policyDigest: policyDigests[key] ?? policyDigest(definition),
      shares: share.accounts.length + share.organizations.length + share.organizationalUnits.length > 0,
      travels: definition.regions !== undefined,
    });
  }
  return outline;
}

/** For each image the place of its base among the images; -1: its base is no image of this catalog. */
function parentsOf(images: readonly ImageDefinition[]): Int32Array {
  const at = new Map<ImageKey, number>();
  for (let index = 0; index < images.length; index++) at.set(images[index]!.key, index);
  const parents = new Int32Array(images.length).fill(-1);
  for (let index = 0; index < images.length; index++) {
    const { base } = images[index]!;
    if (base.kind === 'image') parents[index] = at.get(base.image) ?? -1;
  }
  return parents;
}

function basesFirst(parents: Int32Array): Int32Array {
  const order = new Int32Array(parents.length);
  const placed = new Uint8Array(parents.length);
  let length = 0;
  for (let index = 0; index < parents.length; index++) {
    let depth = 0;
    for (let next = index; next >= 0 && placed[next] === 0; next = parents[next]!) {
      placed[next] = 1;
      order[length + depth++] = next;
    }
    reverse(order, length, length + depth - 1);
    length += depth;
  }
  return order;
}

/** In place and without a view of the part: one for each image would be what the collector is busy with. */
function reverse(values: Int32Array, from: number, to: number): void {
  for (let low = from, high = to; low < high; low++, high--) {
    const kept = values[low]!;
    values[low] = values[high]!;
    values[high] = kept;
  }
}
