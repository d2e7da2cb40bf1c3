import type {
  DescribeInstanceStatusRequest,
  DescribeInstanceStatusResult,
  DescribeInstancesRequest,
  DescribeInstancesResult,
  ModifyInstanceAttributeRequest,
  Reservation,
  RunInstancesRequest,
  StartInstancesRequest,
  StartInstancesResult,
  StopInstancesRequest,
  StopInstancesResult,
  TerminateInstancesRequest,
  TerminateInstancesResult,
} from '@aws-sdk/client-ec2';
import type { CallSite } from '../world';
import { ec2Failure, required } from './failures';
import { filtered, type FilterFields } from './filters';
import { launch, reservation } from './instance-launch';
import { gone, ownInstance } from './instance-lookup';
import { moveInstance } from './instance-state';
import type { Ec2Model } from './model';
import { page } from './pages';
import { groupIdentifier, type StoredInstance } from './state';
import { onceForToken } from './tokens';

const fields: FilterFields<StoredInstance> = {
  architecture: ({ instance }) => instance.Architecture,
  'image-id': ({ instance }) => instance.ImageId,
  'instance-id': ({ instance }) => instance.InstanceId,
  'instance-state-name': ({ instance }) => instance.State?.Name,
  'instance-type': ({ instance }) => instance.InstanceType,
  'client-token': ({ instance }) => instance.ClientToken,
  'instance.group-id': ({ instance }) => instance.SecurityGroups?.map((g) => g.GroupId),
  'key-name': ({ instance }) => instance.KeyName,
  'private-ip-address': ({ instance }) => instance.PrivateIpAddress,
  'reservation-id': ({ reservationId }) => reservationId,
  'subnet-id': ({ instance }) => instance.SubnetId,
  'vpc-id': ({ instance }) => instance.VpcId,
};

/** Instances, from launch to termination. They compute nothing. */
export function instanceOperations(model: Ec2Model) {
  const asked = (ids: string[] = [], at: CallSite): StoredInstance[] => {
    const wanted = ids.map((id) => ownInstance(model, id, at));
    if (ids.length > 0) return wanted;
    return [...model.account(at).instances.values()].filter((stored) => !gone(model, stored));
  };
  return {
    RunInstances(input: RunInstancesRequest, at: CallSite): Reservation {
      const { ClientToken, ...request } = input;
      const id = onceForToken(model.account(at), ClientToken, request, () => launch(model, input, at));
      return reservation(model, at, id);
    },

    DescribeInstances(input: DescribeInstancesRequest, at: CallSite): DescribeInstancesResult {
      const found = filtered(asked(input.InstanceIds, at), input.Filters, fields, ({ instance }) =>
        model.tagsOf(at, instance.InstanceId),
      );
      const { items, next } = page(found, input, { ...model.options, least: 5 });
      const byReservation = new Map<string, Reservation>();
      for (const { reservationId, instance } of items) {
        const answer = byReservation.get(reservationId) ?? {
          ReservationId: reservationId,
          OwnerId: at.account,
          Groups: [],
          Instances: [],
        };
        answer.Instances?.push({ ...instance, Tags: model.tagList(at, instance.InstanceId) });
        byReservation.set(reservationId, answer);
      }
      return { Reservations: [...byReservation.values()], NextToken: next };
    },

    DescribeInstanceStatus(input: DescribeInstanceStatusRequest, at: CallSite): DescribeInstanceStatusResult {
      const shown = asked(input.InstanceIds, at).filter(
        ({ instance }) => input.IncludeAllInstances === true || instance.State?.Name === 'running',
      );
      const found = filtered(shown, input.Filters, fields, ({ instance }) =>
        model.tagsOf(at, instance.InstanceId),
      );
      const { items, next } = page(found, input, { ...model.options, least: 5 });
      return {
        InstanceStatuses: items.map(({ instance }) => {
          const Status = instance.State?.Name === 'running' ? ('ok' as const) : ('not-applicable' as const);
          return {
            InstanceId: instance.InstanceId,
            AvailabilityZone: instance.Placement?.AvailabilityZone,
            InstanceState: instance.State,
            InstanceStatus: { Status },
            SystemStatus: { Status },
          };
        }),
        NextToken: next,
      };
    },

    StopInstances(input: StopInstancesRequest, at: CallSite): StopInstancesResult {
      const wanted = asked(required(input.InstanceIds, 'InstanceIds'), at);
      const spot = wanted.find(({ instance }) => instance.InstanceLifecycle === 'spot');
      if (spot !== undefined) {
        throw ec2Failure(
          'UnsupportedOperation',
          `You can't stop the Spot Instance '${spot.instance.InstanceId}' because it is associated with a one-time Spot Instance request.`,
        );
      }
      return { StoppingInstances: wanted.map((stored) => moveInstance(model, at, stored, 'stopped')) };
    },

    StartInstances(input: StartInstancesRequest, at: CallSite): StartInstancesResult {
      const wanted = asked(required(input.InstanceIds, 'InstanceIds'), at);
      for (const { instance } of wanted) {
        if (!['stopped', 'running', 'pending'].includes(instance.State?.Name ?? '')) {
          throw ec2Failure(
            'IncorrectInstanceState',
            `The instance '${instance.InstanceId}' is not in a state from which it can be started.`,
          );
        }
      }
      return { StartingInstances: wanted.map((stored) => moveInstance(model, at, stored, 'running')) };
    },

    TerminateInstances(input: TerminateInstancesRequest, at: CallSite): TerminateInstancesResult {
      const wanted = asked(required(input.InstanceIds, 'InstanceIds'), at);
      const kept = wanted.find(({ disableApiTermination }) => disableApiTermination);
      if (kept !== undefined) {
        throw ec2Failure(
          'OperationNotPermitted',
          `The instance '${kept.instance.InstanceId}' may not be terminated. Modify its 'disableApiTermination' instance attribute and try again.`,
        );
      }
      return { TerminatingInstances: wanted.map((stored) => moveInstance(model, at, stored, 'terminated')) };
    },

    ModifyInstanceAttribute(input: ModifyInstanceAttributeRequest, at: CallSite): Record<string, never> {
      const stored = ownInstance(model, required(input.InstanceId, 'InstanceId'), at);
      const { EnaSupport, SriovNetSupport, InstanceInitiatedShutdownBehavior: behavior } = input;
      if (EnaSupport !== undefined) stored.instance.EnaSupport = EnaSupport.Value;
      if (SriovNetSupport !== undefined) stored.instance.SriovNetSupport = SriovNetSupport.Value;
      if (behavior !== undefined)
        stored.shutdownBehavior = behavior.Value === 'terminate' ? 'terminate' : 'stop';
      if (input.DisableApiTermination !== undefined) {
        stored.disableApiTermination = input.DisableApiTermination.Value === true;
      }
      if (input.Groups !== undefined) {
        const groups = input.Groups.map((id) => model.account(at).groups.get(id));
        if (groups.includes(undefined)) {
          throw ec2Failure(
            'InvalidGroup.NotFound',
            `One of the groups ${input.Groups.join(', ')} does not exist`,
          );
        }
        stored.instance.SecurityGroups = groups.flatMap((group) => (group ? [groupIdentifier(group)] : []));
      }
      return {};
    },
  };
}
