import { hash } from 'node:crypto';
import type { ImageDefinition } from '../definitions/catalog';

/** What can change of a published AMI without baking it anew. */
export type AmiPolicy = Pick<ImageDefinition, 'share' | 'tags'>;

/** sha-256 over whom an AMI is shared with and its tags, whatever their order. A channel remembers the one in force. */
export const policyDigest = (policy: AmiPolicy): string => hash('sha256', policyText(policy));

/** `policyDigest` for a run over many images, most of which have one of a few policies. */
export function policyDigests(): (policy: AmiPolicy) => string {
  const byText = new Map<string, string>();
  return (policy) => {
    const text = policyText(policy);
    let digest = byText.get(text);
    if (digest === undefined) byText.set(text, (digest = hash('sha256', text)));
    return digest;
  };
}

function policyText({ share, tags }: AmiPolicy): string {
  return JSON.stringify([
    sorted(share.accounts),
    sorted(share.organizations),
    sorted(share.organizationalUnits),
    sorted(Object.keys(tags)).map((name) => [name, tags[name]]),
  ]);
}

const sorted = (values: string[]): string[] => (values.length < 2 ? values : [...values].sort());
