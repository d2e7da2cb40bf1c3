import type { Instance } from '@aws-sdk/client-ec2';
import type { World } from '../world';
import { addSecurityGroup, addSubnet, addVpc } from './default-network';
import { ebsDefaultOperations } from './ebs-defaults';
import { geographyOperations } from './geography';
import { imageLifeOperations } from './image-life';
import { imageReferenceOperations } from './image-references';
import { addImage, imageMakingOperations } from './image-making';
import { imageSharingOperations } from './image-sharing';
import { imageOperations } from './images';
import { visible } from './image-visibility';
import { instanceOperations } from './instances';
import { moveInstance } from './instance-state';
import { launchTemplateOperations } from './launch-templates';
import { keyPairOperations } from './key-pairs';
import { Ec2Model } from './model';
import { networkOperations } from './networks';
import type { Ec2Options } from './options';
import { routeOperations } from './routes';
import { snapshotOperations } from './snapshots';
import type { StoredImage } from './state';
import { tagOperations } from './tags';
import { usageReportOperations } from './usage-reports';
import { volumeOperations } from './volumes';

const operations = (model: Ec2Model) => ({
  ...imageOperations(model),
  ...imageMakingOperations(model),
  ...imageSharingOperations(model),
  ...imageLifeOperations(model),
  ...imageReferenceOperations(model),
  ...usageReportOperations(model),
  ...launchTemplateOperations(model),
  ...snapshotOperations(model),
  ...instanceOperations(model),
  ...volumeOperations(model),
  ...networkOperations(model),
  ...keyPairOperations(model),
  ...tagOperations(model),
  ...geographyOperations(),
  ...routeOperations(model),
  ...ebsDefaultOperations(),
});

type Operations = ReturnType<typeof operations>;

/** Takes the operations of all resource families in: the class below has a method for each. */
const WithOperations = class {
  constructor(model: Ec2Model) {
    Object.assign(this, operations(model));
  }
} as new (model: Ec2Model) => Operations;

export interface PublicImageSeed {
  region: string;
  amiId: string;
  name: string;
  /** Account that owns it, such as 137112412989 (Amazon Linux). */
  owner: string;
  /** `amazon` where left out, as for AWS's own; null for an account without an alias. */
  ownerAlias?: string | null;
  architecture?: 'x86_64' | 'arm64';
  description?: string;
  createdAtMs?: number;
  rootDeviceName?: string;
  rootVolumeGiB?: number;
}

interface Place {
  account: string;
  region: string;
}

/**
 * The EC2 of the local AWS: AMIs with their life and sharing, and as much of instances and networks as building AMIs
 * takes. Methods with a capital are operations of the SDK; the others prepare it and look at it from outside.
 */
export class LocalEc2 extends WithOperations {
  readonly #model: Ec2Model;

  constructor(world: World, options: Ec2Options = {}) {
    const model = new Ec2Model(world, options);
    super(model);
    this.#model = model;
  }

  /** An AMI that everybody may launch, available at once. Announces nothing. */
  seedPublicImage(seed: PublicImageSeed): void {
    const { region, owner, amiId, name, architecture = 'x86_64', rootDeviceName = '/dev/xvda' } = seed;
    const stored = addImage(this.#model, { account: owner, region }, name, undefined, {
      ImageId: amiId,
      Architecture: architecture,
      BlockDeviceMappings: [
        {
          DeviceName: rootDeviceName,
          Ebs: { VolumeSize: seed.rootVolumeGiB ?? 8, VolumeType: 'gp3', DeleteOnTermination: true },
        },
      ],
      CreationDate: new Date(seed.createdAtMs ?? this.#model.now).toISOString(),
      Description: seed.description ?? name,
      ImageOwnerAlias: seed.ownerAlias === null ? undefined : (seed.ownerAlias ?? 'amazon'),
      RootDeviceName: rootDeviceName,
      State: 'available',
    });
    stored.grants.set('all', Number.NEGATIVE_INFINITY);
    for (const { Ebs } of stored.image.BlockDeviceMappings ?? []) {
      const snapshot = this.#model.region(region).snapshots.get(Ebs?.SnapshotId ?? '');
      Object.assign(snapshot?.snapshot ?? {}, { State: 'completed', Progress: '100%' });
    }
  }

  seedVpc(place: Place, vpc: { vpcId: string; cidr?: string }): void {
    const own = this.#model.account(place);
    addVpc(own, { account: place.account, ...vpc });
    addSecurityGroup(own, { vpcId: vpc.vpcId, groupId: this.#model.id('sg'), name: 'default' });
  }

  /** Its VPC is made where it is missing. `zone` is the letter of the availability zone. */
  seedSubnet(place: Place, subnet: { subnetId: string; vpcId: string; zone?: string; cidr?: string }): void {
    if (!this.#model.account(place).vpcs.has(subnet.vpcId)) this.seedVpc(place, { vpcId: subnet.vpcId });
    addSubnet(this.#model.account(place), { ...place, ...subnet });
  }

  seedSecurityGroup(
    place: Place,
    group: { groupId: string; vpcId: string; name: string; description?: string },
  ): void {
    addSecurityGroup(this.#model.account(place), group);
  }

  /** Whether EC2 shows an account the AMI, available: what SSM checks a parameter of type aws:ec2:image against. */
  amiVisible(account: string, region: string, amiId: string): boolean {
    const stored = this.#model.region(region).images.get(amiId);
    if (stored?.image.State !== 'available') return false;
    return visible(this.#model, stored, account);
  }

  /** As EC2 keeps it, whoever may see it. */
  storedImage(region: string, amiId: string): StoredImage | undefined {
    return this.#model.region(region).images.get(amiId);
  }

  storedImages(region: string): IterableIterator<StoredImage> {
    return this.#model.region(region).images.values();
  }

  /** Lets the next image or copy with such a name end in `failed`, once. */
  failNext(when: (name: string, region: string) => boolean): void {
    this.#model.failNext(when);
  }

  /** An instance as DescribeInstances shows it; undefined where the account has none of this id. */
  instance(place: Place, instanceId: string): Instance | undefined {
    const stored = this.#model.account(place).instances.get(instanceId);
    return stored && { ...stored.instance, Tags: this.#model.tagList(place, instanceId) };
  }

  /** `shutdown -P` inside the instance: it stops or terminates, as it was launched to do. */
  shutDownFromInside(place: Place, instanceId: string): void {
    const stored = this.#model.account(place).instances.get(instanceId);
    if (stored === undefined) throw new RangeError(`no instance ${instanceId} in ${place.account}`);
    moveInstance(this.#model, place, stored, stored.shutdownBehavior === 'stop' ? 'stopped' : 'terminated');
  }
}
