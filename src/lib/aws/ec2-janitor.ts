import type { EC2Client, Filter, Tag } from '@aws-sdk/client-ec2';
import { bakeTag } from '../lifecycle/adoption';
import type { Leftover, LeftoverKind } from '../lifecycle/leftover';
import { call } from './classify';
import type { ClientFactory } from './clients';
import type * as commands from './ec2-janitor-commands';
import type { Leftovers } from './edges';

type Commands = typeof commands;

interface Page {
  found: Leftover[];
  next: string | undefined;
}

/** Of the operations used here: MaxResults up to 1,000 (API references); DescribeKeyPairs has no pages. */
const pageSize = 1_000;

const ofBakes: Filter[] = [{ Name: 'tag-key', Values: [bakeTag] }];

/** What builds make in EC2: finding it by its tag, and removing it. Only the janitor has this edge. */
export function ec2Leftovers(clients: ClientFactory): Leftovers {
  const sdk = async (region: string) => {
    const ec2 = await import('./ec2-janitor-commands');
    return { ec2, client: clients(ec2.EC2Client, { region }) };
  };

  return {
    async find(region, kind) {
      const { ec2, client } = await sdk(region);
      const found: Leftover[] = [];
      let token: string | undefined;
      do {
        const page: Page = await pages[kind](ec2, client, region, token);
        found.push(...page.found);
        token = page.next;
      } while (token);
      return found;
    },

    async isShared(region, amiId) {
      const { ec2, client } = await sdk(region);
      const answer = await call('ec2.DescribeImageAttribute', () =>
        client.send(new ec2.DescribeImageAttributeCommand({ ImageId: amiId, Attribute: 'launchPermission' })),
      );
      return (answer.LaunchPermissions ?? []).length > 0;
    },

    async remove({ region, kind, id }) {
      const { ec2, client } = await sdk(region);
      await removals[kind](ec2, client, id);
    },
  };
}

const tagsOf = (tags: Tag[] | undefined): Record<string, string> =>
  Object.fromEntries((tags ?? []).map(({ Key, Value }) => [Key ?? '', Value ?? '']));

const pages: Record<
  LeftoverKind,
  (ec2: Commands, client: EC2Client, region: string, NextToken: string | undefined) => Promise<Page>
> = {
  async instance(ec2, client, region, NextToken) {
    const input = { Filters: ofBakes, MaxResults: pageSize, NextToken };
    const answer = await call('ec2.DescribeInstances', () =>
      client.send(new ec2.DescribeInstancesCommand(input)),
    );
    const instances = (answer.Reservations ?? []).flatMap(({ Instances }) => Instances ?? []);
    return {
      next: answer.NextToken,
      found: instances.map((it) => ({
        kind: 'instance',
        region,
        id: it.InstanceId ?? '',
        tags: tagsOf(it.Tags),
        state: it.State?.Name,
        createdAtMs: it.LaunchTime?.getTime(),
      })),
    };
  },

  async volume(ec2, client, region, NextToken) {
    const input = { Filters: ofBakes, MaxResults: pageSize, NextToken };
    const answer = await call('ec2.DescribeVolumes', () =>
      client.send(new ec2.DescribeVolumesCommand(input)),
    );
    return {
      next: answer.NextToken,
      found: (answer.Volumes ?? []).map((it) => ({
        kind: 'volume',
        region,
        id: it.VolumeId ?? '',
        tags: tagsOf(it.Tags),
        state: it.State,
        createdAtMs: it.CreateTime?.getTime(),
        attachedTo: it.Attachments?.[0]?.InstanceId,
      })),
    };
  },

  async 'security-group'(ec2, client, region, NextToken) {
    const input = { Filters: ofBakes, MaxResults: pageSize, NextToken };
    const answer = await call('ec2.DescribeSecurityGroups', () =>
      client.send(new ec2.DescribeSecurityGroupsCommand(input)),
    );
    return {
      next: answer.NextToken,
      found: (answer.SecurityGroups ?? []).map((it) => ({
        kind: 'security-group',
        region,
        id: it.GroupId ?? '',
        name: it.GroupName,
        tags: tagsOf(it.Tags),
      })),
    };
  },

  async 'key-pair'(ec2, client, region) {
    const answer = await call('ec2.DescribeKeyPairs', () =>
      client.send(new ec2.DescribeKeyPairsCommand({ Filters: ofBakes })),
    );
    return {
      next: undefined,
      found: (answer.KeyPairs ?? []).map((it) => ({
        kind: 'key-pair',
        region,
        id: it.KeyPairId ?? '',
        name: it.KeyName,
        tags: tagsOf(it.Tags),
        createdAtMs: it.CreateTime?.getTime(),
      })),
    };
  },

  async image(ec2, client, region, NextToken) {
    const answer = await call('ec2.DescribeImages', () =>
      client.send(
        new ec2.DescribeImagesCommand({
          Owners: ['self'],
          Filters: ofBakes,
          IncludeDeprecated: true,
          IncludeDisabled: true,
          MaxResults: pageSize,
          NextToken,
        }),
      ),
    );
    return {
      next: answer.NextToken,
      found: (answer.Images ?? []).map((it) => ({
        kind: 'image',
        region,
        id: it.ImageId ?? '',
        name: it.Name,
        tags: tagsOf(it.Tags),
        state: it.State,
        createdAtMs: it.CreationDate === undefined ? undefined : Date.parse(it.CreationDate),
        snapshotIds: (it.BlockDeviceMappings ?? []).flatMap(({ Ebs }) => Ebs?.SnapshotId ?? []),
      })),
    };
  },

  async snapshot(ec2, client, region, NextToken) {
    const input = { OwnerIds: ['self'], Filters: ofBakes, MaxResults: pageSize, NextToken };
    const answer = await call('ec2.DescribeSnapshots', () =>
      client.send(new ec2.DescribeSnapshotsCommand(input)),
    );
    return {
      next: answer.NextToken,
      found: (answer.Snapshots ?? []).map((it) => ({
        kind: 'snapshot',
        region,
        id: it.SnapshotId ?? '',
        tags: tagsOf(it.Tags),
        state: it.State,
        createdAtMs: it.StartTime?.getTime(),
      })),
    };
  },
};

const removals: Record<LeftoverKind, (ec2: Commands, client: EC2Client, id: string) => Promise<unknown>> = {
  instance: (ec2, client, id) =>
    call('ec2.TerminateInstances', () =>
      client.send(new ec2.TerminateInstancesCommand({ InstanceIds: [id] })),
    ),
  volume: (ec2, client, id) =>
    call('ec2.DeleteVolume', () => client.send(new ec2.DeleteVolumeCommand({ VolumeId: id }))),
  'security-group': (ec2, client, id) =>
    call('ec2.DeleteSecurityGroup', () => client.send(new ec2.DeleteSecurityGroupCommand({ GroupId: id }))),
  'key-pair': (ec2, client, id) =>
    call('ec2.DeleteKeyPair', () => client.send(new ec2.DeleteKeyPairCommand({ KeyPairId: id }))),
  image: (ec2, client, id) =>
    call('ec2.DeregisterImage', () => client.send(new ec2.DeregisterImageCommand({ ImageId: id }))),
  snapshot: (ec2, client, id) =>
    call('ec2.DeleteSnapshot', () => client.send(new ec2.DeleteSnapshotCommand({ SnapshotId: id }))),
};
