import type { Image } from '@aws-sdk/client-ec2';
import { distinct, inBatches } from './batches';
import { call } from './classify';
import type { ClientFactory } from './clients';
import type { AmiRetirement, RetiringAmi } from './edges';

/** A filter takes at most 200 values (EC2 user guide, "List and filter using the CLI and API"). */
const idsAtOnce = 200;
/** DescribeImages, MaxResults: at most 1,000. */
const pageSize = 1_000;

/** Taking AMIs out of use step by step, up to their end. Only the function `retire` has this edge. */
export function ec2Retirement(clients: ClientFactory): AmiRetirement {
  const sdk = async (region: string) => {
    const ec2 = await import('./ec2-retirement-commands');
    return { ec2, client: clients(ec2.EC2Client, { region }) };
  };

  return {
    async look(region, amiIds) {
      const { ec2, client } = await sdk(region);
      const pages = await inBatches(distinct(amiIds), { size: idsAtOnce, atOnce: 2 }, async (ids) => {
        const found: RetiringAmi[] = [];
        let NextToken: string | undefined;
        do {
          const page = {
            Owners: ['self'],
            Filters: [{ Name: 'image-id', Values: ids }],
            IncludeDeprecated: true,
            IncludeDisabled: true,
            MaxResults: pageSize,
            NextToken,
          };
          const answer = await call('ec2.DescribeImages', () =>
            client.send(new ec2.DescribeImagesCommand(page)),
          );
          found.push(...(answer.Images ?? []).map(observeRetiring));
          NextToken = answer.NextToken;
        } while (NextToken);
        return found;
      });
      return new Map(pages.flat().map((ami) => [ami.amiId, ami]));
    },

    async sharedWith(region, amiId) {
      const { ec2, client } = await sdk(region);
      const answer = await call('ec2.DescribeImageAttribute', () =>
        client.send(new ec2.DescribeImageAttributeCommand({ ImageId: amiId, Attribute: 'launchPermission' })),
      );
      return (answer.LaunchPermissions ?? []).map(
        ({ UserId, Group, OrganizationArn, OrganizationalUnitArn }) =>
          UserId ?? Group ?? OrganizationArn ?? OrganizationalUnitArn ?? '',
      );
    },

    async deprecate(region, amiId, atMs) {
      const { ec2, client } = await sdk(region);
      const input = { ImageId: amiId, DeprecateAt: new Date(atMs) };
      await call('ec2.EnableImageDeprecation', () =>
        client.send(new ec2.EnableImageDeprecationCommand(input)),
      );
    },

    async undeprecate(region, amiId) {
      const { ec2, client } = await sdk(region);
      await call('ec2.DisableImageDeprecation', () =>
        client.send(new ec2.DisableImageDeprecationCommand({ ImageId: amiId })),
      );
    },

    async disable(region, amiId) {
      const { ec2, client } = await sdk(region);
      await call('ec2.DisableImage', () => client.send(new ec2.DisableImageCommand({ ImageId: amiId })));
    },

    async enable(region, amiId) {
      const { ec2, client } = await sdk(region);
      await call('ec2.EnableImage', () => client.send(new ec2.EnableImageCommand({ ImageId: amiId })));
    },

    async deregister(region, amiId) {
      const { ec2, client } = await sdk(region);
      const answer = await call('ec2.DeregisterImage', () =>
        client.send(new ec2.DeregisterImageCommand({ ImageId: amiId, DeleteAssociatedSnapshots: true })),
      );
      return (answer.DeleteSnapshotResults ?? []).flatMap(({ SnapshotId = '', ReturnCode = 'unknown' }) =>
        ReturnCode === 'success' ? [] : { snapshotId: SnapshotId, code: ReturnCode },
      );
    },
  };
}

function observeRetiring(image: Image): RetiringAmi {
  const { ImageId, State, DeprecationTime, DeregistrationProtection, LastLaunchedTime } = image;
  return {
    amiId: ImageId ?? '',
    state: State ?? 'pending',
    ...(DeprecationTime === undefined ? {} : { deprecateAtMs: Date.parse(DeprecationTime) }),
    ...(DeregistrationProtection === undefined || DeregistrationProtection === 'disabled'
      ? {}
      : { protection: DeregistrationProtection }),
    ...(LastLaunchedTime === undefined ? {} : { lastLaunchedAtMs: Date.parse(LastLaunchedTime) }),
  };
}
