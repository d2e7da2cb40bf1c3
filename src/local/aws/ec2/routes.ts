import type {
  CreateRouteRequest,
  CreateVpcEndpointRequest,
  CreateVpcEndpointResult,
  DescribeRouteTablesRequest,
  DescribeRouteTablesResult,
  DescribeVpcEndpointsRequest,
  DescribeVpcEndpointsResult,
  ReplaceRouteRequest,
  Route,
  RouteTable,
  VpcEndpoint,
} from '@aws-sdk/client-ec2';
import { PerSite } from '../per-site';
import type { CallSite } from '../world';
import { ec2Failure, required } from './failures';
import { filtered, type FilterFields } from './filters';
import type { Ec2Model } from './model';
import { page } from './pages';

type Table = RouteTable & { RouteTableId: string; VpcId: string; Routes: Route[] };

const tableFields: FilterFields<Table> = {
  'vpc-id': ({ VpcId }) => VpcId,
  'route-table-id': ({ RouteTableId }) => RouteTableId,
};
const endpointFields: FilterFields<VpcEndpoint> = {
  'vpc-id': ({ VpcId }) => VpcId,
  'service-name': ({ ServiceName }) => ServiceName,
};
const none: ReadonlyMap<string, string> = new Map();

/**
 * How VPCs are connected: one route table each, which the default VPC's leads to an internet gateway from the start, and
 * endpoints. Nothing travels there; it is there to be looked at.
 */
export function routeOperations(model: Ec2Model) {
  const tables = new PerSite<Map<string, Table>>(() => new Map());
  const endpoints = new PerSite<VpcEndpoint[]>(() => []);

  const tablesAt = (at: CallSite): Table[] => {
    const own = tables.at(at);
    for (const { VpcId, CidrBlock, IsDefault } of model.account(at).vpcs.values())
      if (!own.has(VpcId))
        own.set(VpcId, {
          RouteTableId: model.id('rtb'),
          VpcId,
          OwnerId: at.account,
          Associations: [{ Main: true }],
          Routes: [
            { DestinationCidrBlock: CidrBlock, GatewayId: 'local', State: 'active' },
            ...(IsDefault === true
              ? [{ DestinationCidrBlock: '0.0.0.0/0', GatewayId: model.id('igw'), State: 'active' as const }]
              : []),
          ],
        });
    return [...own.values()];
  };
  const table = (id: string | undefined, at: CallSite): Table => {
    const wanted = required(id, 'RouteTableId');
    const found = tablesAt(at).find(({ RouteTableId }) => RouteTableId === wanted);
    if (found === undefined)
      throw ec2Failure('InvalidRouteTableID.NotFound', `The routeTable ID '${wanted}' does not exist`);
    return found;
  };
  const routeOf = (input: CreateRouteRequest | ReplaceRouteRequest): Route => ({
    DestinationCidrBlock: required(input.DestinationCidrBlock, 'DestinationCidrBlock'),
    GatewayId: input.GatewayId,
    NatGatewayId: input.NatGatewayId,
    TransitGatewayId: input.TransitGatewayId,
    State: 'active',
  });
  const put = (into: Table, route: Route, exists: boolean): void => {
    const index = into.Routes.findIndex((it) => it.DestinationCidrBlock === route.DestinationCidrBlock);
    if (!exists && index >= 0)
      throw ec2Failure('RouteAlreadyExists', `The route for ${route.DestinationCidrBlock} already exists.`);
    if (exists && index < 0)
      throw ec2Failure('InvalidParameterValue', `There is no route for ${route.DestinationCidrBlock}.`);
    into.Routes.splice(index < 0 ? into.Routes.length : index, index < 0 ? 0 : 1, route);
  };

  return {
    DescribeRouteTables(input: DescribeRouteTablesRequest, at: CallSite): DescribeRouteTablesResult {
      const found = filtered(tablesAt(at), input.Filters, tableFields, () => none);
      const { items, next } = page(found, input, { ...model.options, least: 5, most: 100 });
      return { RouteTables: items, NextToken: next };
    },

    CreateRoute(input: CreateRouteRequest, at: CallSite) {
      put(table(input.RouteTableId, at), routeOf(input), false);
      return { Return: true };
    },

    ReplaceRoute(input: ReplaceRouteRequest, at: CallSite) {
      put(table(input.RouteTableId, at), routeOf(input), true);
      return {};
    },

    DescribeVpcEndpoints(input: DescribeVpcEndpointsRequest, at: CallSite): DescribeVpcEndpointsResult {
      const found = filtered(endpoints.at(at), input.Filters, endpointFields, () => none);
      const { items, next } = page(found, input, { ...model.options, least: 1 });
      return { VpcEndpoints: items, NextToken: next };
    },

    CreateVpcEndpoint(input: CreateVpcEndpointRequest, at: CallSite): CreateVpcEndpointResult {
      const VpcId = required(input.VpcId, 'VpcId');
      const VpcEndpoint: VpcEndpoint = {
        VpcEndpointId: model.id('vpce'),
        VpcId,
        ServiceName: required(input.ServiceName, 'ServiceName'),
        VpcEndpointType: input.VpcEndpointType ?? 'Gateway',
        State: 'available' as never,
        PrivateDnsEnabled: input.PrivateDnsEnabled ?? false,
        SubnetIds: input.SubnetIds ?? [],
        RouteTableIds: input.RouteTableIds ?? [],
      };
      endpoints.at(at).push(VpcEndpoint);
      return { VpcEndpoint };
    },
  };
}
