import type { Share } from '../definitions/catalog';
import type { LaunchPermissions } from './observation';

const empty: Share = { accounts: [], organizations: [], organizationalUnits: [] };

export interface PermissionChange {
  add: LaunchPermissions;
  remove: LaunchPermissions;
  /** Given by somebody else: left as it is. */
  byHand: string[];
}

/**
 * What has to change for an AMI to be shared as it should. Taken back is only what the bakery gave; whoever shared the AMI
 * with somebody else by hand is not overruled.
 * @param recorded what the bakery gave, or was about to give
 */
export function permissionChange(wanted: Share, given: LaunchPermissions, recorded: Share): PermissionChange {
  const [want, ours] = [launchPermissions(wanted), launchPermissions(recorded)];
  const beyond = minus(given, want);
  const remove = both(beyond, ours);
  return {
    add: minus(want, given),
    remove,
    byHand: Object.values(minus(beyond, remove)).flat(),
  };
}

/** Accounts that get and lose the permission to make volumes of the snapshots, without which nobody copies an AMI. */
export const snapshotChange = (wanted: Share, recorded: Share): { add: string[]; remove: string[] } => {
  const add = copiers(wanted);
  return { add, remove: copiers(recorded).filter((account) => !add.includes(account)) };
};

const copiers = ({ snapshots, accounts }: Share): string[] => (snapshots === true ? accounts : []);

/** Everything in either. */
export function union(a: Share = empty, b: Share = empty): Share {
  return {
    accounts: merged(a.accounts, b.accounts),
    organizations: merged(a.organizations, b.organizations),
    organizationalUnits: merged(a.organizationalUnits, b.organizationalUnits),
    ...(a.snapshots === true || b.snapshots === true ? { snapshots: true } : {}),
  };
}

/** Whether all of `part` is in `whole`. */
export const covers = (whole: Share | undefined, part: Share): boolean =>
  isEmptyShare(part) || (whole !== undefined && size(union(whole, part)) === size(whole));

export const isEmptyShare = (share: Share): boolean =>
  share.accounts.length + share.organizations.length + share.organizationalUnits.length === 0;

const size = ({ accounts, organizations, organizationalUnits, snapshots }: Share): number =>
  accounts.length + organizations.length + organizationalUnits.length + (snapshots === true ? 1 : 0);

export const isEmptyChange = ({ add, remove }: PermissionChange): boolean =>
  [...Object.values(add), ...Object.values(remove)].every((list: string[]) => list.length === 0);

const launchPermissions = ({ accounts, organizations, organizationalUnits }: Share): LaunchPermissions => ({
  accounts,
  organizationArns: organizations,
  organizationalUnitArns: organizationalUnits,
});

const each = (
  a: LaunchPermissions,
  b: LaunchPermissions,
  pick: (of: string[], other: string[]) => string[],
): LaunchPermissions => ({
  accounts: pick(a.accounts, b.accounts),
  organizationArns: pick(a.organizationArns, b.organizationArns),
  organizationalUnitArns: pick(a.organizationalUnitArns, b.organizationalUnitArns),
});

const minus = (from: LaunchPermissions, what: LaunchPermissions): LaunchPermissions =>
  each(from, what, (of, other) => of.filter((id) => !other.includes(id)));

const both = (a: LaunchPermissions, b: LaunchPermissions): LaunchPermissions =>
  each(a, b, (of, other) => of.filter((id) => other.includes(id)));

const merged = (a: string[], b: string[]): string[] => [...new Set([...a, ...b])].sort();
