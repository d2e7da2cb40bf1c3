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

const beyond = (what: string, asked: string[], allowed: string[]): string[] =>
  asked.every((id) => allowed.includes(id))
    ? none
    : asked
        .filter((id) => !allowed.includes(id))
        .sort()
        .map((id) => `${what} ${id}`);

const none: string[] = [];
