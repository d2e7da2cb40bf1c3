import type { Ancestor } from '../lifecycle/bake';

/**
 * Finds an image in the ancestry of its own base: baking it would make it due again for ever, here or through another
 * account. Answers the way there, as text.
 */
export function cycleThrough(ancestry: Ancestor[], name: string): string | undefined {
  const at = ancestry.findIndex((ancestor) => ancestor.image === name);
  if (at < 0) return undefined;
  return ancestry
    .slice(0, at + 1)
    .map(({ image, amiId }) => (image === undefined ? amiId : `${image} (${amiId})`))
    .join(' on ');
}
