import { hash } from 'node:crypto';
import { canonicalJson } from '../definitions/canonical-json';
import type { ImageDefinition } from '../definitions/catalog';

/** What can change of a published AMI without baking it anew. */
export type AmiPolicy = Pick<ImageDefinition, 'share' | 'tags'>;

/** sha-256 over whom an AMI is shared with and its tags, whatever their order. A channel remembers the one in force. */
export function policyDigest({ share, tags }: AmiPolicy): string {
  const text = canonicalJson({
    accounts: share.accounts.toSorted(),
    organizations: share.organizations.toSorted(),
    organizationalUnits: share.organizationalUnits.toSorted(),
    tags,
  });
  return hash('sha256', text);
}

/**
 * `policyDigest` for a run over many images, most of which have the policy of another one: where the digest in force
 * (`applied`) is known to be that of an equal policy, comparing the two spares hashing.
 */
export function policyDigests(): (policy: AmiPolicy, applied: string | undefined) => string {
  const known = new Map<string, AmiPolicy>();
  return (policy, applied) => {
    const like = applied === undefined ? undefined : known.get(applied);
    if (applied !== undefined && like !== undefined && samePolicy(like, policy)) return applied;
    const digest = policyDigest(policy);
    known.set(digest, policy);
    return digest;
  };
}

/** False for some policies that differ in order only: their digests tell. */
function samePolicy(a: AmiPolicy, b: AmiPolicy): boolean {
  return (
    sameList(a.share.accounts, b.share.accounts) &&
    sameList(a.share.organizations, b.share.organizations) &&
    sameList(a.share.organizationalUnits, b.share.organizationalUnits) &&
    holds(a.tags, b.tags) &&
    holds(b.tags, a.tags)
  );
}

function holds(tags: Record<string, string>, others: Record<string, string>): boolean {
  for (const name in others) if (tags[name] !== others[name]) return false;
  return true;
}

function sameList(a: string[], b: string[]): boolean {
  if (a.length !== b.length) return false;
  for (let index = 0; index < a.length; index++) if (a[index] !== b[index]) return false;
  return true;
}
