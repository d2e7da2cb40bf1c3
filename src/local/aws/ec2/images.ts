import type {
  DescribeImageAttributeRequest,
  DescribeImagesRequest,
  DescribeImagesResult,
  GetImageAncestryRequest,
  GetImageAncestryResult,
  Image,
  ImageAncestryEntry,
  ImageAttribute,
  LaunchPermission,
} from '@aws-sdk/client-ec2';
import type { CallSite } from '../world';
import { ec2Failure, invalidValue, required } from './failures';
import { filtered, type FilterFields } from './filters';
import {
  checkImageId,
  explicitlyShared,
  noSuchImage,
  ownImage,
  seenImage,
  visible,
} from './image-visibility';
import type { Ec2Model } from './model';
import { page } from './pages';
import type { StoredImage } from './state';

const fields: FilterFields<StoredImage> = {
  architecture: ({ image }) => image.Architecture,
  'creation-date': ({ image }) => image.CreationDate,
  description: ({ image }) => image.Description,
  'ena-support': ({ image }) => image.EnaSupport,
  hypervisor: ({ image }) => image.Hypervisor,
  'image-id': ({ image }) => image.ImageId,
  'image-type': ({ image }) => image.ImageType,
  'is-public': ({ grants }) => grants.has('all'),
  name: ({ image }) => image.Name,
  'owner-alias': ({ image }) => image.ImageOwnerAlias,
  'owner-id': ({ image }) => image.OwnerId,
  platform: ({ image }) => image.Platform,
  'root-device-name': ({ image }) => image.RootDeviceName,
  'root-device-type': ({ image }) => image.RootDeviceType,
  'source-image-id': ({ image }) => image.SourceImageId,
  'source-image-region': ({ image }) => image.SourceImageRegion,
  'source-instance-id': ({ image }) => image.SourceInstanceId,
  state: ({ image }) => image.State,
  'virtualization-type': ({ image }) => image.VirtualizationType,
  'block-device-mapping.snapshot-id': ({ image }) => image.BlockDeviceMappings?.map((b) => b.Ebs?.SnapshotId),
  'block-device-mapping.volume-type': ({ image }) => image.BlockDeviceMappings?.map((b) => b.Ebs?.VolumeType),
  'block-device-mapping.encrypted': ({ image }) =>
    image.BlockDeviceMappings?.map((b) => String(b.Ebs?.Encrypted ?? false)),
};

/** Reading AMIs: what an account sees of them, and where they come from. */
export function imageOperations(model: Ec2Model) {
  return {
    DescribeImages(input: DescribeImagesRequest, at: CallSite): DescribeImagesResult {
      const { ImageIds: ids = [], MaxResults } = input;
      if (ids.length > 0 && MaxResults !== undefined) {
        throw ec2Failure(
          'InvalidParameterCombination',
          'The parameter imageIds cannot be used with the parameter maxResults',
        );
      }
      ids.forEach(checkImageId);
      const images = model.region(at.region).images;
      const unknown = ids.filter((id) => !known(model, images.get(id), at));
      if (unknown.length > 0) throw noSuchImage(unknown);
      const seen = [...images.values()].filter(
        (stored) =>
          (ids.length === 0 || ids.includes(stored.image.ImageId)) &&
          visible(model, stored, at.account) &&
          model.now >= stored.madeAtMs + model.options.showDelayMs &&
          ownedAsAsked(stored, input.Owners, at) &&
          executableAsAsked(model, stored, input.ExecutableUsers, at) &&
          (input.IncludeDisabled === true || stored.image.State !== 'disabled') &&
          (input.IncludeDeprecated === true ||
            stored.image.OwnerId === at.account ||
            !deprecated(model, stored)),
      );
      const found = filtered(seen, input.Filters, fields, ({ image }) => model.tagsOf(at, image.ImageId));
      const { items, next } = page(found, input, model.options);
      return { Images: items.map((stored) => seenImage(model, stored, at.account)), NextToken: next };
    },

    GetImageAncestry(input: GetImageAncestryRequest, at: CallSite): GetImageAncestryResult {
      const id = required(input.ImageId, 'ImageId');
      checkImageId(id);
      let stored = model.region(at.region).images.get(id);
      if (stored === undefined || !visible(model, stored, at.account)) throw noSuchImage([id]);
      const entries: ImageAncestryEntry[] = [];
      while (stored !== undefined) {
        const { ImageId, ImageOwnerAlias, SourceImageId, SourceImageRegion, CreationDate }: Image =
          stored.image;
        entries.push({
          ImageId,
          ImageOwnerAlias,
          SourceImageId,
          SourceImageRegion,
          CreationDate: CreationDate === undefined ? undefined : new Date(CreationDate),
        });
        const region: string = SourceImageRegion ?? stored.region;
        stored = SourceImageId === undefined ? undefined : model.region(region).images.get(SourceImageId);
      }
      return { ImageAncestryEntries: entries };
    },

    DescribeImageAttribute(input: DescribeImageAttributeRequest, at: CallSite): ImageAttribute {
      const { image, grants } = ownImage(model, input.ImageId, at);
      switch (input.Attribute) {
        case 'launchPermission':
          return { ImageId: image.ImageId, LaunchPermissions: [...grants.keys()].map(asPermission) };
        case 'description':
          return { ImageId: image.ImageId, Description: { Value: image.Description } };
        case 'blockDeviceMapping':
          return { ImageId: image.ImageId, BlockDeviceMappings: image.BlockDeviceMappings };
        case 'imdsSupport':
          return { ImageId: image.ImageId, ImdsSupport: { Value: image.ImdsSupport } };
        case 'bootMode':
          return { ImageId: image.ImageId, BootMode: { Value: image.BootMode } };
        default:
          throw invalidValue(
            `Value (${input.Attribute}) for parameter attribute is invalid. Unknown attribute.`,
          );
      }
    },
  };
}

/** An AMI that is there but not for the caller is left out of the answer; one that never was is an error. */
function known(model: Ec2Model, stored: StoredImage | undefined, at: CallSite): boolean {
  if (stored === undefined) return false;
  if (!stored.deregistered) return true;
  // "After all instances that reference a deregistered AMI are terminated" its id becomes unknown (DescribeImages).
  const instances = [...model.account(at).instances.values()].map(({ instance }) => instance);
  return instances.some((i) => i.ImageId === stored.image.ImageId && i.State?.Name !== 'terminated');
}

function ownedAsAsked({ image }: StoredImage, owners: string[] | undefined, at: CallSite): boolean {
  if (owners === undefined || owners.length === 0) return true;
  return owners.some((owner) =>
    owner === 'self'
      ? image.OwnerId === at.account
      : owner === image.OwnerId || (image.ImageOwnerAlias !== undefined && owner === image.ImageOwnerAlias),
  );
}

function executableAsAsked(
  model: Ec2Model,
  stored: StoredImage,
  users: string[] | undefined,
  at: CallSite,
): boolean {
  if (users === undefined || users.length === 0) return true;
  return users.some((user) =>
    user === 'all'
      ? stored.grants.has('all')
      : explicitlyShared(model, stored, user === 'self' ? at.account : user),
  );
}

function deprecated(model: Ec2Model, { image }: StoredImage): boolean {
  return image.DeprecationTime !== undefined && Date.parse(image.DeprecationTime) <= model.now;
}

function asPermission(entity: string): LaunchPermission {
  if (entity === 'all') return { Group: 'all' };
  if (entity.includes(':ou/')) return { OrganizationalUnitArn: entity };
  return entity.startsWith('arn:') ? { OrganizationArn: entity } : { UserId: entity };
}
