import type { InstanceStateChange, InstanceStateName } from '@aws-sdk/client-ec2';
import type { CallSite } from '../world';
import type { Ec2Model } from './model';
import type { StoredInstance } from './state';

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_InstanceState.html */
const codes: Record<InstanceStateName, number> = {
  pending: 0,
  running: 16,
  'shutting-down': 32,
  terminated: 48,
  stopping: 64,
  stopped: 80,
};

const state = (name: InstanceStateName) => ({ Code: codes[name], Name: name });

const onTheWay = { running: 'pending', stopped: 'stopping', terminated: 'shutting-down' } as const;

/** Sets an instance on its way to a state; it gets there after the model's instanceStepMs. */
export function moveInstance(
  model: Ec2Model,
  at: Pick<CallSite, 'account' | 'region'>,
  stored: StoredInstance,
  to: keyof typeof onTheWay,
): InstanceStateChange {
  const { instance } = stored;
  const before = instance.State;
  if (before?.Name === to || (before?.Name === 'terminated' && to !== 'terminated')) {
    return { InstanceId: instance.InstanceId, PreviousState: before, CurrentState: before };
  }
  const passing = state(onTheWay[to]);
  instance.State = passing;
  const arrive = () => {
    if (instance.State !== passing) return;
    instance.State = state(to);
    if (to === 'terminated') end(model, at, stored);
  };
  if (model.options.instanceStepMs === 0) arrive();
  else model.world.scheduler.after(model.options.instanceStepMs, `${instance.InstanceId} is ${to}`, arrive);
  return { InstanceId: instance.InstanceId, PreviousState: before, CurrentState: passing };
}

function end(model: Ec2Model, at: Pick<CallSite, 'account' | 'region'>, stored: StoredInstance): void {
  stored.terminatedAtMs = model.now;
  const { volumes } = model.account(at);
  for (const { Ebs } of stored.instance.BlockDeviceMappings ?? []) {
    const volume = volumes.get(Ebs?.VolumeId ?? '');
    if (volume === undefined) continue;
    if (Ebs?.DeleteOnTermination === true) volumes.delete(volume.VolumeId);
    else Object.assign(volume, { State: 'available', Attachments: [] });
  }
  stored.instance.BlockDeviceMappings = [];
}
