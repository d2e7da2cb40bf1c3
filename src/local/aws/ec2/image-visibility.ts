import type { Image } from '@aws-sdk/client-ec2';
import type { CallSite } from '../world';
import { ec2Failure, invalidValue, required } from './failures';
import type { Ec2Model } from './model';
import type { StoredImage } from './state';

const imageId = /^ami-([0-9a-f]{8}|[0-9a-f]{17})$/;

/** Whether an account was given the AMI by name or through its organisation: what `ExecutableUsers=self` lists. */
export function explicitlyShared(model: Ec2Model, stored: StoredImage, account: string): boolean {
  return [account, ...model.options.memberships(account)].some((entity) => granted(model, stored, entity));
}

/** Whether an account may see and launch the AMI. Disabled ones are seen by their owner only. */
export function visible(model: Ec2Model, stored: StoredImage, account: string): boolean {
  if (stored.deregistered) return false;
  if (stored.image.OwnerId === account) return true;
  if (stored.image.State === 'disabled') return false;
  return granted(model, stored, 'all') || explicitlyShared(model, stored, account);
}

function granted(model: Ec2Model, stored: StoredImage, entity: string): boolean {
  const atMs = stored.grants.get(entity);
  return atMs !== undefined && model.now >= atMs + model.options.shareDelayMs;
}

/** The AMI as an account sees it. */
export function seenImage(model: Ec2Model, stored: StoredImage, account: string): Image {
  const deprecated = stored.image.DeprecationTime;
  return {
    ...stored.image,
    ...(deprecated === undefined ? {} : { DeprecationTime: deprecated }),
    Public: stored.grants.has('all'),
    Tags: model.tagList({ account, region: stored.region }, stored.image.ImageId),
  };
}

export function checkImageId(id: string): void {
  if (!imageId.test(id))
    throw ec2Failure('InvalidAMIID.Malformed', `Invalid id: "${id}" (expecting "ami-...")`);
}

export function noSuchImage(ids: readonly string[]): Error {
  const [noun, verb] = ids.length === 1 ? ['id', 'does'] : ['ids', 'do'];
  return ec2Failure('InvalidAMIID.NotFound', `The image ${noun} '[${ids.join(', ')}]' ${verb} not exist`);
}

/** The AMI, for its owner: others get AuthFailure. */
export function ownImage(model: Ec2Model, id: string | undefined, at: CallSite): StoredImage {
  const wanted = required(id, 'ImageId');
  checkImageId(wanted);
  const stored = model.region(at.region).images.get(wanted);
  if (stored === undefined) throw noSuchImage([wanted]);
  if (stored.image.OwnerId !== at.account) {
    throw ec2Failure('AuthFailure', `Not authorized for image:${wanted}`);
  }
  if (stored.deregistered) {
    throw ec2Failure('InvalidAMIID.Unavailable', `The image ID '${wanted}' is no longer available`);
  }
  return stored;
}

/** The AMI for a launch or a copy, or the error that EC2 has for each way of not being usable. */
export function usableImage(
  model: Ec2Model,
  id: string | undefined,
  account: string,
  region: string,
): StoredImage {
  const wanted = required(id, 'ImageId');
  checkImageId(wanted);
  const stored = model.region(region).images.get(wanted);
  if (stored === undefined || (stored.deregistered && stored.image.OwnerId !== account))
    throw noSuchImage([wanted]);
  if (stored.deregistered || (stored.image.State !== 'available' && visible(model, stored, account))) {
    throw ec2Failure('InvalidAMIID.Unavailable', `The image ID '${wanted}' is no longer available`);
  }
  if (!visible(model, stored, account))
    throw ec2Failure('AuthFailure', `Not authorized for images: [${wanted}]`);
  return stored;
}

/** 3 to 128 of the characters EC2 allows (CreateImage, Name). */
export function checkImageName(model: Ec2Model, name: string | undefined, at: CallSite): string {
  const wanted = required(name, 'Name');
  if (!/^[A-Za-z0-9()[\] ./\-'@_]{3,128}$/.test(wanted)) {
    throw ec2Failure(
      'InvalidAMIName.Malformed',
      "AMI names must be between 3 and 128 characters long, and may contain letters, numbers, '(', ')', '.', '-', '/' and '_'",
    );
  }
  for (const { image, deregistered } of model.region(at.region).images.values()) {
    // A failed image keeps its name as well: EC2 frees it only when the image is deregistered.
    if (!deregistered && image.OwnerId === at.account && image.Name === wanted) {
      throw ec2Failure(
        'InvalidAMIName.Duplicate',
        `AMI name ${wanted} is already in use by AMI ${image.ImageId}`,
      );
    }
  }
  return wanted;
}

export function checkArchitecture(instanceType: string, stored: StoredImage): void {
  const family = instanceType.split('.')[0] ?? '';
  const ofType = family === 'a1' || /^[a-z]+\d+g/.test(family) ? 'arm64' : 'x86_64';
  const ofImage = stored.image.Architecture ?? 'x86_64';
  if (ofImage !== ofType) {
    throw invalidValue(
      `The architecture '${ofType}' of the specified instance type does not match the architecture '${ofImage}' of the specified AMI. Specify an instance type and an AMI that have matching architectures, and try again.`,
    );
  }
}
