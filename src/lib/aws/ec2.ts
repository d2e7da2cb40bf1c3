import type { DescribeImagesCommandInput, EC2Client, Image } from '@aws-sdk/client-ec2';
import { call } from './classify';
import type { ClientFactory } from './clients';
import type { AmiObservation, Amis, LaunchPermissions } from './edges';
import { distinct, inBatches } from './batches';

/** A filter takes at most 200 values (EC2 user guide, "List and filter using the CLI and API"). */
const idsAtOnce = 200;
/** CreateTags takes at most 1,000 resources (API reference). */
const resourcesAtOnce = 1_000;
/** Nothing is documented for one ModifyImageAttribute; an AMI has at most 1,000 sharing entities (EC2 quotas). */
const permissionsAtOnce = 100;
/** DescribeImages, MaxResults: at most 1,000. */
const pageSize = 1_000;

/** EC2's AMIs. The client is half a megabyte: it is loaded when the first call needs it, by whoever makes one. */
export function ec2Amis(clients: ClientFactory): Amis {
  const sdk = async (region: string) => {
    const ec2 = await import('./ec2-commands');
    return { ec2, client: clients(ec2.EC2Client, { region }) };
  };

  const describe = async (region: string, input: DescribeImagesCommandInput): Promise<AmiObservation[]> => {
    const { ec2, client } = await sdk(region);
    const found: AmiObservation[] = [];
    let NextToken: string | undefined;
    do {
      const page: DescribeImagesCommandInput = { ...input, MaxResults: pageSize, NextToken };
      const answer = await call('ec2.DescribeImages', () => client.send(new ec2.DescribeImagesCommand(page)));
      found.push(...(answer.Images ?? []).map(observe));
      NextToken = answer.NextToken;
    } while (NextToken);
    return found;
  };

  return {
    async get(region, amiIds) {
      // By filter, not by ImageIds: with those, EC2 fails the whole call (InvalidAMIID.NotFound) when one id is gone.
      const pages = await inBatches(distinct(amiIds), { size: idsAtOnce, atOnce: 2 }, (ids) =>
        describe(region, {
          Filters: [{ Name: 'image-id', Values: ids }],
          IncludeDeprecated: true,
          IncludeDisabled: true,
        }),
      );
      return new Map(pages.flat().map((ami) => [ami.amiId, ami]));
    },

    find: (region, owners, filters) =>
      describe(region, {
        Owners: owners.length > 0 ? owners : undefined,
        Filters: [
          ...Object.entries(filters).map(([Name, Values]) => ({ Name, Values })),
          ...('state' in filters ? [] : [{ Name: 'state', Values: ['available'] }]),
        ],
      }),

    async ancestry(region, amiId) {
      const { ec2, client } = await sdk(region);
      const answer = await call('ec2.GetImageAncestry', () =>
        client.send(new ec2.GetImageAncestryCommand({ ImageId: amiId })),
      );
      const chain = (answer.ImageAncestryEntries ?? []).flatMap((entry) => [
        entry.ImageId ?? '',
        entry.SourceImageId ?? '',
      ]);
      return distinct(chain).filter((id) => id !== '' && id !== amiId);
    },

    async tag(region, resourceIds, tags) {
      const { ec2, client } = await sdk(region);
      const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
      if (Tags.length === 0) return;
      await inBatches(distinct(resourceIds), { size: resourcesAtOnce, atOnce: 1 }, (Resources) =>
        call('ec2.CreateTags', () => client.send(new ec2.CreateTagsCommand({ Resources, Tags }))),
      );
    },

    async launchPermissions(region, amiId) {
      const { ec2, client } = await sdk(region);
      const answer = await call('ec2.DescribeImageAttribute', () =>
        client.send(new ec2.DescribeImageAttributeCommand({ ImageId: amiId, Attribute: 'launchPermission' })),
      );
      const given = answer.LaunchPermissions ?? [];
      return {
        accounts: given.flatMap((it) => it.UserId ?? []),
        organizationArns: given.flatMap((it) => it.OrganizationArn ?? []),
        organizationalUnitArns: given.flatMap((it) => it.OrganizationalUnitArn ?? []),
      };
    },

    async changeLaunchPermissions(region, amiId, change) {
      const { ec2, client } = await sdk(region);
      const modify = (LaunchPermission: { Add?: Permission[]; Remove?: Permission[] }) =>
        modifyLaunchPermission(ec2, client, amiId, LaunchPermission);
      const batches = { size: permissionsAtOnce, atOnce: 1 };
      await inBatches(permissions(change.add), batches, (Add) => modify({ Add }));
      await inBatches(permissions(change.remove), batches, (Remove) => modify({ Remove }));
    },
  };
}

interface Permission {
  UserId?: string;
  OrganizationArn?: string;
  OrganizationalUnitArn?: string;
}

const permissions = (of: LaunchPermissions): Permission[] => [
  ...of.accounts.map((UserId) => ({ UserId })),
  ...of.organizationArns.map((OrganizationArn) => ({ OrganizationArn })),
  ...of.organizationalUnitArns.map((OrganizationalUnitArn) => ({ OrganizationalUnitArn })),
];

const modifyLaunchPermission = (
  ec2: typeof import('./ec2-commands'),
  client: EC2Client,
  ImageId: string,
  LaunchPermission: { Add?: Permission[]; Remove?: Permission[] },
) =>
  call('ec2.ModifyImageAttribute', () =>
    client.send(new ec2.ModifyImageAttributeCommand({ ImageId, LaunchPermission })),
  );

/** What the bakery needs of an AMI. */
export function observe(image: Image): AmiObservation {
  return {
    amiId: image.ImageId ?? '',
    ownerId: image.OwnerId ?? '',
    name: image.Name ?? '',
    state: image.State ?? 'pending',
    architecture: image.Architecture ?? '',
    createdAtMs: image.CreationDate === undefined ? 0 : Date.parse(image.CreationDate),
    sourceAmiId: image.SourceImageId,
    tags: Object.fromEntries((image.Tags ?? []).map((tag) => [tag.Key ?? '', tag.Value ?? ''])),
    snapshotIds: (image.BlockDeviceMappings ?? []).flatMap((mapping) => mapping.Ebs?.SnapshotId ?? []),
    ...(image.StateReason?.Message === undefined ? {} : { stateReason: image.StateReason.Message }),
  };
}
