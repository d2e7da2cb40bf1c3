import type { Filter, Route, RouteTable, VpcEndpoint } from '@aws-sdk/client-ec2';
import type {
  EbsDefaults,
  InstanceTypeFacts,
  ObservedEndpoint,
  ObservedRouteTable,
  ObservedSubnet,
} from '../preflight/facts';
import { distinct, inBatches } from './batches';
import { call } from './classify';
import type { ClientFactory } from './clients';

/** The network, the places and the encryption that builds meet. Reads only. */
export interface SurroundingsReader {
  /** By id; those that do not exist are missing from the answer. */
  subnets(region: string, ids: string[]): Promise<ObservedSubnet[]>;
  routeTables(region: string, vpcIds: string[]): Promise<ObservedRouteTable[]>;
  endpoints(region: string, vpcIds: string[]): Promise<ObservedEndpoint[]>;
  securityGroups(region: string, ids: string[]): Promise<{ id: string; vpcId: string }[]>;
  instanceTypes(region: string, types: string[]): Promise<InstanceTypeFacts>;
  ebsDefaults(region: string): Promise<EbsDefaults>;
  /** How many AMIs the account owns. */
  ownAmis(region: string): Promise<number>;
  /** Key of each snapshot; undefined for one that is not encrypted. Those that EC2 does not show are missing. */
  snapshotKeys(region: string, ids: string[]): Promise<Map<string, string | undefined>>;
}

/** Of the operations used here, MaxResults: at most 1,000 (API references); DescribeInstanceTypes takes 100. */
const pageSize = 1_000;
const typesPageSize = 100;
/** A filter takes at most 200 values (EC2 user guide, "List and filter using the CLI and API"). */
const valuesAtOnce = 200;

export function ec2Surroundings(clients: ClientFactory): SurroundingsReader {
  const sdk = async (region: string) => {
    const ec2 = await import('./ec2-doctor-commands');
    return { ec2, client: clients(ec2.EC2Client, { region }) };
  };

  return {
    async subnets(region, ids) {
      const { ec2, client } = await sdk(region);
      const found = await filteredBy('subnet-id', ids, (Filters) =>
        pages(async (NextToken) => {
          const input = { Filters, MaxResults: pageSize, NextToken };
          const answer = await call('ec2.DescribeSubnets', () =>
            client.send(new ec2.DescribeSubnetsCommand(input)),
          );
          return { items: answer.Subnets ?? [], next: answer.NextToken };
        }),
      );
      return found.map((it) => ({
        id: it.SubnetId ?? '',
        vpcId: it.VpcId ?? '',
        zone: it.AvailabilityZone ?? '',
        givesPublicIps: it.MapPublicIpOnLaunch ?? false,
      }));
    },

    async routeTables(region, vpcIds) {
      const { ec2, client } = await sdk(region);
      const found = await filteredBy('vpc-id', vpcIds, (Filters) =>
        pages(async (NextToken) => {
          const input = { Filters, MaxResults: 100, NextToken };
          const answer = await call('ec2.DescribeRouteTables', () =>
            client.send(new ec2.DescribeRouteTablesCommand(input)),
          );
          return { items: answer.RouteTables ?? [], next: answer.NextToken };
        }),
      );
      return found.map(routeTable);
    },

    async endpoints(region, vpcIds) {
      const { ec2, client } = await sdk(region);
      const found = await filteredBy('vpc-id', vpcIds, (Filters) =>
        pages(async (NextToken) => {
          const input = { Filters, MaxResults: pageSize, NextToken };
          const answer = await call('ec2.DescribeVpcEndpoints', () =>
            client.send(new ec2.DescribeVpcEndpointsCommand(input)),
          );
          return { items: answer.VpcEndpoints ?? [], next: answer.NextToken };
        }),
      );
      return found.map((it) => endpoint(it, region));
    },

    async securityGroups(region, ids) {
      const { ec2, client } = await sdk(region);
      const found = await filteredBy('group-id', ids, (Filters) =>
        pages(async (NextToken) => {
          const input = { Filters, MaxResults: pageSize, NextToken };
          const answer = await call('ec2.DescribeSecurityGroups', () =>
            client.send(new ec2.DescribeSecurityGroupsCommand(input)),
          );
          return { items: answer.SecurityGroups ?? [], next: answer.NextToken };
        }),
      );
      return found.map(({ GroupId = '', VpcId = '' }) => ({ id: GroupId, vpcId: VpcId }));
    },

    async instanceTypes(region, types) {
      const { ec2, client } = await sdk(region);
      // By filter: with InstanceTypes, EC2 fails the whole call (InvalidInstanceType) when one does not exist.
      const [known, offerings] = await Promise.all([
        filteredBy('instance-type', types, (Filters) =>
          pages(async (NextToken) => {
            const input = { Filters, MaxResults: typesPageSize, NextToken };
            const answer = await call('ec2.DescribeInstanceTypes', () =>
              client.send(new ec2.DescribeInstanceTypesCommand(input)),
            );
            return { items: answer.InstanceTypes ?? [], next: answer.NextToken };
          }),
        ),
        filteredBy('instance-type', types, (Filters) =>
          pages(async (NextToken) => {
            const LocationType = 'availability-zone' as const;
            const input = { LocationType, Filters, MaxResults: pageSize, NextToken };
            const answer = await call('ec2.DescribeInstanceTypeOfferings', () =>
              client.send(new ec2.DescribeInstanceTypeOfferingsCommand(input)),
            );
            return { items: answer.InstanceTypeOfferings ?? [], next: answer.NextToken };
          }),
        ),
      ]);
      const offered = new Map<string, string[]>();
      for (const { Location = '', InstanceType = '' } of offerings)
        offered.set(Location, [...(offered.get(Location) ?? []), InstanceType]);
      return {
        architectures: new Map(
          known.map((it) => [it.InstanceType ?? '', it.ProcessorInfo?.SupportedArchitectures ?? []]),
        ),
        offered,
      };
    },

    async ebsDefaults(region) {
      const { ec2, client } = await sdk(region);
      const [byDefault, key] = await Promise.all([
        call('ec2.GetEbsEncryptionByDefault', () =>
          client.send(new ec2.GetEbsEncryptionByDefaultCommand({})),
        ),
        call('ec2.GetEbsDefaultKmsKeyId', () => client.send(new ec2.GetEbsDefaultKmsKeyIdCommand({}))),
      ]);
      return {
        encryptedByDefault: byDefault.EbsEncryptionByDefault ?? false,
        defaultKey: key.KmsKeyId ?? 'alias/aws/ebs',
      };
    },

    async ownAmis(region) {
      const { ec2, client } = await sdk(region);
      const found = await pages(async (NextToken) => {
        const input = {
          Owners: ['self'],
          IncludeDeprecated: true,
          IncludeDisabled: true,
          MaxResults: pageSize,
          NextToken,
        };
        const answer = await call('ec2.DescribeImages', () =>
          client.send(new ec2.DescribeImagesCommand(input)),
        );
        return { items: answer.Images ?? [], next: answer.NextToken };
      });
      return found.length;
    },

    async snapshotKeys(region, ids) {
      const { ec2, client } = await sdk(region);
      const found = await filteredBy('snapshot-id', ids, (Filters) =>
        pages(async (NextToken) => {
          const input = { OwnerIds: ['self'], Filters, MaxResults: pageSize, NextToken };
          const answer = await call('ec2.DescribeSnapshots', () =>
            client.send(new ec2.DescribeSnapshotsCommand(input)),
          );
          return { items: answer.Snapshots ?? [], next: answer.NextToken };
        }),
      );
      return new Map(
        found.map((it) => [
          it.SnapshotId ?? '',
          it.Encrypted === true ? (it.KmsKeyId ?? 'alias/aws/ebs') : undefined,
        ]),
      );
    },
  };
}

