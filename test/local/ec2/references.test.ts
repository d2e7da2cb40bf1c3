import type { DescribeImageReferencesRequest } from '@aws-sdk/client-ec2';
import type { LocalEc2 } from '../../../src/local/aws/ec2/local-ec2';
import { bake, failure, localEc2, platform, shop } from './world';

const dayMs = 86_400_000;
const allVersions = [{ OptionName: 'version-depth' as const, OptionValues: ['10000'] }];

/** One AMI, which an instance of each account runs on and ten versions of a launch template have left behind. */
async function usedAmi(options: Parameters<typeof localEc2>[0] = {}) {
  const world = localEc2(options);
  const { ec2 } = world;
  const id = bake(ec2, 'used');
  const other = bake(ec2, 'other');
  await world.settle();
  const share = { Add: [{ UserId: shop.account }] };
  ec2.ModifyImageAttribute({ ImageId: id, LaunchPermission: share }, platform);
  const launch = (at: typeof shop) =>
    ec2.RunInstances({ ImageId: id, InstanceType: 't3.micro', MinCount: 1, MaxCount: 1 }, at).Instances![0]!
      .InstanceId!;
  const instances = [platform, shop].map(launch);
  const data = (ImageId: string) => ({ LaunchTemplateData: { ImageId } });
  const { LaunchTemplate } = ec2.CreateLaunchTemplate({ LaunchTemplateName: 'web', ...data(id) }, platform);
  const template = LaunchTemplate!.LaunchTemplateId!;
  for (let i = 0; i < 10; i += 1)
    ec2.CreateLaunchTemplateVersion({ LaunchTemplateId: template, ...data(other) }, platform);
  return { ...world, id, other, template, instances };
}

const arns = (ec2: LocalEc2, input: Partial<DescribeImageReferencesRequest>, id: string) =>
  ec2
    .DescribeImageReferences({ ImageIds: [id], ...input }, platform)
    .ImageReferences!.map(({ Arn }) => Arn!.split(':').pop());

describe('DescribeImageReferences', () => {
  it('shows what the caller has, and of launch templates as many versions as it is asked for', async () => {
    const { ec2, id, template, instances } = await usedAmi();
    const instance = `instance/${instances[0]}`;
    expect(arns(ec2, { IncludeAllResourceTypes: true }, id)).toEqual([instance]);
    const LaunchTemplate = { ResourceType: 'ec2:LaunchTemplate' as const, ResourceTypeOptions: allVersions };
    expect(arns(ec2, { ResourceTypes: [LaunchTemplate] }, id)).toEqual([`launch-template/${template}`]);
    ec2.DeleteLaunchTemplate({ LaunchTemplateName: 'web' }, platform);
    expect(arns(ec2, { ResourceTypes: [LaunchTemplate] }, id)).toEqual([]);
  });

  it('shows instances in the states that it is asked for', async () => {
    const { ec2, id, instances } = await usedAmi();
    const state = (name: string) => ({
      ResourceTypes: [
        {
          ResourceType: 'ec2:Instance' as const,
          ResourceTypeOptions: [{ OptionName: 'state-name' as const, OptionValues: [name] }],
        },
      ],
    });
    ec2.TerminateInstances({ InstanceIds: [instances[0]!] }, platform);
    expect(arns(ec2, state('running'), id)).toEqual([]);
    expect(arns(ec2, state('terminated'), id)).toEqual([`instance/${instances[0]}`]);
  });

  it('shows parameters that hold the id, page by page', async () => {
    const values = (id: string) => [1, 2, 3].map((n) => ({ arn: `arn:p:${n}`, value: n === 2 ? 'x' : id }));
    let id = '';
    const world = await usedAmi({ pageLimit: 1, parameters: () => values(id) });
    id = world.id;
    const input = { ImageIds: [id], ResourceTypes: [{ ResourceType: 'ssm:Parameter' as const }] };
    const first = world.ec2.DescribeImageReferences({ ...input, MaxResults: 100 }, platform);
    expect(first.ImageReferences).toEqual([{ ImageId: id, ResourceType: 'ssm:Parameter', Arn: 'arn:p:1' }]);
    const { NextToken } = first;
    const second = world.ec2.DescribeImageReferences({ ...input, MaxResults: 100, NextToken }, platform);
    expect(second).toMatchObject({ ImageReferences: [{ Arn: 'arn:p:3' }], NextToken: undefined });
  });

  it.each([
    ['no AMI', { ImageIds: [] }, 'MissingParameter'],
    ['no type', {}, 'MissingParameter'],
    ['an id that is none', { ImageIds: ['web'], IncludeAllResourceTypes: true }, 'InvalidAMIID.Malformed'],
    [
      'a type that there is not',
      { ResourceTypes: [{ ResourceType: 'x' as never }] },
      'InvalidParameterValue',
    ],
    [
      'no version',
      {
        ResourceTypes: [
          {
            ResourceType: 'ec2:LaunchTemplate' as const,
            ResourceTypeOptions: [{ OptionName: 'version-depth' as const, OptionValues: ['0'] }],
          },
        ],
      },
      'InvalidParameterValue',
    ],
  ])('refuses to be asked for %s', async (_what, input, code) => {
    const { ec2, id } = await usedAmi();
    expect(failure(() => arns(ec2, input, id))).toBe(code);
  });
});

