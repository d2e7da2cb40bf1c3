import { bake, base, failure, localEc2, platform, shop } from './world';

describe('an AMI made from an instance', () => {
  it('is pending, then available, and EventBridge hears of it', async () => {
    const { ec2, events, settle } = localEc2();
    const id = bake(ec2, 'base-al2023');
    const state = () => ec2.DescribeImages({ ImageIds: [id] }, platform).Images![0]!.State;
    expect(state()).toBe('pending');
    expect(events).toEqual([]);
    await settle();
    expect(state()).toBe('available');
    expect(events).toMatchObject([
      {
        account: platform.account,
        event: {
          source: 'aws.ec2',
          'detail-type': 'EC2 AMI State Change',
          resources: [`arn:aws:ec2:eu-west-1::image/${id}`],
          detail: { ImageId: id, State: 'available' },
        },
      },
    ]);
  });

  it('knows what it was made from, up to the first', async () => {
    const { ec2, settle } = localEc2();
    const first = bake(ec2, 'first');
    await settle();
    const second = bake(ec2, 'second', platform, first);
    const [image] = ec2.DescribeImages({ ImageIds: [second] }, platform).Images!;
    expect(image).toMatchObject({ SourceImageId: first, RootDeviceType: 'ebs', Architecture: 'x86_64' });
    const { ImageAncestryEntries: entries } = ec2.GetImageAncestry({ ImageId: second }, platform);
    expect(entries!.map(({ ImageId }) => ImageId)).toEqual([second, first, base]);
    expect(entries![2]).toMatchObject({ ImageOwnerAlias: 'amazon' });
  });

  it('fails where it is told to, and keeps its name until it is deregistered', async () => {
    const { ec2, events, settle } = localEc2({ imageFails: (name) => name === 'broken' });
    const id = bake(ec2, 'broken');
    await settle();
    expect(events).toMatchObject([{ event: { detail: { State: 'failed' } } }]);
    expect(failure(() => bake(ec2, 'broken'))).toBe('InvalidAMIName.Duplicate');
    ec2.DeregisterImage({ ImageId: id }, platform);
    expect(failure(() => bake(ec2, 'broken'))).toBe('none');
  });

  it('leaves its snapshots behind, or takes along those that no other AMI uses', async () => {
    const { ec2, settle } = localEc2();
    const id = bake(ec2, 'first');
    await settle();
    const snapshot = ec2.DescribeImages({ ImageIds: [id] }, platform).Images![0]!.BlockDeviceMappings![0]!
      .Ebs!.SnapshotId!;
    ec2.RegisterImage(
      {
        Name: 'second',
        BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs: { SnapshotId: snapshot } }],
      },
      platform,
    );
    expect(failure(() => ec2.DeleteSnapshot({ SnapshotId: snapshot }, platform))).toBe(
      'InvalidSnapshot.InUse',
    );
    const first = ec2.DeregisterImage({ ImageId: id, DeleteAssociatedSnapshots: true }, platform);
    expect(first.DeleteSnapshotResults).toEqual([{ SnapshotId: snapshot, ReturnCode: 'skipped' }]);
    const [other] = ec2.DescribeImages({ Owners: ['self'] }, platform).Images!;
    const second = ec2.DeregisterImage(
      { ImageId: other!.ImageId, DeleteAssociatedSnapshots: true },
      platform,
    );
    expect(second.DeleteSnapshotResults).toEqual([{ SnapshotId: snapshot, ReturnCode: 'success' }]);
  });

  it.each([
    ['ab', 'InvalidAMIName.Malformed'],
    ['with:colon', 'InvalidAMIName.Malformed'],
    ['x'.repeat(129), 'InvalidAMIName.Malformed'],
    ['yum-upgrade 1700000000', 'none'],
    ["web/1.2 (test)-'a'_[b]@c", 'none'],
  ])('may be called %s: %s', (name, expected) => {
    const { ec2 } = localEc2();
    expect(failure(() => bake(ec2, name))).toBe(expected);
  });
});

