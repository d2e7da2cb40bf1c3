import type { ImageUsageReport, ImageUsageReportEntry, ResourceTypeRequest } from '@aws-sdk/client-ec2';
import { distinct, inBatches } from './batches';
import { call } from './classify';
import type { ClientFactory } from './clients';
import type { AmiReferences, UsageReport } from './edges';

/** Nothing is documented for ImageIds of DescribeImageReferences; few, so that one call stays short. */
const idsAtOnce = 25;
/** Nothing is documented for MaxResults of these operations; what other Describe calls of EC2 take at least. */
const pageSize = 100;
/** A launch template has at most 10,000 versions, and `version-depth` takes as many (DescribeImageReferences): all. */
const allVersions = '10000';

/** What is looked through in the account itself. Of instances every state that can still come back to life or runs. */
const lookedThrough: ResourceTypeRequest[] = [
  {
    ResourceType: 'ec2:Instance',
    ResourceTypeOptions: [
      {
        OptionName: 'state-name',
        OptionValues: ['pending', 'running', 'shutting-down', 'stopping', 'stopped'],
      },
    ],
  },
  {
    ResourceType: 'ec2:LaunchTemplate',
    ResourceTypeOptions: [{ OptionName: 'version-depth', OptionValues: [allVersions] }],
  },
  { ResourceType: 'ssm:Parameter' },
  { ResourceType: 'imagebuilder:ImageRecipe' },
  { ResourceType: 'imagebuilder:ContainerRecipe' },
];

/** Who uses AMIs: in this account, by reference, and in others, by report. */
export function ec2References(clients: ClientFactory): AmiReferences {
  const sdk = async (region: string) => {
    const ec2 = await import('./ec2-retirement-commands');
    return { ec2, client: clients(ec2.EC2Client, { region }) };
  };

  return {
    async find(region, amiIds) {
      const { ec2, client } = await sdk(region);
      const pages = await inBatches(distinct(amiIds), { size: idsAtOnce, atOnce: 2 }, async (ids) => {
        const found: { amiId: string; by: string }[] = [];
        let NextToken: string | undefined;
        do {
          const page = { ImageIds: ids, ResourceTypes: lookedThrough, MaxResults: pageSize, NextToken };
          const answer = await call('ec2.DescribeImageReferences', () =>
            client.send(new ec2.DescribeImageReferencesCommand(page)),
          );
          for (const { ImageId = '', ResourceType = 'something', Arn } of answer.ImageReferences ?? [])
            found.push({ amiId: ImageId, by: Arn ?? ResourceType });
          NextToken = answer.NextToken;
        } while (NextToken);
        return found;
      });
      return pages.flat();
    },

    async usage(region, amiIds) {
      const { ec2, client } = await sdk(region);
      const pages = await inBatches(distinct(amiIds), { size: idsAtOnce, atOnce: 2 }, async (ImageIds) => {
        const reports: ImageUsageReport[] = [];
        const entries: ImageUsageReportEntry[] = [];
        let NextToken: string | undefined;
        do {
          const page = { ImageIds, MaxResults: pageSize, NextToken };
          const answer = await call('ec2.DescribeImageUsageReports', () =>
            client.send(new ec2.DescribeImageUsageReportsCommand(page)),
          );
          reports.push(...(answer.ImageUsageReports ?? []));
          NextToken = answer.NextToken;
        } while (NextToken);
        if (reports.length === 0) return [];
        do {
          const page = { ImageIds, MaxResults: pageSize, NextToken };
          const answer = await call('ec2.DescribeImageUsageReportEntries', () =>
            client.send(new ec2.DescribeImageUsageReportEntriesCommand(page)),
          );
          entries.push(...(answer.ImageUsageReportEntries ?? []));
          NextToken = answer.NextToken;
        } while (NextToken);
        return reports.map((report) => observeReport(report, entries));
      });
      return pages.flat();
    },

    async askUsage(region, amiId, token) {
      const { ec2, client } = await sdk(region);
      const input = {
        ImageId: amiId,
        ResourceTypes: [
          { ResourceType: 'ec2:Instance' },
          {
            ResourceType: 'ec2:LaunchTemplate',
            ResourceTypeOptions: [{ OptionName: 'version-depth', OptionValues: [allVersions] }],
          },
          { ResourceType: 'imagebuilder:ImageRecipe' },
          { ResourceType: 'imagebuilder:ContainerRecipe' },
        ],
        ClientToken: token,
      };
      await call('ec2.CreateImageUsageReport', () =>
        client.send(new ec2.CreateImageUsageReportCommand(input)),
      );
    },
  };
}

const observeReport = (
  { ImageId = '', ReportId = '', State, CreationTime }: ImageUsageReport,
  entries: ImageUsageReportEntry[],
): UsageReport => ({
  amiId: ImageId,
  state: State === 'available' || State === 'pending' ? State : 'error',
  createdAtMs: CreationTime?.getTime() ?? 0,
  usedBy: entries
    .filter((entry) => entry.ReportId === ReportId && (entry.UsageCount ?? 1) > 0)
    .map(({ AccountId = '?', ResourceType = 'resource', UsageCount }) => ({
      account: AccountId,
      what: ResourceType,
      count: UsageCount ?? 1,
    })),
});
