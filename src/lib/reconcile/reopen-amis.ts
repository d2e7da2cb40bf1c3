import { AwsError } from '../aws/errors';
import type { EndedBake } from '../ledger/history';
import { withinCeilings } from '../planning/ceilings';
import { permissionChange, isEmptyChange, isEmptyShare, snapshotChange } from '../lifecycle/sharing';
import type { AmiObservation } from '../lifecycle/observation';
import type { Share } from '../definitions/catalog';
import type { Run } from './run';

const nobody: Share = { accounts: [], organizations: [], organizationalUnits: [] };

interface Reopened {
  /** The AMI in the bakery's own region is there. */
  there: boolean;
  /** What EC2 said where it refuses the permissions for good. */
  refused?: string;
}

/** Brings AMIs back into use, shared as the ledger has it and the settings still allow. Done again it changes nothing. */
export async function reopenAmis(run: Run, { revoked }: EndedBake): Promise<Reopened> {
  const { amis, imageLife, settings } = run.deps;
  const granted = withinCeilings(revoked?.granted ?? nobody, settings.ceilings);
  const reopened = await Promise.all(
    (revoked?.amis ?? []).map(async ({ region, amiId }): Promise<Reopened> => {
      const seen = (await amis.get(region, [amiId])).get(amiId);
      run.facts.amis.delete(amiId);
      if (seen === undefined) return { there: false };
      if (seen.state !== 'available') await imageLife.enable(region, amiId);
      const refused = isEmptyShare(granted)
        ? undefined
        : await refusal(shareAgain(run, region, seen, granted));
      return { there: region === settings.region, ...(refused === undefined ? {} : { refused }) };
    }),
  );
  const refused = reopened.find((one) => one.refused !== undefined)?.refused;
  return { there: reopened.some(({ there }) => there), ...(refused === undefined ? {} : { refused }) };
}

async function shareAgain(run: Run, region: string, ami: AmiObservation, granted: Share): Promise<void> {
  const { amis, copies } = run.deps;
  const given = await amis.launchPermissions(region, ami.amiId);
  const change = permissionChange(granted, given, nobody);
  if (!isEmptyChange(change)) await amis.changeLaunchPermissions(region, ami.amiId, change);
  const snapshots = snapshotChange(granted, nobody);
  if (snapshots.add.length === 0) return;
  for (const snapshotId of ami.snapshotIds) {
    await copies.changeSnapshotPermissions(region, snapshotId, snapshots);
  }
}

/** What was about to be given when it was published, the ledger takes for given, and EC2 may never have agreed to it. */
const refusal = (sharing: Promise<void>): Promise<string | undefined> =>
  sharing.then(
    () => undefined,
    (error: unknown) => {
      if (error instanceof AwsError && error.code === 'INVALID') return error.message;
      throw error;
    },
  );
