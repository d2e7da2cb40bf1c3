import { hash } from 'node:crypto';
import { canonicalJson } from '../definitions/canonical-json';
import type { Catalog, ImageDefinition, ImageKey } from '../definitions/catalog';

/** What can change of a published AMI without baking it anew. */
export type AmiPolicy = Pick<ImageDefinition, 'share' | 'tags' | 'regions'>;

/** sha-256 over whom an AMI is shared with, its tags and its regions, whatever their order. A channel remembers the one in force. */
export function policyDigest({ share, tags, regions }: AmiPolicy): string {
  const text = canonicalJson({
    accounts: share.accounts.toSorted(),
    organizations: share.organizations.toSorted(),
    organizationalUnits: share.organizationalUnits.toSorted(),
    snapshots: share.snapshots,
    tags,
    regions,
  });
  return hash('sha256', text);
}

/** The digest of every image, for the catalog in force: worked out once a commit. */
export const policyDigests = ({ images }: Catalog): Record<ImageKey, string> =>
  Object.fromEntries(images.map((definition) => [definition.key, policyDigest(definition)]));