describe('who sees an AMI', () => {
  const organization = 'arn:aws:organizations::999999999999:organization/o-abcdefghij';
  const unit = 'arn:aws:organizations::999999999999:ou/o-abcdefghij/ou-ab12-9f8e7d6c';
  const memberships = (account: string) => (account === shop.account ? [organization, unit] : []);

  it.each([
    ['the account', { UserId: shop.account }, true],
    ['another account', { UserId: '333333333333' }, false],
    ['its organisation', { OrganizationArn: organization }, true],
    ['its organisational unit', { OrganizationalUnitArn: unit }, true],
  ])('shared with %s', async (_name, entity, sees) => {
    const { ec2, settle } = localEc2({ memberships });
    const id = bake(ec2, 'shared');
    await settle();
    ec2.ModifyImageAttribute({ ImageId: id, LaunchPermission: { Add: [entity] } }, platform);
    expect(ec2.amiVisible(shop.account, 'eu-west-1', id)).toBe(sees);
    const seen = (input: object) => ec2.DescribeImages(input, shop).Images!.map(({ ImageId }) => ImageId);
    expect(seen({ ImageIds: [id] })).toEqual(sees ? [id] : []);
    expect(seen({ ExecutableUsers: ['self'] })).toEqual(sees ? [id] : []);
    expect(failure(() => bake(ec2, 'child', shop, id))).toBe(sees ? 'none' : 'AuthFailure');
    expect(
      ec2.DescribeImageAttribute({ ImageId: id, Attribute: 'launchPermission' }, platform).LaunchPermissions,
    ).toEqual([entity]);
    ec2.ModifyImageAttribute({ ImageId: id, LaunchPermission: { Remove: [entity] } }, platform);
    expect(ec2.amiVisible(shop.account, 'eu-west-1', id)).toBe(false);
  });

  it('takes the other form of the same request as well', async () => {
    const { ec2, settle } = localEc2();
    const id = bake(ec2, 'shared');
    await settle();
    ec2.ModifyImageAttribute(
      {
        ImageId: id,
        Attribute: 'launchPermission',
        OperationType: 'add',
        UserIds: [shop.account],
        UserGroups: ['all'],
      },
      platform,
    );
    const [image] = ec2.DescribeImages({ ImageIds: [id] }, shop).Images!;
    expect(image).toMatchObject({ Public: true, OwnerId: platform.account });
  });

  it('sees it some time after it was shared, where EC2 is told to lag', async () => {
    const { ec2, clock, settle } = localEc2({ shareDelayMs: 5_000 });
    const id = bake(ec2, 'shared');
    await settle();
    ec2.ModifyImageAttribute(
      { ImageId: id, LaunchPermission: { Add: [{ UserId: shop.account }] } },
      platform,
    );
    expect(ec2.amiVisible(shop.account, 'eu-west-1', id)).toBe(false);
    clock.advanceTo(clock.now() + 5_000);
    expect(ec2.amiVisible(shop.account, 'eu-west-1', id)).toBe(true);
  });

  it('sees its own tags only', async () => {
    const { ec2, settle } = localEc2();
    const id = bake(ec2, 'shared');
    await settle();
    ec2.CreateTags({ Resources: [id], Tags: [{ Key: 'bake', Value: 'b-1' }] }, platform);
    expect(failure(() => ec2.CreateTags({ Resources: [id], Tags: [{ Key: 'x', Value: 'y' }] }, shop))).toBe(
      'InvalidAMIID.NotFound',
    );
    ec2.ModifyImageAttribute(
      { ImageId: id, LaunchPermission: { Add: [{ UserId: shop.account }] } },
      platform,
    );
    ec2.CreateTags({ Resources: [id], Tags: [{ Key: 'x', Value: 'y' }] }, shop);
    const tags = (at: typeof shop) => ec2.DescribeImages({ ImageIds: [id] }, at).Images![0]!.Tags;
    expect(tags(platform)).toEqual([{ Key: 'bake', Value: 'b-1' }]);
    expect(tags(shop)).toEqual([{ Key: 'x', Value: 'y' }]);
  });

  it('loses it for good when it is disabled', async () => {
    const { ec2, settle } = localEc2();
    const id = bake(ec2, 'shared');
    await settle();
    ec2.ModifyImageAttribute(
      { ImageId: id, LaunchPermission: { Add: [{ UserId: shop.account }] } },
      platform,
    );
    ec2.DisableImage({ ImageId: id }, platform);
    expect(ec2.DescribeImages({ ImageIds: [id] }, platform).Images).toEqual([]);
    expect(ec2.DescribeImages({ ImageIds: [id], IncludeDisabled: true }, platform).Images).toHaveLength(1);
    ec2.EnableImage({ ImageId: id }, platform);
    expect(ec2.amiVisible(shop.account, 'eu-west-1', id)).toBe(false);
  });

  it('is launched and copied by nobody while it is disabled, its owner included', async () => {
    const { ec2, events, settle } = localEc2();
    const id = bake(ec2, 'gone');
    expect(failure(() => ec2.DisableImage({ ImageId: id }, platform))).toBe('InvalidAMIID.Unavailable');
    await settle();
    expect(failure(() => ec2.DisableImage({ ImageId: id }, shop))).toBe('AuthFailure');
    for (let i = 0; i < 2; i += 1) ec2.DisableImage({ ImageId: id }, platform);
    const copy = () =>
      ec2.CopyImage({ Name: 'copy', SourceImageId: id, SourceRegion: 'eu-west-1' }, platform);
    expect(failure(() => bake(ec2, 'child', platform, id))).toBe('InvalidAMIID.Unavailable');
    expect(failure(copy)).toBe('InvalidAMIID.Unavailable');
    expect(
      failure(() =>
        ec2.ModifyImageAttribute(
          { ImageId: id, LaunchPermission: { Add: [{ UserId: shop.account }] } },
          platform,
        ),
      ),
    ).toBe('InvalidAMIID.Unavailable');
    for (let i = 0; i < 2; i += 1) ec2.EnableImage({ ImageId: id }, platform);
    expect(failure(copy)).toBe('none');
    const states = events.map(({ event }) => (event.detail as { State: string }).State);
    expect(states).toEqual(['available', 'disabled', 'available']);
  });

  it('does not find a deprecated one unless it asks for it; the owner does', async () => {
    const { ec2, clock, settle } = localEc2();
    const id = bake(ec2, 'shared');
    await settle();
    ec2.ModifyImageAttribute(
      { ImageId: id, LaunchPermission: { Add: [{ UserId: shop.account }] } },
      platform,
    );
    ec2.EnableImageDeprecation({ ImageId: id, DeprecateAt: new Date(clock.now() + 3_600_000) }, platform);
    const count = (at: typeof shop, IncludeDeprecated?: boolean) =>
      ec2.DescribeImages({ Filters: [{ Name: 'name', Values: ['shared'] }], IncludeDeprecated }, at).Images!
        .length;
    expect([count(shop), count(platform)]).toEqual([1, 1]);
    clock.advanceTo(clock.now() + 7_200_000);
    expect([count(shop), count(shop, true), count(platform)]).toEqual([0, 1, 1]);
  });
});

