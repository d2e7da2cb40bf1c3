import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ShimSettings } from '../shim/settings';
import { itemsOf, textOf, type Answer, type Ec2Query } from './ec2-query';
import { flatTexts } from './expression';
import { Provisioning } from './provision';
import type { PlannedBuild, Settings } from './template';
import { asList, asObject, asText, type Value } from './value';
import { durationMs, waitForPort } from './waiting';

type Say = (line: string, indent?: boolean) => void;

/** AMI by region. */
export type Artifact = Record<string, string>;

/** One amazon-ebs build, in the order of calls that Packer keeps. */
export class AmiBuild {
  readonly #region: string;
  readonly #settings: Settings;
  #instanceId: string | undefined;
  #groupId: string | undefined;
  /** Set when the build is not to go on; cleaning up goes on nevertheless. */
  #images: Artifact = {};

  constructor(
    private readonly plan: PlannedBuild,
    private readonly shim: ShimSettings,
    private readonly ec2: Ec2Query,
    private readonly signal: AbortSignal,
    private readonly say: Say,
  ) {
    this.#settings = plan.settings;
    this.#region = asText(plan.settings.region) || shim.region;
  }

  /** Throws what went wrong; instance and security group are gone by then. */
  async run(): Promise<Artifact> {
    try {
      await this.#make();
    } catch (error) {
      if (this.signal.aborted) await this.#cleanUp();
      else {
        this.say((error as Error).message);
        await this.#cleanUp();
      }
      throw error;
    }
    await this.#cleanUp();
    return this.#images;
  }

