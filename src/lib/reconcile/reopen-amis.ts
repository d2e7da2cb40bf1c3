import type { EndedBake } from '../ledger/history';
import { withinCeilings } from '../planning/ceilings';
import { permissionChange, isEmptyChange, isEmptyShare, snapshotChange } from '../lifecycle/sharing';
import type { Share } from '../definitions/catalog';
import type { Run } from './run';

const nobody: Share = { accounts: [], organizations: [], organizationalUnits: [] };

/**
 * Brings AMIs back into use, shared as the ledger has it and the settings still allow. Done again it changes nothing.
 * Answers whether the one in the bakery's own region is there.
 */
export async function reopenAmis(run: Run, { revoked }: EndedBake): Promise<boolean> {
  const { amis, copies, imageLife, settings } = run.deps;
  const granted = withinCeilings(revoked?.granted ?? nobody, settings.ceilings);
  const there = await Promise.all(
    (revoked?.amis ?? []).map(async ({ region, amiId }) => {
      const seen = (await amis.get(region, [amiId])).get(amiId);
      run.facts.amis.delete(amiId);
      if (seen === undefined) return false;
      if (seen.state !== 'available') await imageLife.enable(region, amiId);
      if (!isEmptyShare(granted)) {
        const given = await amis.launchPermissions(region, amiId);
        const change = permissionChange(granted, given, nobody);
        if (!isEmptyChange(change)) await amis.changeLaunchPermissions(region, amiId, change);
        const snapshots = snapshotChange(granted, nobody);
        if (snapshots.add.length > 0) {
          for (const snapshotId of seen.snapshotIds) {
            await copies.changeSnapshotPermissions(region, snapshotId, snapshots);
          }
        }
      }
      return region === settings.region;
    }),
  );
  return there.includes(true);
}
