import type { Catalog, ImageDefinition, ImageKey } from './catalog';
import type { CommitView } from './commit-view';
import { parentFolder } from './repo-path';

/** An input of an image, as git knows it. */
export interface InputId {
  path: string;
  /** Tree id of a folder, blob id of a file. */
  objectId: string;
}

/** Template first, then the inputs as written, each once. */
export const inputPaths = (image: ImageDefinition): string[] => [
  ...new Set([image.template.path, ...image.inputs]),
];

/** Folders whose listings tell everything about templates and inputs: one for each distinct parent, sorted. */
export const pathsToList = (catalog: Catalog): string[] =>
  [
    ...new Set(
      catalog.images.flatMap((image) => [...inputPaths(image).map(parentFolder), ...testFolders(image)]),
    ),
  ].sort();

/** The parent's listing has the id of the folder of checks, its own what is in it. */
const testFolders = ({ test }: ImageDefinition): string[] =>
  test === undefined ? [] : [parentFolder(test.path), test.path];

/** Templates whose text is needed to check `only`, sorted. Folders of HCL are not looked into. */
export const pathsToRead = (catalog: Catalog): string[] =>
  [
    ...new Set(
      catalog.images.flatMap(({ template, only }) =>
        template.kind === 'json' || (template.kind === 'hcl-file' && only.length > 0) ? [template.path] : [],
      ),
    ),
  ].sort();

/** Git ids of what each image is made of, template first. What is not in the commit is left out: check it before. */
export function inputIds(catalog: Catalog, view: CommitView): Record<ImageKey, InputId[]> {
  return Object.fromEntries(
    catalog.images.map((image) => [
      image.key,
      inputPaths(image).flatMap((path) => {
        const entry = view.entry(path);
        return entry === undefined ? [] : [{ path, objectId: entry.objectId }];
      }),
    ]),
  );
}
