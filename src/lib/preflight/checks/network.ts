import type { Facts } from '../facts';
import { configuration, Judging } from '../finding';

/** VPCs, subnets and security groups of the settings that are not there, or are not of one VPC. */
export function networkThere({ subject, network }: Facts): Judging {
  const judging = new Judging();
  const { settings, buildVpc, source } = subject;
  const wanted = [
    {
      where: `${source}, settings.network`,
      vpcId: settings.network.vpcId,
      subnetIds: settings.network.subnetId === undefined ? [] : [settings.network.subnetId],
      groupIds: settings.network.securityGroupId === undefined ? [] : [settings.network.securityGroupId],
      fails: 'Packer cannot launch a build instance.',
    },
    {
      where: `${source}, stack.bake.vpc`,
      vpcId: buildVpc?.vpcId,
      subnetIds: buildVpc?.subnetIds ?? [],
      groupIds: buildVpc?.securityGroupIds ?? [],
      fails: 'CodeBuild cannot start a build: it ends in the phase PROVISIONING.',
    },
  ];
  for (const { where, vpcId, subnetIds, groupIds, fails } of wanted) {
    const tell = (id: string, found: string) =>
      judging.find('NETWORK_MISSING', {
        subject: id,
        region: settings.region,
        found,
        fails,
        cures: [
          configuration(
            where,
            `name one that is there: aws ec2 describe-subnets --region ${settings.region}`,
          ),
        ],
      });
    const judge = (kind: string, ids: string[], seen: { id: string; vpcId: string }[]) => {
      for (const id of ids) {
        const there = seen.find((it) => it.id === id);
        if (there === undefined) tell(id, `There is no ${kind} ${id} in ${settings.region}.`);
        else if (vpcId !== undefined && there.vpcId !== vpcId)
          tell(id, `The ${kind} ${id} is in ${there.vpcId}, and the settings say ${vpcId}.`);
      }
    };
    if (subnetIds.length > 0)
      judging.given('the subnets', network.subnets, (seen) => judge('subnet', subnetIds, seen));
    if (groupIds.length > 0)
      judging.given('the security groups', network.securityGroups, (seen) =>
        judge('security group', groupIds, seen),
      );
  }
  return judging;
}
