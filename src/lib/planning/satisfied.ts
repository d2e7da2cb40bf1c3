import type { Published } from '../lifecycle/channel';
import { missingIn } from '../lifecycle/distribution';
import { allowedDestinations } from './ceilings';
import type { Decision } from './decision';
import type { Outline } from './outline';
import type { Run } from './run';

/** What differs of sharing, tags and regions, which takes no bake. */
export function amendment(
  { definition, policyDigest, travels }: Outline,
  published: Published,
  appliedDigest: string | undefined,
  run: Run,
): Decision | undefined {
  if (appliedDigest !== policyDigest) {
    return { kind: 'amend', reason: { code: 'policy-changed' }, policyDigest };
  }
  if (travels) {
    // Regions that the settings did not allow when it was published.
    const regions = missingIn(published, allowedDestinations(definition, run.snapshot.policy));
    if (regions.length > 0)
      return { kind: 'amend', reason: { code: 'regions-missing', regions }, policyDigest };
  }
  return undefined;
}

/** What an image says whose channel has what is desired. */
export function satisfied(
  outline: Outline,
  published: Published,
  appliedDigest: string | undefined,
  run: Run,
): Decision {
  const amend = amendment(outline, published, appliedDigest, run);
  if (amend !== undefined) return amend;
  const { definition } = outline;
  const amiId = published.amis[run.snapshot.policy.region] ?? 'unknown';
  if (published.adopted !== undefined) {
    const { by, atMs } = published.adopted;
    return { kind: 'current', reason: { code: 'adopted', amiId, by, atMs } };
  }
  const { bakedAtMs, inputHash, unchanged, packages } = published;
  return {
    kind: 'current',
    reason: {
      code: definition.base.kind === 'template' ? 'up-to-date-own-base' : 'up-to-date',
      amiId,
      bakedAtMs,
      inputHash,
      ...(unchanged === undefined ? {} : { unchanged: { ...unchanged, ...countOf(packages) } }),
    },
  };
}

const countOf = (packages: Published['packages']) =>
  packages?.count === undefined ? {} : { packages: packages.count };
