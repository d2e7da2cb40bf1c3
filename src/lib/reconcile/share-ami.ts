import type { ImageDefinition } from '../definitions/catalog';
import type { LaunchPermissions } from '../lifecycle/observation';
import type { ChannelMove } from '../lifecycle/channel';
import { withinCeilings } from '../planning/ceilings';
import type { Run } from './run';

const none: LaunchPermissions = { accounts: [], organizationArns: [], organizationalUnitArns: [] };

/**
 * Gives and takes launch permissions until they are what the definition says. An AMI fresh from the build has none to
 * take away, so there it costs one call at most.
 */
export async function shareAmi(run: Run, move: ChannelMove, { share }: ImageDefinition): Promise<void> {
  const { amis, settings } = run.deps;
  const allowed = withinCeilings(share, settings.ceilings);
  const wanted: LaunchPermissions = {
    accounts: allowed.accounts,
    organizationArns: allowed.organizations,
    organizationalUnitArns: allowed.organizationalUnits,
  };
  await Promise.all(
    Object.entries(move.to.amis).map(async ([region, amiId]) => {
      const fresh = move.cause.code === 'published';
      const given = fresh ? none : await amis.launchPermissions(region, amiId);
      const add = minus(wanted, given);
      const remove = minus(given, wanted);
      if (isEmpty(add) && isEmpty(remove)) return;
      await amis.changeLaunchPermissions(region, amiId, { add, remove });
    }),
  );
}

const minus = (from: LaunchPermissions, what: LaunchPermissions): LaunchPermissions => ({
  accounts: from.accounts.filter((id) => !what.accounts.includes(id)),
  organizationArns: from.organizationArns.filter((arn) => !what.organizationArns.includes(arn)),
  organizationalUnitArns: from.organizationalUnitArns.filter(
    (arn) => !what.organizationalUnitArns.includes(arn),
  ),
});

const isEmpty = (permissions: LaunchPermissions): boolean =>
  Object.values(permissions).every((list: string[]) => list.length === 0);
