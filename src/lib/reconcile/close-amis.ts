import type { EndedBake } from '../ledger/history';
import { permissionChange, isEmptyChange, snapshotChange } from '../lifecycle/sharing';
import type { Share } from '../definitions/catalog';
import type { Run } from './run';

const nobody: Share = { accounts: [], organizations: [], organizationalUnits: [] };

/**
 * Takes back what the bakery gave, then disables the AMI, in every region. Done again it changes nothing: what is disabled
 * or gone is left as it is. Disabling takes launch permissions that others gave with it; that is EC2's.
 */
export async function closeAmis(run: Run, { revoked }: EndedBake): Promise<void> {
  const { amis, copies, imageLife } = run.deps;
  const { granted = nobody } = revoked ?? {};
  await Promise.all(
    (revoked?.amis ?? []).map(async ({ region, amiId }) => {
      const seen = (await amis.get(region, [amiId])).get(amiId);
      run.facts.amis.delete(amiId);
      if (seen === undefined) return;
      const snapshots = snapshotChange(nobody, granted);
      if (snapshots.remove.length > 0) {
        for (const snapshotId of seen.snapshotIds) {
          await copies.changeSnapshotPermissions(region, snapshotId, snapshots);
        }
      }
      if (seen.state !== 'available') return;
      const given = await amis.launchPermissions(region, amiId);
      const change = permissionChange(nobody, given, granted);
      if (!isEmptyChange(change)) await amis.changeLaunchPermissions(region, amiId, change);
      await imageLife.disable(region, amiId);
    }),
  );
}