async function pages<T>(
  page: (NextToken: string | undefined) => Promise<{ items: T[]; next?: string }>,
): Promise<T[]> {
  const found: T[] = [];
  let token: string | undefined;
  do {
    const { items, next } = await page(token);
    found.push(...items);
    token = next;
  } while (token);
  return found;
}

const filteredBy = async <T>(
  name: string,
  values: string[],
  find: (filters: Filter[]) => Promise<T[]>,
): Promise<T[]> =>
  (
    await inBatches(distinct(values), { size: valuesAtOnce, atOnce: 2 }, (Values) =>
      find([{ Name: name, Values }]),
    )
  ).flat();

const routeTable = (it: RouteTable): ObservedRouteTable => ({
  id: it.RouteTableId ?? '',
  vpcId: it.VpcId ?? '',
  main: (it.Associations ?? []).some(({ Main }) => Main === true),
  subnetIds: (it.Associations ?? []).flatMap(({ SubnetId }) => SubnetId ?? []),
  routes: (it.Routes ?? []).map((route) => ({
    destination:
      route.DestinationCidrBlock ?? route.DestinationIpv6CidrBlock ?? route.DestinationPrefixListId ?? '',
    target: targetOf(route),
    active: route.State !== 'blackhole',
  })),
});

const targetOf = (route: Route): string =>
  route.NatGatewayId ??
  route.TransitGatewayId ??
  route.GatewayId ??
  route.NetworkInterfaceId ??
  route.VpcPeeringConnectionId ??
  route.EgressOnlyInternetGatewayId ??
  route.InstanceId ??
  route.LocalGatewayId ??
  route.CarrierGatewayId ??
  route.CoreNetworkArn ??
  '';

const endpoint = (it: VpcEndpoint, region: string): ObservedEndpoint => ({
  vpcId: it.VpcId ?? '',
  service: (it.ServiceName ?? '').replace(new RegExp(`^.*\\.${region}\\.`), ''),
  kind: it.VpcEndpointType ?? '',
  available: it.State?.toLowerCase() === 'available',
  privateDns: it.PrivateDnsEnabled ?? false,
  subnetIds: it.SubnetIds ?? [],
  routeTableIds: it.RouteTableIds ?? [],
});
