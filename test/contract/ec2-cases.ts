import {
  CopyImageCommand,
  CreateImageCommand,
  CreateTagsCommand,
  DeleteTagsCommand,
  DeregisterImageCommand,
  DescribeImageAttributeCommand,
  DescribeImagesCommand,
  DescribeSnapshotsCommand,
  EC2Client,
  ModifyImageAttributeCommand,
  RunInstancesCommand,
} from '@aws-sdk/client-ec2';
import type { Image } from '@aws-sdk/client-ec2';
import { errorName } from './backend';
import type { Backend } from './backend';

const organization = 'arn:aws:organizations::111122223333:organization/o-abcdef1234';

export function ec2Cases(backend: () => Backend): void {
  const ec2 = () => backend().client(EC2Client);
  const byId = async (id: string): Promise<Image | undefined> =>
    (await ec2().send(new DescribeImagesCommand({ ImageIds: [id] }))).Images?.[0];

  let made = 0;
  /** An AMI made from a running instance, with tags from the start. */
  const bake = async (tags: Record<string, string> = {}): Promise<string> => {
    const run = await ec2().send(
      new RunInstancesCommand({
        ImageId: await backend().publicImage(),
        InstanceType: 'm7g.large',
        MinCount: 1,
        MaxCount: 1,
      }),
    );
    await backend().settle();
    made += 1;
    const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
    const { ImageId } = await ec2().send(
      new CreateImageCommand({
        InstanceId: run.Instances![0]!.InstanceId,
        Name: `contract-${made}`,
        ...(Tags.length === 0 ? {} : { TagSpecifications: [{ ResourceType: 'image', Tags }] }),
      }),
    );
    await backend().settle();
    return ImageId!;
  };

  it('CreateImage: available, owned, tagged, with a snapshot', async () => {
    const id = await bake({ 'bakery:bake': 'b-1' });
    const image = await byId(id);
    expect(image).toMatchObject({
      ImageId: id,
      State: 'available',
      OwnerId: backend().account,
      Name: `contract-${made}`,
      Tags: [{ Key: 'bakery:bake', Value: 'b-1' }],
    });
    const snapshot = image!.BlockDeviceMappings!.find(({ Ebs }) => Ebs?.SnapshotId !== undefined)!.Ebs!
      .SnapshotId!;
    const { Snapshots } = await ec2().send(new DescribeSnapshotsCommand({ SnapshotIds: [snapshot] }));
    expect(Snapshots).toMatchObject([{ SnapshotId: snapshot, OwnerId: backend().account }]);
  });

  it('DescribeImages: by owner, tag and name', async () => {
    const id = await bake({ team: 'contract-filters' });
    const find = async (Name: string, ...Values: string[]) =>
      (
        await ec2().send(new DescribeImagesCommand({ Owners: ['self'], Filters: [{ Name, Values }] }))
      ).Images!.map(({ ImageId }) => ImageId);
    expect(await find('tag:team', 'contract-filters')).toEqual([id]);
    expect(await find('tag:team', 'contract-*')).toEqual([id]);
    expect(await find('tag:team', 'nobody')).toEqual([]);
    expect(await find('name', `contract-${made}`)).toEqual([id]);
    expect(await find('image-id', id)).toEqual([id]);
    expect(await find('tag-key', 'team')).toContain(id);
  });

  it.each([
    ['ami-0fffffffffffffff0', 'InvalidAMIID.NotFound'],
    ['nonsense', 'InvalidAMIID.Malformed'],
  ])('DescribeImages of %s: %s', async (id, error) => {
    expect(await errorName(byId(id))).toBe(error);
  });

  it('CreateTags and DeleteTags: on the AMI', async () => {
    const id = await bake({ first: '1' });
    await ec2().send(new CreateTagsCommand({ Resources: [id], Tags: [{ Key: 'second', Value: '2' }] }));
    await ec2().send(new CreateTagsCommand({ Resources: [id], Tags: [{ Key: 'first', Value: 'changed' }] }));
    const tags = async () => new Map((await byId(id))!.Tags?.map(({ Key, Value }) => [Key, Value]));
    expect(await tags()).toEqual(
      new Map([
        ['first', 'changed'],
        ['second', '2'],
      ]),
    );
    await ec2().send(new DeleteTagsCommand({ Resources: [id], Tags: [{ Key: 'first' }] }));
    expect(await tags()).toEqual(new Map([['second', '2']]));
  });

  it('launch permissions: accounts and organisations, added and removed', async () => {
    const ImageId = await bake();
    const change = (permission: 'Add' | 'Remove', list: object[]) =>
      ec2().send(new ModifyImageAttributeCommand({ ImageId, LaunchPermission: { [permission]: list } }));
    const permissions = async () =>
      (await ec2().send(new DescribeImageAttributeCommand({ ImageId, Attribute: 'launchPermission' })))
        .LaunchPermissions ?? [];
    expect(await permissions()).toEqual([]);
    await change('Add', [{ UserId: '222222222222' }, { UserId: '333333333333' }]);
    await change('Add', [{ OrganizationArn: organization }]);
    const given = (await permissions()).map(({ UserId, OrganizationArn }) => UserId ?? OrganizationArn);
    expect(new Set(given)).toEqual(new Set(['222222222222', '333333333333', organization]));
    await change('Remove', [{ UserId: '333333333333' }]);
    expect(await permissions()).toHaveLength(2);
  });

  it('CopyImage: a new AMI with another id, and the name it was given', async () => {
    const source = await bake();
    const { ImageId } = await ec2().send(
      new CopyImageCommand({
        SourceImageId: source,
        SourceRegion: 'eu-west-1',
        Name: `contract-copy-${made}`,
      }),
    );
    await backend().settle();
    expect(ImageId).not.toBe(source);
    expect(await byId(ImageId!)).toMatchObject({ Name: `contract-copy-${made}`, State: 'available' });
  });

  it('DeregisterImage: gone from the answers', async () => {
    const id = await bake({ team: 'contract-gone' });
    await ec2().send(new DeregisterImageCommand({ ImageId: id }));
    await backend().settle();
    const Filters = [{ Name: 'tag:team', Values: ['contract-gone'] }];
    const { Images } = await ec2().send(new DescribeImagesCommand({ Owners: ['self'], Filters }));
    expect(Images).toEqual([]);
  });
}
