import type { ImageDefinition } from '../definitions/catalog';
import { amiName } from '../definitions/names';
import type { Ancestor, BuildRequest } from '../lifecycle/bake';
import type { Settings } from '../settings/settings';
import { launchTags } from './image-tags';

/** The environment the bakery's buildspec understands: docs/template-contract.md. */
export function buildRequest(
  bake: { id: string; commitId: string; inputHash: string; baseAmiId?: string; ancestry: Ancestor[] },
  definition: ImageDefinition,
  inputs: string[],
  settings: Settings,
): BuildRequest {
  const { network, region } = settings;
  const contract: Record<string, unknown> = {
    source_ami: bake.baseAmiId,
    ami_name: amiName(definition.key, bake.id),
    bake_id: bake.id,
    // For classic JSON, whose variables hold no map of tags.
    bakery_name: settings.bakery,
    bakery_image: definition.key,
    region,
    ...builderOf(definition, settings),
    vpc_id: network.vpcId,
    ...networkContract(settings),
    timeout_minutes: String(definition.timeoutMinutes),
    tags: launchTags(bake, definition, settings),
  };
  return {
    projectName: settings.buildProject ?? '',
    sourceVersion: bake.commitId,
    idempotencyToken: bake.id,
    timeoutInMinutes: definition.timeoutMinutes,
    environment: {
      BAKE_ID: bake.id,
      BAKERY_IMAGE: definition.key,
      BAKERY_ROOT: settings.repo?.path ?? '',
      BAKERY_TEMPLATE: definition.template.path,
      BAKERY_INPUTS: JSON.stringify(inputs),
      BAKERY_ONLY: JSON.stringify(definition.only),
      BAKERY_VARIABLES: JSON.stringify(definition.variables),
      BAKERY_CONTRACT: JSON.stringify(contract),
    },
  };
}

/** What instances of an image are launched with, to be built on and to be tested. */
export const builderOf = ({ builder, architecture }: ImageDefinition, settings: Settings) => ({
  instance_type: builder.instanceType ?? settings.defaultInstanceType[architecture],
  iam_instance_profile: builder.instanceProfile ?? settings.instanceProfile,
});

/** Where they are launched. */
export const networkContract = ({ network }: Settings) => ({
  subnet_id: network.subnetId,
  security_group_id: network.securityGroupId,
  associate_public_ip_address: network.associatePublicIp?.toString(),
  ssh_interface: network.sshInterface,
});