  async #make(): Promise<void> {
    const name = asText(this.#settings.ami_name);
    this.say('Prevalidating any provided VPC information');
    this.say(`Prevalidating AMI Name: ${name}`);
    const same = await this.#call('DescribeImages', {
      Owner: ['self'],
      Filter: [{ Name: 'name', Value: [name] }],
    });
    const taken = itemsOf(same.imagesSet)[0];
    if (taken !== undefined) {
      throw new Error(`Error: AMI Name: '${name}' is used by an existing AMI: ${textOf(taken.imageId)}`);
    }
    const source = await this.#sourceImage();
    this.say(`Found Image ID: ${source}`, true);
    const groups = await this.#securityGroups();
    await this.#launch(source, groups);
    await this.#waitForSsh();
    const provisioning = new Provisioning(this.shim, (line) => this.say(line));
    for (const step of this.plan.provisioners) {
      this.signal.throwIfAborted();
      await provisioning.run(step);
    }
    await this.#stop();
    await this.#createImage(name);
    await this.#copyToRegions(name);
    await this.#share();
    await this.#tag();
  }

  async #sourceImage(): Promise<string> {
    const given = asText(this.#settings.source_ami);
    const filter = asObject(this.#settings.source_ami_filter);
    const answer = await this.#call('DescribeImages', {
      ImageId: given === '' ? undefined : [given],
      Owner: flatTexts(filter.owners),
      Filter: Object.entries(asObject(filter.filters)).map(([Name, value]) => ({
        Name,
        Value: flatTexts(value),
      })),
    });
    const found = itemsOf(answer.imagesSet);
    if (found.length === 0) throw new Error('No AMI was found matching filters');
    if (found.length > 1 && filter.most_recent !== true && filter.most_recent !== 'true') {
      throw new Error(
        'Your query returned more than one result. Please try a more specific search, or set most_recent to true.',
      );
    }
    const newest = found.sort((a, b) => (textOf(a.creationDate) < textOf(b.creationDate) ? 1 : -1))[0]!;
    return textOf(newest.imageId);
  }

  async #securityGroups(): Promise<string[]> {
    const given = [
      ...flatTexts(this.#settings.security_group_id),
      ...flatTexts(this.#settings.security_group_ids),
    ];
    if (given.length > 0) return given;
    const name = `packer_${randomUUID()}`;
    this.say(`Creating temporary security group for this instance: ${name}`);
    const subnet = asText(this.#settings.subnet_id);
    let vpc = asText(this.#settings.vpc_id);
    if (vpc === '' && subnet !== '') {
      const answer = await this.#call('DescribeSubnets', { SubnetId: [subnet] });
      vpc = textOf(itemsOf(answer.subnetSet)[0]?.vpcId);
    }
    const answer = await this.#call('CreateSecurityGroup', {
      GroupName: name,
      GroupDescription: 'Temporary group for Packer',
      VpcId: vpc === '' ? undefined : vpc,
      TagSpecification: tagSpecifications(['security-group'], this.#settings.run_tags),
    });
    this.#groupId = textOf(answer.groupId);
    const { port } = this.shim.ssh;
    this.say(`Authorizing access to port ${port} from [0.0.0.0/0] in the temporary security groups...`);
    await this.#call('AuthorizeSecurityGroupIngress', {
      GroupId: this.#groupId,
      IpPermissions: [
        { IpProtocol: 'tcp', FromPort: port, ToPort: port, IpRanges: [{ CidrIp: '0.0.0.0/0' }] },
      ],
    });
    return [this.#groupId];
  }

  async #launch(source: string, groups: string[]): Promise<void> {
    this.say('Launching a source AWS instance...');
    const { subnet_id: subnet, iam_instance_profile: profile, shutdown_behavior: behavior } = this.#settings;
    const tags = { Name: 'Packer Builder', ...asObject(this.#settings.run_tags) };
    const answer = await this.#call('RunInstances', {
      ImageId: source,
      InstanceType: asText(this.#settings.instance_type),
      MinCount: 1,
      MaxCount: 1,
      SubnetId: subnet === undefined ? undefined : asText(subnet),
      SecurityGroupId: groups,
      IamInstanceProfile: profile === undefined ? undefined : { Name: asText(profile) },
      InstanceInitiatedShutdownBehavior: behavior === undefined ? undefined : asText(behavior),
      BlockDeviceMapping: devices(this.#settings.launch_block_device_mappings),
      TagSpecification: [
        ...tagSpecifications(['instance'], tags),
        ...tagSpecifications(['volume'], this.#settings.run_volume_tags),
      ],
    });
    this.#instanceId = textOf(itemsOf(answer.instancesSet)[0]?.instanceId);
    this.say(`Instance ID: ${this.#instanceId}`, true);
    this.say(`Waiting for instance (${this.#instanceId}) to become ready...`);
    await this.#waitForInstance('running');
  }

  async #waitForSsh(): Promise<void> {
    const { host, port } = this.shim.ssh;
    this.say(`Using ssh communicator to connect: ${host}`);
    const pause = asText(this.#settings.pause_before_connecting);
    this.say('Waiting for SSH to become available...');
    await waitForPort(host, port, durationMs(asText(this.#settings.ssh_timeout), 300_000), this.signal);
    if (pause !== '') {
      this.say(`Pausing ${pause} before connecting...`);
      await sleep(durationMs(pause, 0), undefined, { signal: this.signal });
    }
    this.say('Connected to SSH!');
  }

  async #stop(): Promise<void> {
    this.say('Stopping the source instance...');
    await this.#call('StopInstances', { InstanceId: [this.#instanceId] });
    this.say('Waiting for the instance to stop...');
    await this.#waitForInstance('stopped');
  }

  async #createImage(name: string): Promise<void> {
    this.say(`Creating AMI ${name} from instance ${this.#instanceId}`);
    const { ami_description: description } = this.#settings;
    const answer = await this.#call('CreateImage', {
      InstanceId: this.#instanceId,
      Name: name,
      Description: description === undefined ? undefined : asText(description),
    });
    const id = textOf(answer.imageId);
    this.say(`AMI: ${id}`, true);
    this.say('Waiting for AMI to become ready...');
    await this.#waitForImage(this.#region, id);
    this.#images[this.#region] = id;
  }

  async #copyToRegions(name: string): Promise<void> {
    const regions = flatTexts(this.#settings.ami_regions).filter((region) => region !== this.#region);
    await Promise.all(
      regions.map(async (region) => {
        const SourceImageId = this.#images[this.#region];
        const answer = await this.ec2.call(region, 'CopyImage', {
          Name: name,
          SourceImageId,
          SourceRegion: this.#region,
        });
        const id = textOf(answer.imageId);
        await this.#waitForImage(region, id);
        this.#images[region] = id;
      }),
    );
  }

  async #share(): Promise<void> {
    const { ami_users: users, ami_groups: groups, ami_org_arns: orgs, ami_ou_arns: units } = this.#settings;
    const Add = [
      ...flatTexts(users).map((UserId) => ({ UserId })),
      ...flatTexts(groups).map((Group) => ({ Group })),
      ...flatTexts(orgs).map((OrganizationArn) => ({ OrganizationArn })),
      ...flatTexts(units).map((OrganizationalUnitArn) => ({ OrganizationalUnitArn })),
    ];
    if (Add.length === 0) return;
    for (const [region, ImageId] of Object.entries(this.#images)) {
      await this.ec2.call(region, 'ModifyImageAttribute', { ImageId, LaunchPermission: { Add } });
    }
  }

  async #tag(): Promise<void> {
    const tags = tagList(this.#settings.tags);
    const ofSnapshots = tagList({
      ...asObject(this.#settings.tags),
      ...asObject(this.#settings.snapshot_tags),
    });
    for (const [region, id] of Object.entries(this.#images)) {
      if (ofSnapshots.length === 0) return;
      this.say(`Adding tags to AMI (${id})...`);
      const answer = await this.ec2.call(region, 'DescribeImages', { ImageId: [id] });
      const snapshots = itemsOf(itemsOf(answer.imagesSet)[0]?.blockDeviceMapping).flatMap(
        ({ ebs }) => textOf((ebs as Answer | undefined)?.snapshotId) || [],
      );
      if (tags.length > 0) await this.ec2.call(region, 'CreateTags', { ResourceId: [id], Tag: tags });
      await this.ec2.call(region, 'CreateTags', { ResourceId: snapshots, Tag: ofSnapshots });
    }
  }

  async #cleanUp(): Promise<void> {
    if (this.#instanceId !== undefined) {
      this.say('Terminating the source AWS instance...');
      await this.ec2.call(this.#region, 'TerminateInstances', { InstanceId: [this.#instanceId] });
      await this.#waitForInstance('terminated', false);
    }
    if (this.#groupId !== undefined) {
      this.say('Deleting temporary security group...');
      await this.ec2.call(this.#region, 'DeleteSecurityGroup', { GroupId: this.#groupId });
    }
  }

  async #waitForInstance(state: string, stoppable = true): Promise<void> {
    for (;;) {
      const answer = await this.ec2.call(this.#region, 'DescribeInstances', {
        InstanceId: [this.#instanceId],
      });
      const [instance] = itemsOf(itemsOf(answer.reservationSet)[0]?.instancesSet);
      const now = textOf((instance?.instanceState as Answer | undefined)?.name);
      if (now === state) return;
      if (now === 'terminated') throw new Error(`Error waiting for instance: it is terminated`);
      await sleep(100, undefined, stoppable ? { signal: this.signal } : {});
    }
  }

  async #waitForImage(region: string, id: string): Promise<void> {
    for (;;) {
      const answer = await this.ec2.call(region, 'DescribeImages', { ImageId: [id] });
      const state = textOf(itemsOf(answer.imagesSet)[0]?.imageState);
      if (state === 'available') return;
      if (state === 'failed') throw new Error(`Error waiting for AMI: ${id} is failed`);
      await sleep(100, undefined, { signal: this.signal });
    }
  }

  async #call(action: string, input: Parameters<Ec2Query['call']>[2]): Promise<Answer> {
    this.signal.throwIfAborted();
    return this.ec2.call(this.#region, action, input);
  }
}

const tagList = (tags: Value | undefined): { Key: string; Value: string }[] =>
  Object.entries(asObject(tags)).map(([Key, value]) => ({ Key, Value: asText(value) }));

const tagSpecifications = (types: string[], tags: Value | undefined) =>
  tagList(tags).length === 0 ? [] : types.map((ResourceType) => ({ ResourceType, Tag: tagList(tags) }));

const devices = (mappings: Value | undefined) =>
  asList(mappings).map((mapping) => {
    const { device_name, volume_size, volume_type, encrypted, kms_key_id, delete_on_termination } =
      asObject(mapping);
    return {
      DeviceName: asText(device_name),
      Ebs: {
        VolumeSize: volume_size === undefined ? undefined : Number(volume_size),
        VolumeType: volume_type === undefined ? undefined : asText(volume_type),
        Encrypted: encrypted === undefined ? undefined : asText(encrypted),
        KmsKeyId: kms_key_id === undefined ? undefined : asText(kms_key_id),
        DeleteOnTermination: asText(delete_on_termination ?? true),
      },
    };
  });
