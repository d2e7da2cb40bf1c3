import type { Catalog, ImageKey } from './catalog';

/** Who is built on whom inside one bakery. An image has one base, so the graph is a forest. */
export interface ImageGraph {
  /** The image it is built on, where that is one of this bakery. */
  parent(key: ImageKey): ImageKey | undefined;
  /** Images built directly on it, sorted. */
  children(key: ImageKey): readonly ImageKey[];
  /** Nearest first. */
  ancestors(key: ImageKey): ImageKey[];
  /** Bases before what is built on them. */
  descendants(key: ImageKey): ImageKey[];
  /** All images, bases before what is built on them; sorted within a generation. */
  order: readonly ImageKey[];
}

/** O(images). Expects a checked catalog: a base that is missing counts as none; images in a cycle are left out of `order`. */
export function graphOf(catalog: Catalog): ImageGraph {
  const keys = catalog.images.map((image) => image.key).sort();
  const present = new Set(keys);
  const parents = new Map<ImageKey, ImageKey>();
  const children = new Map<ImageKey, ImageKey[]>();
  for (const { key, base } of catalog.images)
    if (base.kind === 'image' && present.has(base.image)) parents.set(key, base.image);
  for (const key of keys) {
    const parent = parents.get(key);
    if (parent === undefined) continue;
    const siblings = children.get(parent);
    if (siblings === undefined) children.set(parent, [key]);
    else siblings.push(key);
  }

  const childrenOf = (key: ImageKey): readonly ImageKey[] => children.get(key) ?? [];
  const below = (roots: readonly ImageKey[]): ImageKey[] => {
    const found = [...roots];
    const seen = new Set(found);
    for (let index = 0; index < found.length; index++)
      for (const child of childrenOf(found[index]!))
        if (!seen.has(child)) {
          seen.add(child);
          found.push(child);
        }
    return found;
  };
  return {
    parent: (key) => parents.get(key),
    children: childrenOf,
    ancestors: (key) => {
      const found = new Set<ImageKey>();
      for (let at = parents.get(key); at !== undefined && !found.has(at); at = parents.get(at)) found.add(at);
      return [...found];
    },
    descendants: (key) => below(childrenOf(key)).filter((found) => found !== key),
    order: below(keys.filter((key) => !parents.has(key))),
  };
}

/** Every circle, whole, beginning with its smallest name: `['a', 'c', 'b']` for a on c on b on a. O(names). */
export function findCycles(baseOf: ReadonlyMap<string, string>): string[][] {
  const done = new Set<string>();
  const cycles: string[][] = [];
  for (const start of baseOf.keys()) {
    const trail = new Map<string, number>();
    let at: string | undefined = start;
    while (at !== undefined && !done.has(at) && !trail.has(at)) {
      trail.set(at, trail.size);
      at = baseOf.get(at);
    }
    const entered = at === undefined || done.has(at) ? undefined : trail.get(at);
    if (entered !== undefined) cycles.push(fromSmallest([...trail.keys()].slice(entered)));
    for (const name of trail.keys()) done.add(name);
  }
  return cycles;
}

function fromSmallest(cycle: string[]): string[] {
  let smallest = 0;
  for (const [index, name] of cycle.entries()) if (name < cycle[smallest]!) smallest = index;
  return [...cycle.slice(smallest), ...cycle.slice(0, smallest)];
}