describe('DescribeImages', () => {
  it.each([
    ['an id that is none', { ImageIds: ['ami-xyz'] }, 'InvalidAMIID.Malformed'],
    [
      'an unknown id among known ones',
      { ImageIds: [base, 'ami-0bbbbbbbbbbbbbbb2'] },
      'InvalidAMIID.NotFound',
    ],
    ['ids and MaxResults', { ImageIds: [base], MaxResults: 10 }, 'InvalidParameterCombination'],
    ['an unknown filter', { Filters: [{ Name: 'colour', Values: ['red'] }] }, 'InvalidParameterValue'],
    ['a token of its own making', { NextToken: 'abc' }, 'InvalidNextToken'],
  ])('refuses %s', (_name, input, code) => {
    const { ec2 } = localEc2();
    expect(failure(() => ec2.DescribeImages(input, platform))).toBe(code);
  });

  it.each([
    [{ Owners: ['amazon'] }, [base]],
    [{ Owners: ['137112412989'] }, [base]],
    [{ Owners: ['self'] }, []],
    [{ Filters: [{ Name: 'name', Values: ['al2023-ami-*'] }] }, [base]],
    [{ Filters: [{ Name: 'name', Values: ['al2023-ami-2023.?'] }] }, [base]],
    [{ Filters: [{ Name: 'name', Values: ['AL2023*'] }] }, []],
    [{ Filters: [{ Name: 'name', Values: ['al2023'] }] }, []],
    [{ Filters: [{ Name: 'architecture', Values: ['arm64', 'x86_64'] }] }, [base]],
    [
      {
        Filters: [
          { Name: 'is-public', Values: ['true'] },
          { Name: 'state', Values: ['pending'] },
        ],
      },
      [],
    ],
  ])('finds by %j', (input, expected) => {
    const { ec2 } = localEc2();
    expect(ec2.DescribeImages(input, platform).Images!.map(({ ImageId }) => ImageId)).toEqual(expected);
  });

  it('pages, shorter than asked for where its limit says so', () => {
    const { ec2 } = localEc2({ pageLimit: 2 });
    for (const name of ['one', 'two', 'three', 'four', 'five']) bake(ec2, name);
    const names: string[] = [];
    let NextToken: string | undefined;
    let pages = 0;
    do {
      const answer = ec2.DescribeImages({ Owners: ['self'], MaxResults: 100, NextToken }, platform);
      names.push(...answer.Images!.map(({ Name }) => Name!));
      NextToken = answer.NextToken;
      pages += 1;
    } while (NextToken !== undefined);
    expect({ names, pages }).toEqual({ names: ['one', 'two', 'three', 'four', 'five'], pages: 3 });
  });

  it('forgets a deregistered AMI when the last instance that uses it is gone', async () => {
    const { ec2, settle } = localEc2();
    const id = bake(ec2, 'first');
    await settle();
    bake(ec2, 'child', platform, id);
    ec2.DeregisterImage({ ImageId: id }, platform);
    expect(ec2.DescribeImages({ ImageIds: [id] }, platform).Images).toEqual([]);
    expect(failure(() => bake(ec2, 'other', platform, id))).toBe('InvalidAMIID.Unavailable');
    const running = ec2.DescribeInstances({ Filters: [{ Name: 'image-id', Values: [id] }] }, platform);
    const InstanceIds = running.Reservations!.flatMap((r) => r.Instances!.map((i) => i.InstanceId!));
    ec2.TerminateInstances({ InstanceIds }, platform);
    expect(failure(() => ec2.DescribeImages({ ImageIds: [id] }, platform))).toBe('InvalidAMIID.NotFound');
  });
});

