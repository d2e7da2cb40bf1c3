import { awsCommand } from '../aws-command';
import type { Facts, NetworkFacts, ObservedEndpoint, ObservedRouteTable, ObservedSubnet } from '../facts';
import { command, configuration, Judging } from '../finding';
import type { Subject } from '../subject';

/** What runs in a subnet, and what of AWS it has to reach. */
interface Resident {
  who: string;
  subnetId: string;
  /** Whether it has an address that an internet gateway translates. */
  publicIp: (subnet: ObservedSubnet) => boolean;
  publicIpSetting?: string;
  interfaces: string[];
  fails: string;
}

/**
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/setup-create-vpc.html and
 * https://docs.aws.amazon.com/codebuild/latest/userguide/use-vpc-endpoints-with-codebuild.html; what a build calls is in
 * infra/bake-actions.ts.
 */
const forSessions = ['ssm', 'ssmmessages', 'ec2messages'];
const forBuilds = ['ec2', 'git-codecommit', 'logs', 'sts'];

/** Subnets from which nothing outside can be reached: by route, by address, or by endpoints. */
export function wayOut({ subject, network }: Facts): Judging {
  const judging = new Judging();
  for (const resident of residentsOf(subject)) {
    judging.given('the subnets', network.subnets, (subnets) => {
      const subnet = subnets.find(({ id }) => id === resident.subnetId);
      if (subnet === undefined) return;
      judging.given('the route tables', network.routeTables, (tables) =>
        judgeSubnet(judging, { resident, subnet, table: tableOf(subnet, tables), network, subject }),
      );
    });
  }
  return judging;
}

function residentsOf({ settings, buildVpc }: Subject): Resident[] {
  const { network } = settings;
  const bySession = network.sshInterface === 'session_manager';
  return [
    ...(network.subnetId === undefined
      ? []
      : [
          {
            who: 'build instances',
            subnetId: network.subnetId,
            publicIp: (subnet: ObservedSubnet) => network.associatePublicIp ?? subnet.givesPublicIps,
            publicIpSetting: 'network: { associatePublicIp: true }',
            interfaces: bySession ? forSessions : [],
            fails:
              'Build instances reach no package repository: the scripts of a bake fail, or wait until its time is over.',
          },
        ]),
    ...(buildVpc?.subnetIds ?? []).map((subnetId) => ({
      who: 'CodeBuild',
      subnetId,
      // CodeBuild's network interfaces never have one.
      publicIp: () => false,
      interfaces: [...forBuilds, ...(bySession ? ['ssm', 'ssmmessages'] : [])],
      fails: 'Builds end in the phase DOWNLOAD_SOURCE, or Packer waits for EC2 until its time is over.',
    })),
  ];
}

/** The subnet's own table, or the main one of its VPC. */
const tableOf = (subnet: ObservedSubnet, tables: ObservedRouteTable[]): ObservedRouteTable | undefined =>
  tables.find(({ subnetIds }) => subnetIds.includes(subnet.id)) ??
  tables.find(({ vpcId, main }) => main && vpcId === subnet.vpcId);

interface Judged {
  resident: Resident;
  subnet: ObservedSubnet;
  table: ObservedRouteTable | undefined;
  network: NetworkFacts;
  subject: Subject;
}

function judgeSubnet(judging: Judging, judged: Judged): void {
  const { resident, subnet, table, network, subject } = judged;
  const { region } = subject.settings;
  const outside = (table?.routes ?? []).filter(({ destination }) =>
    ['0.0.0.0/0', '::/0'].includes(destination),
  );
  const working = outside.filter(({ active }) => active);
  if (working.some(({ target }) => !target.startsWith('igw-'))) return;
  if (working.length > 0) {
    if (!resident.publicIp(subnet)) tellNoAddress(judging, judged);
    return;
  }
  judging.given('the VPC endpoints', network.endpoints, (endpoints) => {
    const usable = endpoints.filter((it) => it.vpcId === subnet.vpcId && it.available);
    const missing = missingOf(resident, table, usable);
    if (missing.length === 0) return;
    const dead = outside.map(({ target }) => `its default route leads to ${target}, which is gone`);
    const tableId = table?.id ?? 'TABLE-ID';
    const throughNat = command(
      'in the account of the VPC, with the id of a NAT gateway in a public subnet',
      awsCommand(outside.length > 0 ? 'ec2 replace-route' : 'ec2 create-route', region, {
        'route-table-id': tableId,
        'destination-cidr-block': '0.0.0.0/0',
        'nat-gateway-id': 'NAT-GATEWAY-ID',
      }),
    );
    if (usable.length === 0 || missing.length === needed(resident).length)
      judging.find('SUBNET_NO_WAY_OUT', {
        subject: subnet.id,
        region,
        found: `The route table ${table?.id ?? '(none)'} of ${subnet.id}, where ${resident.who} run, leads nowhere outside: ${dead[0] ?? 'it has no default route'}, and the VPC has none of the endpoints ${missing.join(', ')}.`,
        fails: resident.fails,
        cures: [throughNat],
      });
    else
      judging.find('VPC_ENDPOINTS_MISSING', {
        subject: subnet.id,
        region,
        found: `${subnet.id}, where ${resident.who} run, has no way out but endpoints, and lacks those of ${missing.join(', ')}.`,
        fails: resident.fails,
        cures: [...missing.map((service) => endpointCure(service, judged)), throughNat],
      });
  });
}

const needed = ({ interfaces }: Resident): string[] => [...interfaces, 's3'];

/** S3 may be reached through a gateway, which belongs to route tables, or an interface. */
function missingOf(
  resident: Resident,
  table: ObservedRouteTable | undefined,
  usable: ObservedEndpoint[],
): string[] {
  return needed(resident).filter(
    (service) =>
      !usable.some(
        (it) =>
          it.service === service &&
          (it.kind === 'Gateway'
            ? table !== undefined && it.routeTableIds.includes(table.id)
            : it.privateDns),
      ),
  );
}

function endpointCure(service: string, { subnet, table, subject }: Judged) {
  const { region } = subject.settings;
  const gateway = service === 's3';
  return command(
    'in the account of the VPC',
    awsCommand('ec2 create-vpc-endpoint', region, {
      'vpc-id': subnet.vpcId,
      'service-name': `com.amazonaws.${region}.${service}`,
      'vpc-endpoint-type': gateway ? 'Gateway' : 'Interface',
      ...(gateway
        ? { 'route-table-ids': [table?.id ?? 'TABLE-ID'] }
        : { 'subnet-ids': [subnet.id], 'private-dns-enabled': true as const }),
    }),
  );
}

function tellNoAddress(judging: Judging, { resident, subnet, table, subject }: Judged): void {
  const { region } = subject.settings;
  judging.find('SUBNET_WITHOUT_PUBLIC_IP', {
    subject: subnet.id,
    region,
    found: `The route table ${table?.id ?? ''} of ${subnet.id} leads to an internet gateway, and ${resident.who} get no public address there.`,
    fails: resident.fails,
    cures: [
      resident.publicIpSetting === undefined
        ? configuration(
            `${subject.source}, stack.bake.vpc.subnets`,
            'private subnets, whose default route leads to a NAT gateway',
          )
        : configuration(`${subject.source}, settings`, resident.publicIpSetting),
    ],
  });
}
