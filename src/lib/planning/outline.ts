import { baseId } from '../definitions/names';
import type { ImageDefinition, ImageKey } from '../definitions/catalog';
import { firstChannel } from './desired';
import { policyDigest, type AmiPolicy } from './policy-digest';
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

function draw({ catalog, contentDigests }: CatalogInForce): Outline[] {
  const digestOf = digestsByText();
  const places = new Map<ImageKey, number>();
  const definitions = basesFirst(catalog.images);
  return definitions.map((definition, at) => {
    const { base, key, share } = definition;
    places.set(key, at);
    return {
      definition,
      key,
      parentAt: base.kind === 'image' ? (places.get(base.image) ?? -1) : -1,
      baseId: baseId(base),
      channel: firstChannel(definition),
      contentDigest: contentDigests[key],
      policyDigest: digestOf(definition),
      shares: share.accounts.length + share.organizations.length + share.organizationalUnits.length > 0,
    };
  });
}

function basesFirst(images: readonly ImageDefinition[]): ImageDefinition[] {
  const byKey = new Map(images.map((definition) => [definition.key, definition]));
  const placed = new Set<ImageDefinition>();
  for (const image of images) {
    const chain: ImageDefinition[] = [];
    let next: ImageDefinition | undefined = image;
    while (next !== undefined && !placed.has(next) && !chain.includes(next)) {
      chain.push(next);
      next = next.base.kind === 'image' ? byKey.get(next.base.image) : undefined;
    }
    for (const definition of chain.reverse()) placed.add(definition);
  }
  return [...placed];
}

/** Most images have the policy of another one: each is hashed once. */
function digestsByText(): (policy: AmiPolicy) => string {
  const known = new Map<string, string>();
  return ({ share, tags }) => {
    const text = JSON.stringify([share, tags]);
    let digest = known.get(text);
    if (digest === undefined) known.set(text, (digest = policyDigest({ share, tags })));
    return digest;
  };
}
