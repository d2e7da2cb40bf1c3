import type {
  DisableImageDeprecationRequest,
  DisableImageDeregistrationProtectionRequest,
  DisableImageRequest,
  EnableImageDeprecationRequest,
  EnableImageDeregistrationProtectionRequest,
  EnableImageRequest,
} from '@aws-sdk/client-ec2';
import type { CallSite } from '../world';
import { ec2Failure, invalidValue, required } from './failures';
import { announceState } from './image-state';
import { ownImage } from './image-visibility';
import type { Ec2Model } from './model';

/** Deprecating, disabling and protecting AMIs. */
export function imageLifeOperations(model: Ec2Model) {
  return {
    EnableImageDeprecation(input: EnableImageDeprecationRequest, at: CallSite) {
      const stored = ownImage(model, input.ImageId, at);
      const when = new Date(required(input.DeprecateAt, 'DeprecateAt')).getTime();
      if (when < model.now) throw invalidValue('The deprecation date must be in the future');
      // EC2 rounds to the minute (EnableImageDeprecation, DeprecateAt).
      stored.image.DeprecationTime = new Date(Math.round(when / 60_000) * 60_000).toISOString();
      return { Return: true };
    },
    DisableImageDeprecation(input: DisableImageDeprecationRequest, at: CallSite) {
      delete ownImage(model, input.ImageId, at).image.DeprecationTime;
      return { Return: true };
    },
    /** Takes all launch permissions away, for good. A second time nothing happens. */
    DisableImage(input: DisableImageRequest, at: CallSite) {
      const stored = ownImage(model, input.ImageId, at);
      const { State: state, ImageId: id } = stored.image;
      if (state === 'disabled') return { Return: true };
      if (state !== 'available')
        throw ec2Failure('InvalidAMIID.Unavailable', `The image ID '${id}' is not available: it is ${state}`);
      stored.image.State = 'disabled';
      stored.grants.clear();
      announceState(model, stored, 'disabled');
      return { Return: true };
    },
    /** Back for its owner; nobody else is given it again. */
    EnableImage(input: EnableImageRequest, at: CallSite) {
      const stored = ownImage(model, input.ImageId, at);
      if (stored.image.State !== 'disabled') return { Return: true };
      stored.image.State = 'available';
      announceState(model, stored, 'available');
      return { Return: true };
    },
    EnableImageDeregistrationProtection(input: EnableImageDeregistrationProtectionRequest, at: CallSite) {
      const value = input.WithCooldown === true ? 'enabled-with-cooldown' : 'enabled-without-cooldown';
      ownImage(model, input.ImageId, at).image.DeregistrationProtection = value;
      return { Return: value };
    },
    DisableImageDeregistrationProtection(input: DisableImageDeregistrationProtectionRequest, at: CallSite) {
      ownImage(model, input.ImageId, at).image.DeregistrationProtection = 'disabled';
      return { Return: 'disabled' };
    },
  };
}
