import type { Share } from '../definitions/catalog';
import type { ChannelMove } from '../lifecycle/channel';
import type { LaunchPermissions } from '../lifecycle/observation';
import { isEmptyChange, permissionChange, snapshotChange, union } from '../lifecycle/sharing';
import { lookAtAmi } from './look-at-ami';
import type { Run } from './run';

const none: LaunchPermissions = { accounts: [], organizationArns: [], organizationalUnitArns: [] };

/**
 * Gives and takes permissions in every region until they are as wanted; of what is there, only what the bakery gave is
 * taken. An AMI fresh from the build has none to take away, so there it costs one call at most.
 */
export async function shareAmi(run: Run, move: ChannelMove, wanted: Share): Promise<void> {
  const { amis, copies, log } = run.deps;
  const recorded = union(move.to.granted, move.granting);
  const snapshots = snapshotChange(wanted, recorded);
  await Promise.all(
    Object.entries(move.to.amis).map(async ([region, amiId]) => {
      const fresh = move.cause.code === 'published';
      const given = fresh ? none : await amis.launchPermissions(region, amiId);
      const change = permissionChange(wanted, given, recorded);
      if (change.byHand.length > 0) {
        log.warn('shared by hand, left alone', {
          image: move.to.image,
          region,
          ami: amiId,
          with: change.byHand,
        });
      }
      if (!isEmptyChange(change)) await amis.changeLaunchPermissions(region, amiId, change);
      if (snapshots.add.length + snapshots.remove.length === 0) return;
      const { snapshotIds = [] } = (await lookAtAmi(run, region, amiId)) ?? {};
      for (const snapshotId of snapshotIds) {
        await copies.changeSnapshotPermissions(region, snapshotId, snapshots);
      }
    }),
  );
}
