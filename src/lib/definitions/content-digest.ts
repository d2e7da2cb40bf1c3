import { createHash } from 'node:crypto';
import { canonicalJson } from './canonical-json';
import type { Catalog, ImageDefinition, ImageKey } from './catalog';
import type { InputId } from './inputs';

/** Raised when what is hashed changes: every image is then due once, at its next schedule or change. */
const version = 1;

/**
 * sha-256 over everything in the input hash but the resolved base AMI: what the image is made of, never what is done
 * with it (tags, sharing, channels) or how it is made (instance type, timeout, schedule).
 */
export function contentDigest(definition: ImageDefinition, inputs: readonly InputId[]): string {
  const { architecture, template, variables, builderEpoch, base } = definition;
  const content = {
    v: version,
    architecture,
    template,
    inputs: inputs
      .map(({ path, objectId }) => ({ path, objectId }))
      .sort((a, b) => (a.path < b.path ? -1 : 1)),
    variables,
    only: [...definition.only].sort(),
    builderEpoch,
    // Elsewhere the resolved AMI stands for the base: how it was found makes no difference to the image.
    ...(base.kind === 'template' ? { base } : {}),
  };
  return createHash('sha256').update(canonicalJson(content)).digest('hex');
}

/** Throws a TypeError for an image without inputs: `inputIds` gives every image its template at least. */
export function contentDigests(
  catalog: Catalog,
  inputs: Readonly<Record<ImageKey, readonly InputId[]>>,
): Record<ImageKey, string> {
  return Object.fromEntries(
    catalog.images.map((image) => {
      const ids = inputs[image.key];
      if (ids === undefined)
        throw new TypeError(`No inputs are known of ${image.key}. Read the commit first.`);
      return [image.key, contentDigest(image, ids)];
    }),
  );
}
