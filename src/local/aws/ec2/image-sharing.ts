import type { LaunchPermission, ModifyImageAttributeRequest } from '@aws-sdk/client-ec2';
import type { CallSite } from '../world';
import { ec2Failure, missing } from './failures';
import { ownImage } from './image-visibility';
import type { Ec2Model } from './model';
import type { StoredImage } from './state';

interface Change {
  add: string[];
  remove: string[];
}

/** Who may launch an AMI, and its few other attributes that can change. */
export function imageSharingOperations(model: Ec2Model) {
  return {
    ModifyImageAttribute(input: ModifyImageAttributeRequest, at: CallSite): Record<string, never> {
      const stored = ownImage(model, input.ImageId, at);
      const change = permissionChange(input);
      const asked = [change, input.Description, input.ImdsSupport].filter((part) => part !== undefined);
      if (asked.length === 0) throw missing('Attribute');
      if (asked.length > 1) {
        throw ec2Failure('InvalidParameterCombination', 'Fields for multiple attribute types specified');
      }
      if (change !== undefined) share(model, stored, change);
      if (input.Description !== undefined) stored.image.Description = input.Description.Value;
      if (input.ImdsSupport?.Value === 'v2.0') stored.image.ImdsSupport = 'v2.0';
      return {};
    },
  };
}

function share(model: Ec2Model, stored: StoredImage, { add, remove }: Change): void {
  const { State: state, ImageId: id, BlockDeviceMappings: mappings = [] } = stored.image;
  if (state !== 'available') {
    throw ec2Failure('InvalidAMIID.Unavailable', `The image ID '${id}' is not available: it is ${state}`);
  }
  [...add, ...remove].forEach(checkEntity);
  const snapshots = mappings.map(({ Ebs }) =>
    model.region(stored.region).snapshots.get(Ebs?.SnapshotId ?? ''),
  );
  if (
    add.length > 0 &&
    snapshots.some(
      (s) =>
        s !== undefined &&
        onDefaultKey(model, s.snapshot, { account: s.snapshot.OwnerId, region: stored.region }),
    )
  ) {
    throw ec2Failure('InvalidParameter', 'Snapshots encrypted with the AWS Managed CMK can’t be shared.');
  }
  for (const entity of remove) stored.grants.delete(entity);
  for (const entity of add) if (!stored.grants.has(entity)) stored.grants.set(entity, model.now);
}

/** Snapshots on the account's own aws/ebs key cannot be shared with anybody. */
export function onDefaultKey(
  model: Ec2Model,
  snapshot: { Encrypted?: boolean; KmsKeyId?: string },
  at: { account: string; region: string },
): boolean {
  return (
    snapshot.Encrypted === true &&
    (snapshot.KmsKeyId === undefined || model.options.isDefaultKey(at.account, at.region, snapshot.KmsKeyId))
  );
}

/** The two ways to say the same: `LaunchPermission`, or `OperationType` with lists. */
function permissionChange(input: ModifyImageAttributeRequest): Change | undefined {
  const { LaunchPermission: structured, OperationType: operation } = input;
  if (structured !== undefined) {
    return { add: (structured.Add ?? []).map(entityOf), remove: (structured.Remove ?? []).map(entityOf) };
  }
  const entities = [
    ...(input.UserIds ?? []),
    ...(input.UserGroups ?? []),
    ...(input.OrganizationArns ?? []),
    ...(input.OrganizationalUnitArns ?? []),
  ];
  if (operation === undefined && entities.length === 0) return undefined;
  return operation === 'remove' ? { add: [], remove: entities } : { add: entities, remove: [] };
}

function entityOf(permission: LaunchPermission): string {
  const { UserId, Group, OrganizationArn, OrganizationalUnitArn } = permission;
  return UserId ?? Group ?? OrganizationArn ?? OrganizationalUnitArn ?? '';
}

function checkEntity(entity: string): void {
  const valid =
    entity === 'all' ||
    /^\d{12}$/.test(entity) ||
    /^arn:[\w-]+:organizations::\d{12}:(organization\/o-[a-z0-9]{10,32}|ou\/o-[a-z0-9]{10,32}\/ou-[0-9a-z]{4,32}-[0-9a-z]{8,32})$/.test(
      entity,
    );
  if (!valid) throw ec2Failure('InvalidAMIAttributeItemValue', `Invalid attribute item value "${entity}"`);
}
