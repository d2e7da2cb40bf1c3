import type {
  DeleteSnapshotRequest,
  DescribeSnapshotAttributeRequest,
  DescribeSnapshotAttributeResult,
  DescribeSnapshotsRequest,
  DescribeSnapshotsResult,
  ModifySnapshotAttributeRequest,
} from '@aws-sdk/client-ec2';
import type { CallSite } from '../world';
import { ec2Failure, required } from './failures';
import { filtered, type FilterFields } from './filters';
import { onDefaultKey } from './image-sharing';
import type { Ec2Model } from './model';
import { page } from './pages';
import type { StoredSnapshot } from './state';

const fields: FilterFields<StoredSnapshot> = {
  'snapshot-id': ({ snapshot }) => snapshot.SnapshotId,
  'owner-id': ({ snapshot }) => snapshot.OwnerId,
  status: ({ snapshot }) => snapshot.State,
  'volume-id': ({ snapshot }) => snapshot.VolumeId,
  description: ({ snapshot }) => snapshot.Description,
  encrypted: ({ snapshot }) => snapshot.Encrypted,
};

/** The storage below AMIs. */
export function snapshotOperations(model: Ec2Model) {
  const own = (id: string | undefined, at: CallSite): StoredSnapshot => {
    const stored = model.region(at.region).snapshots.get(required(id, 'SnapshotId'));
    if (stored?.snapshot.OwnerId !== at.account) throw noSuchSnapshot(id);
    return stored;
  };
  return {
    DescribeSnapshots(input: DescribeSnapshotsRequest, at: CallSite): DescribeSnapshotsResult {
      const readable = [...model.region(at.region).snapshots.values()].filter(
        ({ snapshot, grants }) =>
          snapshot.OwnerId === at.account || grants.has('all') || grants.has(at.account),
      );
      const ids = input.SnapshotIds ?? [];
      for (const id of ids) if (!readable.some((s) => s.snapshot.SnapshotId === id)) throw noSuchSnapshot(id);
      const owners = (input.OwnerIds ?? []).map((owner) => (owner === 'self' ? at.account : owner));
      const asked = readable.filter(
        ({ snapshot }) =>
          (ids.length === 0 || ids.includes(snapshot.SnapshotId)) &&
          (owners.length === 0 || owners.includes(snapshot.OwnerId)),
      );
      const found = filtered(asked, input.Filters, fields, (s) => model.tagsOf(at, s.snapshot.SnapshotId));
      const { items, next } = page(found, input, { ...model.options, least: 5 });
      return {
        Snapshots: items.map(({ snapshot }) => ({
          ...snapshot,
          Tags: model.tagList(at, snapshot.SnapshotId),
        })),
        NextToken: next,
      };
    },

    DescribeSnapshotAttribute(
      input: DescribeSnapshotAttributeRequest,
      at: CallSite,
    ): DescribeSnapshotAttributeResult {
      const { snapshot, grants } = own(input.SnapshotId, at);
      return {
        SnapshotId: snapshot.SnapshotId,
        CreateVolumePermissions: [...grants].map((entity) =>
          entity === 'all' ? { Group: 'all' as const } : { UserId: entity },
        ),
      };
    },

    /** Per account only: there are no snapshot permissions for organisations. */
    ModifySnapshotAttribute(input: ModifySnapshotAttributeRequest, at: CallSite): Record<string, never> {
      const { snapshot, grants } = own(input.SnapshotId, at);
      const named = [...(input.UserIds ?? []), ...(input.GroupNames ?? [])];
      const entities = (list: { UserId?: string; Group?: string }[] = []) =>
        list.map(({ UserId, Group }) => UserId ?? Group ?? '');
      const { Add, Remove } = input.CreateVolumePermission ?? {};
      const add = [...entities(Add), ...(input.OperationType === 'add' ? named : [])];
      const remove = [...entities(Remove), ...(input.OperationType === 'remove' ? named : [])];
      if (add.length > 0 && onDefaultKey(model, snapshot, at)) {
        throw ec2Failure(
          'OperationNotPermitted',
          'Encrypted snapshots with EBS default key cannot be shared',
        );
      }
      for (const entity of remove) grants.delete(entity);
      for (const entity of add) grants.add(entity);
      return {};
    },

    DeleteSnapshot(input: DeleteSnapshotRequest, at: CallSite): Record<string, never> {
      const { snapshot } = own(input.SnapshotId, at);
      for (const { image, deregistered } of model.region(at.region).images.values()) {
        const uses = image.BlockDeviceMappings?.some(({ Ebs }) => Ebs?.SnapshotId === snapshot.SnapshotId);
        if (uses && !deregistered) {
          throw ec2Failure(
            'InvalidSnapshot.InUse',
            `The snapshot ${snapshot.SnapshotId} is currently in use by ${image.ImageId}`,
          );
        }
      }
      model.region(at.region).snapshots.delete(snapshot.SnapshotId);
      return {};
    },
  };
}

const noSuchSnapshot = (id: string | undefined): Error =>
  ec2Failure('InvalidSnapshot.NotFound', `The snapshot '${id}' does not exist.`);
