import type { Diagnosis } from '../../src/lib/doctor/diagnosis';
import type { Subject } from '../../src/lib/preflight/subject';
import { localDoctor, localSubject, roleNames } from '../../src/local/bakery/doctor';
import { deployments } from '../../src/local/bakery/deployment';
import { accounts, MemoryBakery, region } from '../support/memory-bakery';
import { platformFiles, shopFiles } from '../support/starter';

export const farRegion = 'eu-central-1';
export const place = { account: accounts.platform, region };
export const owner = { ...place, caller: 'person:alice' };
export const deadLetters = 'bakery-dead.fifo';
export const network = {
  vpcId: 'vpc-0a1b2c3d',
  subnetId: 'subnet-0a1b2c3d',
  securityGroupId: 'sg-0a1b2c3d',
  sshInterface: 'session_manager' as const,
};
export const buildSubnet = 'subnet-0b1b2c3d';
export const profile = 'packer-build';
const autoScaling = (account: string) =>
  `arn:aws:iam::${account}:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling`;
const followers = [accounts.shop, accounts.consumer];

/**
 * Three accounts with everything that can be wrong in them, and right: a private network with a NAT gateway, Session Manager,
 * an instance profile, an organisation, a permissions boundary, a key of the account's own, two regions.
 */
export class HealthyWorld {
  readonly made: MemoryBakery;
  readonly keyArn: string;
  readonly subjects: Map<string, Subject>;

  private constructor() {
    const all = deployments({
      mirrors: [{ image: 'base-al2023', architecture: 'x86_64', channel: 'stable' }],
    });
    for (const { title, settings } of all)
      if (title === 'platform')
        Object.assign(settings, {
          network,
          instanceProfile: profile,
          ceilings: { ...settings.ceilings, regions: [farRegion] },
        });
    this.made = new MemoryBakery({ deployments: all });
    this.subjects = new Map(all.map(({ settings }) => [settings.account, localSubject(settings)]));
    Object.assign(this.subjects.get(accounts.platform)!, {
      source: 'config/prod.yml',
      buildVpc: {
        vpcId: network.vpcId,
        subnetIds: [buildSubnet],
        securityGroupIds: [network.securityGroupId],
      },
      profiles: [{ profile, role: profile }],
      deadLetterQueues: [deadLetters],
    });
    const { aws } = this.made;
    aws.sqs.createQueue(place, deadLetters);
    this.#connect();
    this.#giveRoles();
    this.keyArn = aws.kms.createKey(place, { alias: 'alias/golden', policy: keyPolicy() });
    const at = { ...place, caller: 'cloudformation' };
    for (const account of followers)
      aws.kms.CreateGrant(
        { KeyId: this.keyArn, GranteePrincipal: autoScaling(account), Operations: ['Decrypt'] },
        at,
      );
    aws.ec2.EnableEbsEncryptionByDefault({}, at);
    aws.ec2.ModifyEbsDefaultKmsKeyId({ KmsKeyId: this.keyArn }, at);
  }

  /** Images are baked, published and followed. */
  static async make(): Promise<HealthyWorld> {
    const world = new HealthyWorld();
    world.made.push(accounts.platform, platformFiles());
    world.made.push(accounts.shop, shopFiles());
    await world.made.settle();
    return world;
  }

  get aws(): MemoryBakery['aws'] {
    return this.made.aws;
  }

  subject(account: string = accounts.platform): Subject {
    return this.subjects.get(account)!;
  }

  diagnose(account: string = accounts.platform): Promise<Diagnosis> {
    return localDoctor(this.aws, this.subject(account))();
  }

  /** What the ledger says the platform's base is. */
  amiOf(image = 'base-al2023'): string {
    return this.made.parameter(accounts.platform, `/bakery/${image}/x86_64/stable`)!;
  }

  routeTable(): string {
    const Filters = [{ Name: 'vpc-id', Values: [network.vpcId] }];
    return this.aws.ec2.DescribeRouteTables({ Filters }, owner).RouteTables![0]!.RouteTableId!;
  }

  topicArn(): string {
    return this.subject().settings.topicArn!;
  }

  /** Everything that went through the doctor's clients. */
  calls(): string[] {
    return this.aws.log.records
      .filter(({ site }) => site.caller === 'person:doctor')
      .map(({ service, operation }) => `${service}.${operation}`);
  }

  #connect(): void {
    const { ec2 } = this.aws;
    ec2.seedSubnet(place, { subnetId: network.subnetId, vpcId: network.vpcId, zone: 'a' });
    ec2.seedSubnet(place, { subnetId: buildSubnet, vpcId: network.vpcId, zone: 'b' });
    ec2.seedSecurityGroup(place, { groupId: network.securityGroupId, vpcId: network.vpcId, name: 'builds' });
    const NatGatewayId = 'nat-0a1b2c3d';
    const route = { RouteTableId: this.routeTable(), DestinationCidrBlock: '0.0.0.0/0', NatGatewayId };
    ec2.CreateRoute(route, owner);
  }

  #giveRoles(): void {
    const { iam } = this.aws;
    const { account } = place;
    iam.putRole(account, { name: profile, trusts: ['ec2.amazonaws.com'] });
    iam.AttachRolePolicy(
      { RoleName: profile, PolicyArn: 'arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore' },
      owner,
    );
    iam.putInstanceProfile(account, profile, [profile]);
    iam.PutRolePolicy(
      { RoleName: roleNames.bake, PolicyName: 'give-profiles', PolicyDocument: passRole(account) },
      owner,
    );
    iam.setOrganizationPolicies(account, [everything]);
  }
}

export const everything = {
  Statement: [{ Effect: 'Allow' as const, Action: '*', Resource: '*' }],
};

const passRole = (account: string): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Action: 'iam:PassRole',
        Resource: `arn:aws:iam::${account}:role/${profile}`,
        Condition: { StringEquals: { 'iam:PassedToService': 'ec2.amazonaws.com' } },
      },
    ],
  });

/** As AWS's documentation writes it: the owner's account, and whom the images are shared with. */
export const keyPolicy = (users: string[] = followers) => ({
  Version: '2012-10-17',
  Statement: [
    {
      Sid: 'Own',
      Effect: 'Allow',
      Principal: { AWS: `arn:aws:iam::${accounts.platform}:root` },
      Action: 'kms:*',
      Resource: '*',
    },
    {
      Sid: 'Launch',
      Effect: 'Allow',
      Principal: { AWS: users.map((account) => `arn:aws:iam::${account}:root`) },
      Action: ['kms:Decrypt', 'kms:DescribeKey', 'kms:GenerateDataKey*', 'kms:ReEncrypt*', 'kms:CreateGrant'],
      Resource: '*',
    },
  ],
});
