import type {
  CreateTagsRequest,
  DeleteTagsRequest,
  DescribeTagsRequest,
  DescribeTagsResult,
  ResourceType,
  TagDescription,
} from '@aws-sdk/client-ec2';
import type { CallSite } from '../world';
import { ec2Failure, invalidValue } from './failures';
import { filtered, type FilterFields } from './filters';
import { visible } from './image-visibility';
import type { Ec2Model } from './model';
import { page } from './pages';

/** https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Tags.html */
const mostTags = 50;

const types: Record<string, ResourceType> = {
  ami: 'image',
  snap: 'snapshot',
  i: 'instance',
  vol: 'volume',
  sg: 'security-group',
  key: 'key-pair',
  subnet: 'subnet',
  vpc: 'vpc',
};

const fields: FilterFields<TagDescription> = {
  key: ({ Key }) => Key,
  value: ({ Value }) => Value,
  'resource-id': ({ ResourceId }) => ResourceId,
  'resource-type': ({ ResourceType }) => ResourceType,
};

/** Tags of everything. Each account has its own on a shared AMI. */
export function tagOperations(model: Ec2Model) {
  return {
    CreateTags(input: CreateTagsRequest, at: CallSite): Record<string, never> {
      const tags = input.Tags ?? [];
      for (const { Key = '', Value = '' } of tags) {
        if (Key === '' || Key.length > 127) throw invalidValue(`Tag keys have 1 to 127 characters: '${Key}'`);
        if (Value.length > 255) throw invalidValue(`Tag values have at most 255 characters: '${Key}'`);
        if (/^aws:/i.test(Key))
          throw invalidValue(`Tag keys starting with 'aws:' are reserved for internal use`);
      }
      const ids = input.Resources ?? [];
      for (const id of ids) {
        if (!exists(model, id, at)) throw noSuchResource(id);
        const keys = new Set([...model.tagsOf(at, id).keys(), ...tags.map(({ Key }) => Key)]);
        if (keys.size > mostTags) {
          throw ec2Failure('TagLimitExceeded', `The maximum number of tags for ${id} is ${mostTags}`);
        }
      }
      for (const id of ids) model.setTags(at, id, tags);
      return {};
    },

    DeleteTags(input: DeleteTagsRequest, at: CallSite): Record<string, never> {
      for (const id of input.Resources ?? []) {
        const own = model.account(at).tags.get(id);
        if (input.Tags === undefined) own?.clear();
        for (const { Key = '', Value } of input.Tags ?? []) {
          if (Value === undefined || own?.get(Key) === Value) own?.delete(Key);
        }
      }
      return {};
    },

    DescribeTags(input: DescribeTagsRequest, at: CallSite): DescribeTagsResult {
      const all = [...model.account(at).tags].flatMap(([ResourceId, tags]) =>
        [...tags].map(([Key, Value]) => ({
          ResourceId,
          ResourceType: types[prefix(ResourceId)],
          Key,
          Value,
        })),
      );
      const found = filtered(all, input.Filters, fields, (tag) => new Map([[tag.Key, tag.Value]]));
      const { items, next } = page(found, input, { ...model.options, least: 5 });
      return { Tags: items, NextToken: next };
    },
  };
}

const prefix = (id: string): string => id.slice(0, id.indexOf('-'));

function exists(model: Ec2Model, id: string, at: CallSite): boolean {
  const own = model.account(at);
  const { images, snapshots } = model.region(at.region);
  switch (prefix(id)) {
    case 'ami': {
      const stored = images.get(id);
      return stored !== undefined && visible(model, stored, at.account);
    }
    case 'snap': {
      const stored = snapshots.get(id);
      return (
        stored !== undefined && (stored.snapshot.OwnerId === at.account || stored.grants.has(at.account))
      );
    }
    case 'i':
      return own.instances.has(id);
    case 'vol':
      return own.volumes.has(id);
    case 'sg':
      return own.groups.has(id);
    case 'key':
      return [...own.keyPairs.values()].some((pair) => pair.KeyPairId === id);
    case 'subnet':
      return own.subnets.has(id);
    case 'vpc':
      return own.vpcs.has(id);
    default:
      return false;
  }
}

function noSuchResource(id: string): Error {
  const codes: Record<string, string> = {
    ami: 'InvalidAMIID.NotFound',
    snap: 'InvalidSnapshot.NotFound',
    i: 'InvalidInstanceID.NotFound',
    vol: 'InvalidVolume.NotFound',
    sg: 'InvalidGroup.NotFound',
    subnet: 'InvalidSubnetID.NotFound',
    vpc: 'InvalidVpcID.NotFound',
  };
  return ec2Failure(codes[prefix(id)] ?? 'InvalidID', `The ID '${id}' does not exist`);
}
