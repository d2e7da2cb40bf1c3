import type {
  BlockDeviceMapping,
  CopyImageRequest,
  CopyImageResult,
  CreateImageRequest,
  CreateImageResult,
  DeleteSnapshotReturnCode,
  DeregisterImageRequest,
  DeregisterImageResult,
  RegisterImageRequest,
  RegisterImageResult,
  TagSpecification,
} from '@aws-sdk/client-ec2';
import type { CallSite } from '../world';
import { ec2Failure, required } from './failures';
import { announceState, finishImage } from './image-state';
import { checkImageName, ownImage, usableImage } from './image-visibility';
import { onDefaultKey } from './image-sharing';
import { ownInstance } from './instance-lookup';
import type { Ec2Model } from './model';
import type { StoredImage } from './state';
import { onceForToken } from './tokens';

/** How AMIs come to be and go: from an instance, from another AMI, from snapshots. */
export function imageMakingOperations(model: Ec2Model) {
  return {
    CreateImage(input: CreateImageRequest, at: CallSite): CreateImageResult {
      const name = checkImageName(model, input.Name, at);
      const { instance } = ownInstance(model, required(input.InstanceId, 'InstanceId'), at);
      if (!['running', 'stopped', 'stopping'].includes(instance.State?.Name ?? '')) {
        throw ec2Failure(
          'IncorrectInstanceState',
          `Instance ${instance.InstanceId} is not in state 'running' or 'stopped' but '${instance.State?.Name}'`,
        );
      }
      const source = model.region(at.region).images.get(instance.ImageId ?? '');
      const volumes = (instance.BlockDeviceMappings ?? []).map(({ DeviceName, Ebs }) => ({
        DeviceName,
        volume: model.account(at).volumes.get(Ebs?.VolumeId ?? ''),
      }));
      const mappings = volumes.map(({ DeviceName, volume }) => ({
        DeviceName,
        Ebs: {
          DeleteOnTermination: true,
          VolumeSize: volume?.Size ?? 8,
          VolumeType: volume?.VolumeType ?? 'gp3',
          Encrypted: volume?.Encrypted ?? false,
          KmsKeyId: volume?.KmsKeyId,
        },
      }));
      const stored = addImage(model, at, name, input.TagSpecifications, {
        Architecture: source?.image.Architecture ?? instance.Architecture,
        BlockDeviceMappings: mappings,
        Description: input.Description,
        RootDeviceName: instance.RootDeviceName,
        SourceImageId: instance.ImageId,
        SourceImageRegion: at.region,
        SourceInstanceId: instance.InstanceId,
        ImdsSupport: source?.image.ImdsSupport,
        BootMode: source?.image.BootMode,
        PlatformDetails: source?.image.PlatformDetails,
        Platform: source?.image.Platform,
      });
      finishImage(model, stored, model.options.imageReadyMs, model.fails(name, at));
      return { ImageId: stored.image.ImageId };
    },

    CopyImage(input: CopyImageRequest, at: CallSite): CopyImageResult {
      const { ClientToken, ...request } = input;
      const ImageId = onceForToken(model.account(at), ClientToken, request, () =>
        copyImage(model, input, at),
      );
      return { ImageId };
    },

    RegisterImage(input: RegisterImageRequest, at: CallSite): RegisterImageResult {
      const name = checkImageName(model, input.Name, at);
      for (const { Ebs } of input.BlockDeviceMappings ?? []) {
        if (Ebs?.SnapshotId !== undefined && !model.region(at.region).snapshots.has(Ebs.SnapshotId)) {
          throw ec2Failure('InvalidSnapshot.NotFound', `The snapshot '${Ebs.SnapshotId}' does not exist.`);
        }
      }
      const stored = addImage(model, at, name, input.TagSpecifications, {
        Architecture: input.Architecture ?? 'x86_64',
        BlockDeviceMappings: input.BlockDeviceMappings ?? [
          { DeviceName: '/dev/xvda', Ebs: { VolumeSize: 8 } },
        ],
        Description: input.Description,
        RootDeviceName: input.RootDeviceName ?? '/dev/xvda',
        BootMode: input.BootMode,
      });
      finishImage(model, stored, 0, false);
      return { ImageId: stored.image.ImageId };
    },

    DeregisterImage(input: DeregisterImageRequest, at: CallSite): DeregisterImageResult {
      const stored = ownImage(model, input.ImageId, at);
      if (stored.image.DeregistrationProtection?.startsWith('enabled')) {
        throw ec2Failure(
          'OperationNotPermitted',
          `The AMI ${stored.image.ImageId} is protected from deregistration. Disable deregistration protection first.`,
        );
      }
      stored.deregistered = true;
      announceState(model, stored, 'deregistered');
      if (input.DeleteAssociatedSnapshots !== true) return { Return: true };
      return { Return: true, DeleteSnapshotResults: deleteSnapshotsOf(model, stored) };
    },
  };
}

