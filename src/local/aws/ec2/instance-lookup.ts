import type { CallSite } from '../world';
import { ec2Failure } from './failures';
import type { Ec2Model } from './model';
import type { StoredInstance } from './state';

/** A terminated instance is shown for about an hour (EC2 user guide, instance lifecycle). */
const shownAfterTerminationMs = 60 * 60_000;

export function ownInstance(model: Ec2Model, id: string, at: CallSite): StoredInstance {
  if (!/^i-([0-9a-f]{8}|[0-9a-f]{17})$/.test(id)) {
    throw ec2Failure('InvalidInstanceID.Malformed', `Invalid id: "${id}"`);
  }
  const stored = model.account(at).instances.get(id);
  if (stored === undefined || gone(model, stored)) {
    throw ec2Failure('InvalidInstanceID.NotFound', `The instance ID '${id}' does not exist`);
  }
  return stored;
}

export function gone(model: Ec2Model, { terminatedAtMs }: StoredInstance): boolean {
  return terminatedAtMs !== undefined && model.now > terminatedAtMs + shownAfterTerminationMs;
}
