import type {
  AvailabilityZone,
  DescribeAvailabilityZonesRequest,
  DescribeAvailabilityZonesResult,
  DescribeInstanceTypeOfferingsRequest,
  DescribeInstanceTypeOfferingsResult,
  DescribeInstanceTypesRequest,
  DescribeInstanceTypesResult,
  DescribeRegionsRequest,
  DescribeRegionsResult,
  InstanceTypeInfo,
  InstanceTypeOffering,
} from '@aws-sdk/client-ec2';
import type { CallSite } from '../world';
import { ec2Failure, invalidValue } from './failures';
import { filtered, type FilterFields } from './filters';

/** Regions that accounts have without opting in. */
const regions = [
  ...['us-east-1', 'us-east-2', 'us-west-1', 'us-west-2', 'ca-central-1', 'sa-east-1'],
  ...['eu-central-1', 'eu-north-1', 'eu-west-1', 'eu-west-2', 'eu-west-3'],
  ...['ap-northeast-1', 'ap-northeast-2', 'ap-northeast-3', 'ap-south-1', 'ap-southeast-1', 'ap-southeast-2'],
];

const x86Families = ['t2', 't3', 't3a', 'm5', 'm6i', 'm7i', 'c5', 'c6i', 'c7i', 'r5', 'r6i', 'r7i'];
const armFamilies = ['t4g', 'm6g', 'm7g', 'm8g', 'c6g', 'c7g', 'c8g', 'r6g', 'r7g'];
const sizes = ['micro', 'small', 'medium', 'large', 'xlarge', '2xlarge', '4xlarge'];

const instanceTypes: InstanceTypeInfo[] = [
  ...x86Families.map((family) => ({ family, architecture: 'x86_64' as const })),
  ...armFamilies.map((family) => ({ family, architecture: 'arm64' as const })),
].flatMap(({ family, architecture }) =>
  sizes.map((size) => ({
    InstanceType: `${family}.${size}` as never,
    CurrentGeneration: family !== 't2',
    SupportedUsageClasses: ['on-demand' as const, 'spot' as const],
    SupportedVirtualizationTypes: ['hvm' as const],
    SupportedRootDeviceTypes: ['ebs' as const],
    ProcessorInfo: { SupportedArchitectures: [architecture] },
  })),
);

const none: ReadonlyMap<string, string> = new Map();
const typeFields: FilterFields<InstanceTypeInfo> = {
  'instance-type': ({ InstanceType }) => InstanceType,
  'current-generation': ({ CurrentGeneration }) => CurrentGeneration,
  'processor-info.supported-architecture': ({ ProcessorInfo }) => ProcessorInfo?.SupportedArchitectures,
};
const offeringFields: FilterFields<InstanceTypeOffering> = {
  'instance-type': ({ InstanceType }) => InstanceType,
  location: ({ Location }) => Location,
};
const zoneFields: FilterFields<AvailabilityZone> = {
  'region-name': ({ RegionName }) => RegionName,
  'zone-name': ({ ZoneName }) => ZoneName,
  state: ({ State }) => State,
};

/** Regions, zones, and the instance types to be had in them. */
export function geographyOperations() {
  return {
    DescribeRegions(input: DescribeRegionsRequest): DescribeRegionsResult {
      const unknown = (input.RegionNames ?? []).filter((name) => !regions.includes(name));
      if (unknown.length > 0) throw invalidValue(`Invalid region names: [${unknown.join(', ')}]`);
      const asked = regions.filter((name) => input.RegionNames?.includes(name) ?? true);
      return {
        Regions: asked.map((RegionName) => ({
          RegionName,
          Endpoint: `ec2.${RegionName}.amazonaws.com`,
          OptInStatus: 'opt-in-not-required',
        })),
      };
    },

    DescribeAvailabilityZones(
      input: DescribeAvailabilityZonesRequest,
      at: CallSite,
    ): DescribeAvailabilityZonesResult {
      const zones: AvailabilityZone[] = zoneLetters.map((letter, index) => ({
        RegionName: at.region,
        ZoneName: `${at.region}${letter}`,
        ZoneId: `${at.region}-az${index + 1}`,
        ZoneType: 'availability-zone',
        State: 'available',
      }));
      const asked = zones.filter(({ ZoneName = '' }) => input.ZoneNames?.includes(ZoneName) ?? true);
      return { AvailabilityZones: filtered(asked, input.Filters, zoneFields, () => none) };
    },

    DescribeInstanceTypes(input: DescribeInstanceTypesRequest): DescribeInstanceTypesResult {
      const known = new Set(instanceTypes.map(({ InstanceType }) => InstanceType));
      const unknown = (input.InstanceTypes ?? []).filter((type) => !known.has(type));
      if (unknown.length > 0) {
        throw ec2Failure(
          'InvalidInstanceType',
          `The following supplied instance types do not exist: [${unknown.join(', ')}]`,
        );
      }
      const asked = instanceTypes.filter(
        ({ InstanceType }) => input.InstanceTypes?.includes(InstanceType!) ?? true,
      );
      return { InstanceTypes: filtered(asked, input.Filters, typeFields, () => none) };
    },

    DescribeInstanceTypeOfferings(
      input: DescribeInstanceTypeOfferingsRequest,
      at: CallSite,
    ): DescribeInstanceTypeOfferingsResult {
      const byZone = input.LocationType === 'availability-zone';
      const locations = byZone ? zoneLetters.map((letter) => `${at.region}${letter}`) : [at.region];
      const all = instanceTypes.flatMap(({ InstanceType }) =>
        locations.map((Location) => ({
          InstanceType,
          Location,
          LocationType: byZone ? ('availability-zone' as const) : ('region' as const),
        })),
      );
      return { InstanceTypeOfferings: filtered(all, input.Filters, offeringFields, () => none) };
    },
  };
}

const zoneLetters = ['a', 'b', 'c'];
