import type { Snapshot } from '@aws-sdk/client-ec2';
import { distinct, inBatches } from './batches';
import { call } from './classify';
import type { ClientFactory } from './clients';
import { observe } from './ec2';
import type { AmiCopies, SnapshotObservation } from './edges';

/** A filter takes at most 200 values (EC2 user guide, "List and filter using the CLI and API"). */
const idsAtOnce = 200;
/** DescribeImages and DescribeSnapshots, MaxResults: at most 1,000. */
const pageSize = 1_000;
/** One ModifySnapshotAttribute; nothing is documented. */
const accountsAtOnce = 100;

const observeSnapshot = ({ SnapshotId = '', Encrypted, KmsKeyId }: Snapshot): SnapshotObservation => ({
  snapshotId: SnapshotId,
  ...(Encrypted === true ? { keyArn: KmsKeyId ?? 'a key that EC2 does not name' } : {}),
});

/** Copies of AMIs, what they are encrypted with, and permissions on their snapshots. */
export function ec2Copies(clients: ClientFactory): AmiCopies {
  const sdk = async (region: string) => {
    const ec2 = await import('./ec2-copies-commands');
    return { ec2, client: clients(ec2.EC2Client, { region }) };
  };

  return {
    async begin({ region, source, name, description, token, keyArn, tags }) {
      const { ec2, client } = await sdk(region);
      const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
      const answer = await call('ec2.CopyImage', () =>
        client.send(
          new ec2.CopyImageCommand({
            ClientToken: token,
            Name: name,
            Description: description,
            SourceRegion: source.region,
            SourceImageId: source.amiId,
            CopyImageTags: false,
            ...(keyArn === undefined ? {} : { Encrypted: true, KmsKeyId: keyArn }),
            TagSpecifications: [
              { ResourceType: 'image', Tags },
              { ResourceType: 'snapshot', Tags },
            ],
          }),
        ),
      );
      return answer.ImageId ?? '';
    },

    async named(region, name) {
      const { ec2, client } = await sdk(region);
      const found = [];
      let NextToken: string | undefined;
      do {
        const page = {
          Owners: ['self'],
          Filters: [{ Name: 'name', Values: [name] }],
          IncludeDisabled: true,
          MaxResults: pageSize,
          NextToken,
        };
        const answer = await call('ec2.DescribeImages', () =>
          client.send(new ec2.DescribeImagesCommand(page)),
        );
        found.push(...(answer.Images ?? []).map(observe));
        NextToken = answer.NextToken;
      } while (NextToken);
      return found;
    },

    async snapshots(region, snapshotIds) {
      const { ec2, client } = await sdk(region);
      // By filter, not by SnapshotIds: with those, EC2 fails the whole call when one id is gone.
      const pages = await inBatches(distinct(snapshotIds), { size: idsAtOnce, atOnce: 2 }, async (ids) => {
        const found: SnapshotObservation[] = [];
        let NextToken: string | undefined;
        do {
          const page = {
            Filters: [{ Name: 'snapshot-id', Values: ids }],
            OwnerIds: ['self'],
            MaxResults: pageSize,
            NextToken,
          };
          const answer = await call('ec2.DescribeSnapshots', () =>
            client.send(new ec2.DescribeSnapshotsCommand(page)),
          );
          found.push(...(answer.Snapshots ?? []).map(observeSnapshot));
          NextToken = answer.NextToken;
        } while (NextToken);
        return found;
      });
      return pages.flat();
    },

    async discard(region, amiId) {
      const { ec2, client } = await sdk(region);
      await call('ec2.DeregisterImage', () =>
        client.send(new ec2.DeregisterImageCommand({ ImageId: amiId, DeleteAssociatedSnapshots: true })),
      );
    },

    async changeSnapshotPermissions(region, SnapshotId, { add, remove }) {
      const { ec2, client } = await sdk(region);
      const modify = (CreateVolumePermission: {
        Add?: { UserId: string }[];
        Remove?: { UserId: string }[];
      }) =>
        call('ec2.ModifySnapshotAttribute', () =>
          client.send(
            new ec2.ModifySnapshotAttributeCommand({
              SnapshotId,
              Attribute: 'createVolumePermission',
              CreateVolumePermission,
            }),
          ),
        );
      const users = (accounts: string[]) => accounts.map((UserId) => ({ UserId }));
      const batches = { size: accountsAtOnce, atOnce: 1 };
      await inBatches(users(add), batches, (Add) => modify({ Add }));
      await inBatches(users(remove), batches, (Remove) => modify({ Remove }));
    },
  };
}
