import type {
  CreateImageUsageReportRequest,
  CreateImageUsageReportResult,
  DescribeImageUsageReportEntriesRequest,
  DescribeImageUsageReportEntriesResult,
  DescribeImageUsageReportsRequest,
  DescribeImageUsageReportsResult,
  ImageUsageReportEntry,
} from '@aws-sdk/client-ec2';
import type { CallSite } from '../world';
import { required } from './failures';
import { ownImage } from './image-visibility';
import type { Ec2Model } from './model';
import type { StoredReport } from './state';
import { page } from './pages';
import { onceForToken } from './tokens';

const dayMs = 86_400_000;

/** Who uses an AMI in other accounts, as EC2 saw it when it was asked. */
export function usageReportOperations(model: Ec2Model) {
  const alive = (at: CallSite, { ImageIds, ReportIds }: { ImageIds?: string[]; ReportIds?: string[] }) =>
    model
      .account(at)
      .reports.filter(
        ({ report }) =>
          (report.ExpirationTime?.getTime() ?? 0) > model.now &&
          (ImageIds === undefined || ImageIds.includes(report.ImageId)) &&
          (ReportIds === undefined || ReportIds.includes(report.ReportId)),
      );

  return {
    CreateImageUsageReport(input: CreateImageUsageReportRequest, at: CallSite): CreateImageUsageReportResult {
      const { image } = ownImage(model, input.ImageId, at);
      const types = required(input.ResourceTypes, 'ResourceType').map(
        ({ ResourceType }) => ResourceType ?? '',
      );
      const { ClientToken, ...request } = input;
      const ReportId = onceForToken(model.account(at), ClientToken, request, () => {
        const stored: StoredReport = {
          report: {
            ReportId: model.id('amiur'),
            ImageId: image.ImageId,
            ResourceTypes: types.map((ResourceType) => ({ ResourceType })),
            State: 'pending',
            CreationTime: new Date(model.now),
            ExpirationTime: new Date(model.now + 30 * dayMs),
          },
          entries: entriesOf(model, image.ImageId, at, types, input.AccountIds),
        };
        model.account(at).reports.push(stored);
        const finish = () => void (stored.report.State = 'available');
        if (model.options.reportReadyMs === 0) finish();
        else model.world.scheduler.after(model.options.reportReadyMs, 'AMI usage report', finish);
        return stored.report.ReportId;
      });
      return { ReportId };
    },

    DescribeImageUsageReports(
      input: DescribeImageUsageReportsRequest,
      at: CallSite,
    ): DescribeImageUsageReportsResult {
      const found = alive(at, input).map(({ report }) => report);
      const { items, next } = page(found, input, model.options);
      return { ImageUsageReports: items, NextToken: next };
    },

    DescribeImageUsageReportEntries(
      input: DescribeImageUsageReportEntriesRequest,
      at: CallSite,
    ): DescribeImageUsageReportEntriesResult {
      const found = alive(at, input)
        .filter(({ report }) => report.State === 'available')
        .flatMap(({ report, entries }) =>
          entries.map((entry) => ({
            ...entry,
            ReportId: report.ReportId,
            ReportCreationTime: report.CreationTime,
          })),
        );
      const { items, next } = page(found, input, model.options);
      return { ImageUsageReportEntries: items, NextToken: next };
    },
  };
}

/** Of the caller itself nothing is reported: for that there are references. */
function entriesOf(
  model: Ec2Model,
  ImageId: string,
  at: CallSite,
  types: string[],
  accounts: string[] | undefined,
): ImageUsageReportEntry[] {
  const counts = model.usersOf(ImageId, at.region);
  return counts
    .filter(({ account, type }) => account !== at.account && types.includes(type))
    .filter(({ account }) => accounts === undefined || accounts.length === 0 || accounts.includes(account))
    .map(({ account, type, count }) => ({
      AccountId: account,
      ResourceType: type,
      UsageCount: count,
      ImageId,
    }));
}
