import type { Share } from '../definitions/catalog';
import type { Policy } from './snapshot';

/** The settings that allow what bakery.yml asks for in `share`. */
export const shareSetting = 'ceilings.shareWith';

/** What an image wants to be shared with beyond the deployment's settings; sorted, empty where all is allowed. */
export function beyondCeilings(share: Share, { shareWith }: Policy['ceilings']): string[] {
  return [
    ...beyond('account', share.accounts, shareWith.accounts),
    ...beyond('organization', share.organizations, shareWith.organizations),
    ...beyond('organizational unit', share.organizationalUnits, shareWith.organizationalUnits),
  ];
}

/** The part of `share` that the settings allow: what is beyond is never given, whenever the commit that asks for it came. */
export const withinCeilings = (share: Share, { shareWith }: Policy['ceilings']): Share => ({
  accounts: share.accounts.filter((id) => shareWith.accounts.includes(id)),
  organizations: share.organizations.filter((id) => shareWith.organizations.includes(id)),
  organizationalUnits: share.organizationalUnits.filter((id) => shareWith.organizationalUnits.includes(id)),
});

const beyond = (what: string, asked: string[], allowed: string[]): string[] =>
  asked.every((id) => allowed.includes(id))
    ? none
    : asked
        .filter((id) => !allowed.includes(id))
        .sort()
        .map((id) => `${what} ${id}`);

const none: string[] = [];
