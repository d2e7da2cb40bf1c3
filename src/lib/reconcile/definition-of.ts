import type { ImageDefinition, ImageKey } from '../definitions/catalog';
import type { Run } from './run';

const byCatalog = new WeakMap<object, Map<ImageKey, ImageDefinition>>();

/** The image's entry in the catalog in force; undefined where there is none. */
export function definitionOf(run: Run, image: ImageKey): ImageDefinition | undefined {
  const { catalog } = run.facts;
  if (!catalog.known) return undefined;
  let index = byCatalog.get(catalog.value);
  if (index === undefined) {
    index = new Map(catalog.value.catalog.images.map((definition) => [definition.key, definition]));
    byCatalog.set(catalog.value, index);
  }
  return index.get(image);
}