function copyImage(model: Ec2Model, input: CopyImageRequest, at: CallSite): string {
  if (input.KmsKeyId !== undefined && input.Encrypted !== true) {
    throw ec2Failure('InvalidParameterCombination', 'KmsKeyId is given, and Encrypted is not true');
  }
  const underWay = [...model.region(at.region).images.values()].filter(
    ({ image, deregistered }) =>
      !deregistered &&
      image.State === 'pending' &&
      image.OwnerId === at.account &&
      image.SourceImageId !== undefined &&
      image.SourceInstanceId === undefined,
  );
  if (underWay.length >= model.options.copiesAtOnce) {
    throw ec2Failure('ResourceLimitExceeded', 'You have reached the limit of copies into this region');
  }
  const name = checkImageName(model, input.Name, at);
  const region = required(input.SourceRegion, 'SourceRegion');
  const source = usableImage(model, required(input.SourceImageId, 'SourceImageId'), at.account, region);
  const snapshots = (source.image.BlockDeviceMappings ?? []).flatMap(
    ({ Ebs }) => model.region(region).snapshots.get(Ebs?.SnapshotId ?? '') ?? [],
  );
  // Launching needs the AMI only; copying needs the storage below it as well.
  const readable = snapshots.every(
    ({ snapshot, grants }) => snapshot.OwnerId === at.account || grants.has('all') || grants.has(at.account),
  );
  if (!readable) {
    throw ec2Failure('InvalidRequest', 'You do not have permission to access the storage of this ami');
  }
  if (
    source.image.OwnerId !== at.account &&
    snapshots.some(({ snapshot }) => onDefaultKey(model, snapshot, { account: snapshot.OwnerId, region }))
  ) {
    throw ec2Failure('InvalidRequest', 'You do not have permission to access the storage of this ami');
  }
  const mappings = (source.image.BlockDeviceMappings ?? []).map(({ DeviceName, Ebs }) => ({
    DeviceName,
    Ebs: {
      ...Ebs,
      SnapshotId: undefined,
      // A copy can add encryption or another key, never take it away (CopyImage, Encrypted).
      Encrypted: (Ebs?.Encrypted ?? false) || input.Encrypted === true || input.KmsKeyId !== undefined,
      // A key is of one region: into another one, what was encrypted comes under the default key there.
      KmsKeyId:
        input.KmsKeyId === undefined
          ? region === at.region
            ? Ebs?.KmsKeyId
            : undefined
          : model.options.keyArn(at.account, at.region, input.KmsKeyId),
    },
  }));
  const { Architecture, RootDeviceName, BootMode, ImdsSupport, PlatformDetails, Platform } = source.image;
  const stored = addImage(model, at, name, input.TagSpecifications, {
    Architecture,
    BlockDeviceMappings: mappings,
    BootMode,
    Description: input.Description ?? `[Copied ${source.image.ImageId} from ${region}] ${source.image.Name}`,
    ImdsSupport,
    Platform,
    PlatformDetails,
    RootDeviceName,
    SourceImageId: source.image.ImageId,
    SourceImageRegion: region,
  });
  if (input.CopyImageTags === true) {
    const tags = model.tagList({ account: at.account, region }, source.image.ImageId);
    model.setTags(at, stored.image.ImageId, tags);
  }
  const badKey =
    input.KmsKeyId !== undefined && !model.options.keyUsable(at.account, at.region, input.KmsKeyId);
  const fails = badKey ? 'Given key ID is not accessible' : model.fails(name, at);
  finishImage(model, stored, model.options.copyReadyMs, fails);
  return stored.image.ImageId;
}

