import type { ImageDefinition, Share } from '../definitions/catalog';
import { destinationsOf, type Destinations } from '../lifecycle/distribution';
import type { Beyond } from './beyond';
import type { Outline } from './outline';
import type { Policy } from './snapshot';

/** The settings that allow what bakery.yml asks for in `share`. */
export const shareSetting = 'ceilings.shareWith';

/** What an image wants to be shared with beyond the deployment's settings; sorted, empty where all is allowed. */
export function beyondCeilings(share: Share, { shareWith }: Pick<Policy['ceilings'], 'shareWith'>): string[] {
  return [
    ...beyond('account', share.accounts, (id) => shareWith.accounts.includes(id)),
    ...beyond('organization', share.organizations, (id) => arnOf(id, shareWith.organizations) !== undefined),
    ...beyond(
      'organizational unit',
      share.organizationalUnits,
      (id) => arnOf(id, shareWith.organizationalUnits) !== undefined,
    ),
  ];
}

/**
 * The part of `share` that the settings allow: what is beyond is never given, whenever the commit that asks for it came.
 * Organisations and units come out as the ARNs that EC2 takes, which the settings know and bakery.yml need not.
 */
export const withinCeilings = (
  share: Share,
  { shareWith }: Pick<Policy['ceilings'], 'shareWith'>,
): Share => ({
  accounts: share.accounts.filter((id) => shareWith.accounts.includes(id)),
  organizations: share.organizations.flatMap((id) => arnOf(id, shareWith.organizations) ?? []),
  organizationalUnits: share.organizationalUnits.flatMap(
    (id) => arnOf(id, shareWith.organizationalUnits) ?? [],
  ),
  ...(share.snapshots === true ? { snapshots: true } : {}),
});

/** Regions and keys beyond the settings; undefined where all is allowed. The bakery's own region always is. */
export function beyondRegions(
  { regions = {} }: Pick<ImageDefinition, 'regions'>,
  { ceilings, region: home }: Pick<Policy, 'ceilings' | 'region'>,
): Beyond | undefined {
  const far = Object.keys(regions).filter((region) => region !== home && !ceilings.regions.includes(region));
  if (far.length > 0) return { setting: 'ceilings.regions', asked: far.sort() };
  const keys = Object.values(regions).flatMap(({ kmsKey }) => kmsKey ?? []);
  const unknown = new Set(keys.filter((key) => !ceilings.kmsKeys.includes(key)));
  return unknown.size === 0 ? undefined : { setting: 'ceilings.kmsKeys', asked: [...unknown].sort() };
}

/**
 * Where an AMI may go of what bakery.yml says, whenever the commit came. A region whose key is not allowed is left out: a
 * copy under another key is not what was asked for.
 */
export function allowedDestinations(
  definition: Pick<ImageDefinition, 'regions'>,
  { ceilings, region: home }: Pick<Policy, 'ceilings' | 'region'>,
): Destinations {
  return Object.fromEntries(
    Object.entries(destinationsOf(definition, home)).filter(
      ([region, { kmsKey }]) =>
        (region === home || ceilings.regions.includes(region)) &&
        (kmsKey === undefined || ceilings.kmsKeys.includes(kmsKey)),
    ),
  );
}

/** What an image asks for beyond the deployment's settings, whichever of them says so; undefined where all is allowed. */
export function beyondSettings(
  { definition, shares, travels }: Pick<Outline, 'definition' | 'shares' | 'travels'>,
  policy: Policy,
  prefixes: Beyond | undefined,
): Beyond | undefined {
  if (shares) {
    const asked = beyondCeilings(definition.share, policy.ceilings);
    if (asked.length > 0) return { asked, setting: shareSetting };
  }
  return (travels ? beyondRegions(definition, policy) : undefined) ?? prefixes;
}

/** Whether the names of the bakery's parameters are under none of the prefixes that the settings allow, if they name any. */
export function beyondPrefixes({
  ceilings: { parameterPrefixes },
  parameterPrefix,
}: Pick<Policy, 'ceilings' | 'parameterPrefix'>): Beyond | undefined {
  const isAllowed =
    parameterPrefixes.length === 0 ||
    parameterPrefixes.some((prefix) => parameterPrefix.startsWith(prefix.replace(/\/?$/, '/')));
  return isAllowed ? undefined : { setting: 'ceilings.parameterPrefixes', asked: [parameterPrefix] };
}

/** Of the ARNs that are allowed, the one that bakery.yml means: written whole, or by its last part, `ou-ab12-9f8e7d6c`. */
const arnOf = (id: string, allowed: readonly string[]): string | undefined =>
  allowed.find((arn) => arn === id || arn.endsWith(`/${id}`));

const beyond = (what: string, asked: string[], isAllowed: (id: string) => boolean): string[] =>
  asked.every(isAllowed)
    ? none
    : asked
        .filter((id) => !isAllowed(id))
        .sort()
        .map((id) => `${what} ${id}`);

const none: string[] = [];
