import type {
  DescribeImageReferencesRequest,
  DescribeImageReferencesResult,
  ImageReference,
  ResourceTypeOption,
} from '@aws-sdk/client-ec2';
import type { CallSite } from '../world';
import { invalidValue, missing } from './failures';
import { checkImageId } from './image-visibility';
import type { Ec2Model } from './model';
import { page } from './pages';

/** EC2 user guide, "How AMI reference checks work". */
const defaultDepth = 10;

type Finder = (wanted: ReadonlySet<string>, at: CallSite, options: ResourceTypeOption[]) => ImageReference[];

/** What of the caller's account names AMIs, whoever owns these. */
export function imageReferenceOperations(model: Ec2Model) {
  const arn = (at: CallSite, what: string) => `arn:aws:ec2:${at.region}:${at.account}:${what}`;
  const finders: Record<string, Finder> = {
    'ec2:Instance': (wanted, at, options) => {
      const states = valuesOf(options, 'state-name');
      return [...model.account(at).instances.values()]
        .filter(({ instance }) => wanted.has(instance.ImageId ?? ''))
        .filter(({ instance }) => states.length === 0 || states.includes(instance.State?.Name ?? ''))
        .map(({ instance }) => ({
          ImageId: instance.ImageId,
          ResourceType: 'ec2:Instance' as const,
          Arn: arn(at, `instance/${instance.InstanceId}`),
        }));
    },
    'ec2:LaunchTemplate': (wanted, at, options) => {
      const depth = Number(valuesOf(options, 'version-depth')[0] ?? defaultDepth);
      if (!(depth >= 1 && depth <= 10_000)) throw invalidValue('version-depth is from 1 to 10000');
      return [...model.account(at).templates.values()].flatMap(({ template, imageIds }) =>
        [...new Set(imageIds.slice(-depth))]
          .filter((id) => id !== undefined && wanted.has(id))
          .map((ImageId) => ({
            ImageId,
            ResourceType: 'ec2:LaunchTemplate' as const,
            Arn: arn(at, `launch-template/${template.LaunchTemplateId}`),
          })),
      );
    },
    'ssm:Parameter': (wanted, at) =>
      model.options
        .parameters(at)
        .filter(({ value }) => wanted.has(value))
        .map(({ value, arn: Arn }) => ({ ImageId: value, ResourceType: 'ssm:Parameter' as const, Arn })),
    // The local AWS has no Image Builder.
    'imagebuilder:ImageRecipe': () => [],
    'imagebuilder:ContainerRecipe': () => [],
  };

  return {
    DescribeImageReferences(
      input: DescribeImageReferencesRequest,
      at: CallSite,
    ): DescribeImageReferencesResult {
      const ids = input.ImageIds ?? [];
      if (ids.length === 0) throw missing('ImageId');
      ids.forEach(checkImageId);
      const asked = input.ResourceTypes ?? [];
      if (asked.length === 0 && input.IncludeAllResourceTypes !== true) throw missing('ResourceType');
      const all = input.IncludeAllResourceTypes === true ? Object.keys(finders) : [];
      const types = new Set([...asked.map(({ ResourceType }) => ResourceType as string), ...all]);
      const found = [...types].flatMap((type) => {
        const options = asked.find(({ ResourceType }) => ResourceType === type)?.ResourceTypeOptions;
        const finder = finders[type];
        if (finder === undefined) throw invalidValue(`There is no resource type ${type}`);
        return finder(new Set(ids), at, options ?? []);
      });
      const { items, next } = page(found, input, model.options);
      return { ImageReferences: items, NextToken: next };
    },
  };
}

const valuesOf = (options: ResourceTypeOption[], name: string): string[] =>
  options.find(({ OptionName }) => OptionName === name)?.OptionValues ?? [];