describe('CopyImage', () => {
  const frankfurt = { ...platform, region: 'eu-central-1' };
  const copied = { Name: 'copy', SourceRegion: 'eu-west-1' };

  it('makes an AMI of its own in another region, once per token', async () => {
    const { ec2, settle } = localEc2();
    const id = bake(ec2, 'first');
    await settle();
    const input = {
      ...copied,
      SourceImageId: id,
      ClientToken: 't-1',
      Encrypted: true,
      KmsKeyId: 'alias/golden-ami',
    };
    const copy = ec2.CopyImage(input, frankfurt).ImageId!;
    expect(ec2.CopyImage(input, frankfurt).ImageId).toBe(copy);
    expect(failure(() => ec2.CopyImage({ ...input, Description: 'other' }, frankfurt))).toBe(
      'IdempotentParameterMismatch',
    );
    await settle();
    const [image] = ec2.DescribeImages({ ImageIds: [copy] }, frankfurt).Images!;
    expect(image).toMatchObject({ State: 'available', SourceImageId: id, SourceImageRegion: 'eu-west-1' });
    expect(image!.BlockDeviceMappings![0]!.Ebs).toMatchObject({
      Encrypted: true,
      KmsKeyId: 'alias/golden-ami',
    });
    const ancestry = ec2.GetImageAncestry({ ImageId: copy }, frankfurt).ImageAncestryEntries!;
    expect(ancestry.map(({ ImageId }) => ImageId)).toEqual([copy, id, base]);
  });

  it('needs the snapshots shared as well, which launching does not', async () => {
    const { ec2, settle } = localEc2();
    const id = bake(ec2, 'first');
    await settle();
    ec2.ModifyImageAttribute(
      { ImageId: id, LaunchPermission: { Add: [{ UserId: shop.account }] } },
      platform,
    );
    const copy = () => ec2.CopyImage({ ...copied, SourceImageId: id }, shop);
    expect(failure(copy)).toBe('InvalidRequest');
    const [snapshot] = ec2.DescribeSnapshots({ OwnerIds: ['self'] }, platform).Snapshots!;
    ec2.ModifySnapshotAttribute(
      { SnapshotId: snapshot!.SnapshotId, CreateVolumePermission: { Add: [{ UserId: shop.account }] } },
      platform,
    );
    expect(failure(copy)).toBe('none');
  });

  it('fails late on a key that cannot be used', async () => {
    const { ec2, settle } = localEc2({ keyUsable: () => false });
    const id = bake(ec2, 'first');
    await settle();
    const copy = ec2.CopyImage(
      { ...copied, SourceImageId: id, Encrypted: true, KmsKeyId: 'alias/gone' },
      frankfurt,
    ).ImageId!;
    await settle();
    expect(ec2.DescribeImages({ ImageIds: [copy] }, frankfurt).Images![0]!.State).toBe('failed');
  });

  it('of an AMI on the account’s own default key cannot be shared', async () => {
    const { ec2, settle } = localEc2();
    const id = bake(ec2, 'first');
    await settle();
    const copy = ec2.CopyImage({ ...copied, SourceImageId: id, Encrypted: true }, frankfurt).ImageId!;
    await settle();
    const share = { ImageId: copy, LaunchPermission: { Add: [{ UserId: shop.account }] } };
    expect(failure(() => ec2.ModifyImageAttribute(share, frankfurt))).toBe('InvalidParameter');
  });
});