describe('usage reports', () => {
  const ResourceTypes = [{ ResourceType: 'ec2:Instance' }, { ResourceType: 'ec2:LaunchTemplate' }];

  it('tell of other accounts, once they are made, for thirty days', async () => {
    const { ec2, clock, settle, id } = await usedAmi();
    const create = (ClientToken: string) =>
      ec2.CreateImageUsageReport({ ImageId: id, ResourceTypes, ClientToken }, platform).ReportId;
    const ReportId = create('today');
    expect(create('today')).toBe(ReportId);
    const reports = () =>
      ec2
        .DescribeImageUsageReports({ ImageIds: [id] }, platform)
        .ImageUsageReports!.map(({ State }) => State);
    const entries = () => ec2.DescribeImageUsageReportEntries({ ImageIds: [id] }, platform);
    expect([reports(), entries().ImageUsageReportEntries]).toEqual([['pending'], []]);
    await settle();
    expect(reports()).toEqual(['available']);
    const usage = { AccountId: shop.account, ResourceType: 'ec2:Instance', UsageCount: 1, ReportId };
    expect(entries().ImageUsageReportEntries).toMatchObject([usage]);
    clock.advanceTo(clock.now() + 31 * dayMs);
    expect([reports(), entries().ImageUsageReportEntries]).toEqual([[], []]);
  });

  it('are for the owner of the AMI alone', async () => {
    const { ec2, id } = await usedAmi();
    expect(failure(() => ec2.CreateImageUsageReport({ ImageId: id, ResourceTypes }, shop))).toBe(
      'AuthFailure',
    );
  });
});

describe('launch templates', () => {
  it('have names of their own, and are looked for by id or name', async () => {
    const { ec2, other } = await usedAmi();
    const data = { LaunchTemplateData: { ImageId: other } };
    expect(failure(() => ec2.CreateLaunchTemplate({ LaunchTemplateName: 'web', ...data }, platform))).toBe(
      'InvalidLaunchTemplateName.AlreadyExistsException',
    );
    expect(
      failure(() => ec2.CreateLaunchTemplateVersion({ LaunchTemplateName: 'app', ...data }, platform)),
    ).toBe('InvalidLaunchTemplateId.NotFound');
    const answer = ec2.CreateLaunchTemplateVersion({ LaunchTemplateName: 'web', ...data }, platform);
    expect(answer.LaunchTemplateVersion?.VersionNumber).toBe(12);
  });
});
