import {
  EC2Client,
  CreateTagsCommand,
  DescribeImagesCommand,
  DescribeInstancesCommand,
} from '@aws-sdk/client-ec2';
import {
  ModifyImageAttributeCommand,
  RunInstancesCommand,
  paginateDescribeImages,
} from '@aws-sdk/client-ec2';
import { CreateImageCommand, DescribeSnapshotsCommand, ImportKeyPairCommand } from '@aws-sdk/client-ec2';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { amazonLinux, packerBench } from './bench';

describe('the AWS front, spoken to by the SDK', () => {
  let world: Awaited<ReturnType<typeof packerBench>>;
  let client: EC2Client;
  const options = () => ({
    endpoint: world.bench.endpoint,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'LOCAL111111111111', secretAccessKey: 'local' },
    maxAttempts: 1,
  });
  beforeAll(async () => {
    world = await packerBench();
    client = new EC2Client(options());
  });
  afterAll(async () => {
    client.destroy();
    await world.stop();
  });

  it('launches, tags and shows an instance with all that was asked for', async () => {
    const tags = [
      { Key: 'Name', Value: 'a <b> & "c"' },
      { Key: 'ünï', Value: '' },
    ];
    const launched = await client.send(
      new RunInstancesCommand({
        ImageId: amazonLinux,
        InstanceType: 't3.micro',
        MinCount: 1,
        MaxCount: 1,
        ClientToken: 'front-1',
        BlockDeviceMappings: [
          { DeviceName: '/dev/xvda', Ebs: { VolumeSize: 20, VolumeType: 'gp3', Encrypted: true } },
        ],
        MetadataOptions: { HttpTokens: 'required' },
        TagSpecifications: [{ ResourceType: 'instance', Tags: tags }],
      }),
    );
    const id = launched.Instances![0]!.InstanceId!;
    const found = await client.send(
      new DescribeInstancesCommand({ Filters: [{ Name: 'tag:Name', Values: ['nothing', 'a <b>*'] }] }),
    );
    expect(found.Reservations).toHaveLength(1);
    expect(found.Reservations![0]!.Instances).toMatchObject([
      {
        InstanceId: id,
        Tags: tags,
        MetadataOptions: { HttpTokens: 'required' },
        BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs: { DeleteOnTermination: true } }],
        Placement: { AvailabilityZone: 'eu-west-1a' },
      },
    ]);
    expect(found.Reservations![0]!.Instances![0]!.LaunchTime).toBeInstanceOf(Date);
    const { ImageId } = await client.send(new CreateImageCommand({ InstanceId: id, Name: 'front-1' }));
    await client.send(new CreateTagsCommand({ Resources: [ImageId!], Tags: tags }));
    const { Images } = await client.send(new DescribeImagesCommand({ ImageIds: [ImageId!] }));
    expect(Images).toMatchObject([{ Name: 'front-1', Public: false, OwnerId: '111111111111', Tags: tags }]);
    const { Snapshots } = await client.send(new DescribeSnapshotsCommand({ OwnerIds: ['self'] }));
    expect(Snapshots).toMatchObject([{ VolumeSize: 20, Encrypted: true }]);
  });

  it('answers empty lists as empty lists', async () => {
    const { Images } = await client.send(
      new DescribeImagesCommand({ Filters: [{ Name: 'name', Values: ['nothing'] }] }),
    );
    expect(Images).toEqual([]);
  });

  it('pages', async () => {
    const names: string[] = [];
    for await (const page of paginateDescribeImages(
      { client, pageSize: 1 },
      { Owners: ['amazon', 'self'] },
    )) {
      names.push(...page.Images!.map(({ Name }) => Name!));
    }
    expect(names).toContain('amzn-ami-hvm-2017.03.0.20170417-x86_64-gp2');
    expect(names.length).toBeGreaterThan(1);
  });

  it('takes binary members', async () => {
    const PublicKeyMaterial = Buffer.from('ssh-ed25519 AAAA test');
    const imported = await client.send(new ImportKeyPairCommand({ KeyName: 'mine', PublicKeyMaterial }));
    expect(imported).toMatchObject({ KeyName: 'mine', KeyPairId: expect.stringMatching(/^key-0/) as string });
  });

  it.each([
    ['of EC2', new DescribeImagesCommand({ ImageIds: ['ami-0bbbbbbbbbbbbbbb2'] }), 'InvalidAMIID.NotFound'],
    [
      'of an AMI of others',
      new ModifyImageAttributeCommand({
        ImageId: amazonLinux,
        LaunchPermission: { Add: [{ Group: 'all' }] },
      }),
      'AuthFailure',
    ],
  ])('gives errors %s by name', async (_name, command, name) => {
    await expect(client.send(command as DescribeImagesCommand)).rejects.toMatchObject({
      name,
      $metadata: { httpStatusCode: 400 },
    });
  });

  it('knows the account by the credential, and who speaks', async () => {
    const sts = new STSClient({
      ...options(),
      credentials: { accessKeyId: 'LOCAL222222222222', secretAccessKey: 'x' },
    });
    const { Account } = await sts.send(new GetCallerIdentityCommand({}));
    sts.destroy();
    expect(Account).toBe('222222222222');
    expect(world.log.records.at(-1)!.site).toMatchObject({
      account: '222222222222',
      region: 'eu-west-1',
      caller: 'packer',
      userAgent: expect.stringContaining('aws-sdk-js') as string,
    });
  });

  it.each([
    [
      'credentials that are not local',
      'Action=DescribeImages&Version=2016-11-15',
      'AKIAREAL',
      401,
      'AuthFailure',
    ],
    [
      'an action that is none',
      'Action=constructor&Version=2016-11-15',
      'LOCAL111111111111',
      400,
      'InvalidAction',
    ],
    [
      'an operation the local EC2 lacks',
      'Action=CreateVpc&Version=2016-11-15',
      'LOCAL111111111111',
      501,
      'NotInLocalAws',
    ],
    [
      'a parameter that is none',
      'Action=DescribeImages&Colour=red',
      'LOCAL111111111111',
      400,
      'UnknownParameter',
    ],
  ])('refuses %s', async (_name, body, key, status, code) => {
    const authorization = `AWS4-HMAC-SHA256 Credential=${key}/20261122/eu-west-1/ec2/aws4_request, SignedHeaders=host, Signature=0`;
    const response = await fetch(world.bench.endpoint, { method: 'POST', body, headers: { authorization } });
    expect(response.status).toBe(status);
    expect(await response.text()).toContain(`<Code>${code}</Code>`);
  });
});
