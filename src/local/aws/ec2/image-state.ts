import type { Ec2Model } from './model';
import type { StoredImage } from './state';

/** Lets an AMI become available or fail, some time later, and tells EventBridge. */
export function finishImage(
  model: Ec2Model,
  stored: StoredImage,
  delayMs: number,
  fails: boolean | string,
): void {
  const { ImageId: id } = stored.image;
  const finish = () => {
    if (stored.deregistered) return;
    stored.image.State = fails !== false ? 'failed' : 'available';
    if (fails !== false) {
      const Message = fails === true ? 'Client error on launch or copy' : fails;
      stored.image.StateReason = { Code: 'Client.InternalError', Message };
    }
    for (const { Ebs } of stored.image.BlockDeviceMappings ?? []) {
      const snapshot = model.region(stored.region).snapshots.get(Ebs?.SnapshotId ?? '')?.snapshot;
      if (snapshot?.State === 'pending') Object.assign(snapshot, snapshotEnd(fails !== false));
    }
    announceState(model, stored, fails !== false ? 'failed' : 'available');
  };
  if (delayMs === 0) finish();
  else
    model.world.scheduler.after(
      delayMs,
      `AMI ${id} ${fails !== false ? 'fails' : 'becomes available'}`,
      finish,
    );
}

const snapshotEnd = (fails: boolean) =>
  fails ? { State: 'error' as const } : { State: 'completed' as const, Progress: '100%' };

/** https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/monitor-ami-events.html */
export function announceState(
  model: Ec2Model,
  { image, region }: StoredImage,
  state: 'available' | 'failed' | 'deregistered' | 'disabled',
): void {
  model.world.events.put(image.OwnerId, region, {
    source: 'aws.ec2',
    'detail-type': 'EC2 AMI State Change',
    resources: [`arn:aws:ec2:${region}::image/${image.ImageId}`],
    detail: {
      RequestId: model.world.chance.uuid(),
      ImageId: image.ImageId,
      State: state,
      ErrorMessage: state === 'failed' ? (image.StateReason?.Message ?? '') : '',
    },
  });
}
