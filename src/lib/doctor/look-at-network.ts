import { known } from '../definitions/known';
import type { NetworkFacts } from '../preflight/facts';
import type { DoctorDeps } from './deps';
import { tryToKnow } from './try-to-know';

/** The subnets that builds are told to use, and how they are connected. */
export async function lookAtNetwork({ subject, surroundings }: DoctorDeps): Promise<NetworkFacts> {
  const { settings, buildVpc } = subject;
  const { region, network } = settings;
  const subnetIds = [...listed(network.subnetId), ...(buildVpc?.subnetIds ?? [])];
  const groupIds = [...listed(network.securityGroupId), ...(buildVpc?.securityGroupIds ?? [])];
  const [subnets, securityGroups] = await Promise.all([
    subnetIds.length === 0 ? known([]) : tryToKnow(() => surroundings.subnets(region, subnetIds)),
    groupIds.length === 0 ? known([]) : tryToKnow(() => surroundings.securityGroups(region, groupIds)),
  ]);
  const vpcIds = [...new Set((subnets.known ? subnets.value : []).map(({ vpcId }) => vpcId))];
  const [routeTables, endpoints] = await Promise.all([
    vpcIds.length === 0 ? known([]) : tryToKnow(() => surroundings.routeTables(region, vpcIds)),
    vpcIds.length === 0 ? known([]) : tryToKnow(() => surroundings.endpoints(region, vpcIds)),
  ]);
  return { subnets, securityGroups, routeTables, endpoints };
}

const listed = (id: string | undefined): string[] => (id === undefined ? [] : [id]);
