import type {
  DeleteVolumeRequest,
  DescribeVolumesRequest,
  DescribeVolumesResult,
  Volume,
} from '@aws-sdk/client-ec2';
import type { CallSite } from '../world';
import { ec2Failure, required } from './failures';
import { filtered, type FilterFields } from './filters';
import type { Ec2Model } from './model';
import { page } from './pages';

const fields: FilterFields<Volume> = {
  'volume-id': ({ VolumeId }) => VolumeId,
  status: ({ State }) => State,
  'snapshot-id': ({ SnapshotId }) => SnapshotId,
  'attachment.instance-id': ({ Attachments }) => Attachments?.map(({ InstanceId }) => InstanceId),
  'attachment.device': ({ Attachments }) => Attachments?.map(({ Device }) => Device),
  encrypted: ({ Encrypted }) => Encrypted,
};

/** The disks of instances. */
export function volumeOperations(model: Ec2Model) {
  return {
    DescribeVolumes(input: DescribeVolumesRequest, at: CallSite): DescribeVolumesResult {
      const { volumes } = model.account(at);
      const ids = input.VolumeIds ?? [];
      for (const id of ids) if (!volumes.has(id)) throw noSuchVolume(id);
      const asked = [...volumes.values()].filter(
        ({ VolumeId }) => ids.length === 0 || ids.includes(VolumeId),
      );
      const found = filtered(asked, input.Filters, fields, ({ VolumeId }) => model.tagsOf(at, VolumeId));
      const { items, next } = page(found, input, { ...model.options, least: 5 });
      return { Volumes: items.map((v) => ({ ...v, Tags: model.tagList(at, v.VolumeId) })), NextToken: next };
    },

    DeleteVolume(input: DeleteVolumeRequest, at: CallSite): Record<string, never> {
      const id = required(input.VolumeId, 'VolumeId');
      const { volumes } = model.account(at);
      const volume = volumes.get(id);
      if (volume === undefined) throw noSuchVolume(id);
      if (volume.State === 'in-use') {
        const holder = volume.Attachments?.[0]?.InstanceId;
        throw ec2Failure('VolumeInUse', `Volume ${id} is currently attached to ${holder}`);
      }
      volumes.delete(id);
      return {};
    },
  };
}

const noSuchVolume = (id: string): Error =>
  ec2Failure('InvalidVolume.NotFound', `The volume '${id}' does not exist.`);