/** Keeps a new AMI in `pending`, with a snapshot for each of its volumes that has none yet. */
export function addImage(
  model: Ec2Model,
  at: Pick<CallSite, 'account' | 'region'>,
  name: string,
  specifications: TagSpecification[] | undefined,
  details: Partial<StoredImage['image']>,
): StoredImage {
  const ImageId = details.ImageId ?? model.id('ami');
  const BlockDeviceMappings = (details.BlockDeviceMappings ?? []).map((mapping) =>
    mapping.Ebs === undefined || mapping.Ebs.SnapshotId !== undefined
      ? mapping
      : {
          ...mapping,
          Ebs: { ...mapping.Ebs, SnapshotId: addSnapshot(model, at, ImageId, mapping, specifications) },
        },
  );
  const stored: StoredImage = {
    image: {
      CreationDate: new Date(model.now).toISOString(),
      EnaSupport: true,
      Hypervisor: 'xen',
      ImageType: 'machine',
      RootDeviceType: 'ebs',
      SriovNetSupport: 'simple',
      State: 'pending',
      VirtualizationType: 'hvm',
      PlatformDetails: 'Linux/UNIX',
      UsageOperation: 'RunInstances',
      ImageLocation: `${at.account}/${name}`,
      ...details,
      ImageId,
      Name: name,
      OwnerId: at.account,
      BlockDeviceMappings,
    },
    region: at.region,
    grants: new Map(),
    deregistered: false,
    madeAtMs: model.now,
  };
  model.region(at.region).images.set(ImageId, stored);
  model.setTagsAsSpecified(at, ImageId, 'image', specifications);
  return stored;
}

function addSnapshot(
  model: Ec2Model,
  at: Pick<CallSite, 'account' | 'region'>,
  imageId: string,
  { Ebs }: BlockDeviceMapping,
  specifications: TagSpecification[] | undefined,
): string {
  const SnapshotId = model.id('snap');
  model.region(at.region).snapshots.set(SnapshotId, {
    snapshot: {
      SnapshotId,
      OwnerId: at.account,
      Description: `Created by CreateImage for ${imageId}`,
      StartTime: new Date(model.now),
      State: 'pending',
      Progress: '0%',
      VolumeSize: Ebs?.VolumeSize ?? 8,
      Encrypted: Ebs?.Encrypted ?? false,
      KmsKeyId: Ebs?.KmsKeyId,
    },
    grants: new Set(),
  });
  model.setTagsAsSpecified(at, SnapshotId, 'snapshot', specifications);
  return SnapshotId;
}

/** Snapshots that another AMI still uses are skipped (DeregisterImage, DeleteAssociatedSnapshots). */
function deleteSnapshotsOf(
  model: Ec2Model,
  stored: StoredImage,
): DeregisterImageResult['DeleteSnapshotResults'] {
  const { images, snapshots } = model.region(stored.region);
  const inUse = new Set(
    [...images.values()]
      .filter((other) => !other.deregistered)
      .flatMap((other) => other.image.BlockDeviceMappings ?? [])
      .map(({ Ebs }) => Ebs?.SnapshotId),
  );
  return (stored.image.BlockDeviceMappings ?? []).flatMap(({ Ebs }): DeleteSnapshotReturnCode[] => {
    const SnapshotId = Ebs?.SnapshotId;
    if (SnapshotId === undefined) return [];
    if (inUse.has(SnapshotId)) return [{ SnapshotId, ReturnCode: 'skipped' }];
    snapshots.delete(SnapshotId);
    return [{ SnapshotId, ReturnCode: 'success' }];
  });
}
